"""The three groups of calls, with the flows that lead through them: what the description and its pages say alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a flow, by its path below `/api/pos/`, and what it is there for."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Flow:
    name: str
    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`roots` are the first parts of its paths."""

    slug: str
    name: str
    text: str
    roots: tuple[str, ...]
    flows: tuple[Flow, ...]

    @property
    def markdown(self) -> str:
        flows = [
            "\n".join([f"**{flow.name}**: {flow.text}", "", *(f"1. `{step.path}`: {step.text}" for step in flow.steps)])
            for flow in self.flows
        ]
        return "\n\n".join([self.text, *flows])


_WATCH = Step("payment/status", "ask again after pollDelayInMs, until it says Reserved, or that the payment has ended.")
_TAKE = Step("payment/capture", "hand over the goods and take the money.")

PAYMENTS = Group(
    slug="payments",
    name="Payments",
    text="A payment belongs to one order at one point of sale. It is asked for, the customer accepts it on the phone, "
    "which reserves the money, and the till captures it. A point of sale has one active payment at a time; a reserved "
    "one does not keep it busy.",
    roots=("payment", "payments", "terminal"),
    flows=(
        Flow(
            "Direct",
            "the amount is known at once. This is the one to use.",
            (
                Step("payment/start", "ask for the amount; the customer checks in with the code at the till."),
                _WATCH,
                _TAKE,
            ),
        ),
        Flow(
            "Prepared",
            "the customer must be known before the amount, for a discount or their points.",
            (
                Step("payment/prepare", "open the payment; the customer checks in."),
                Step("payment/status", "ask again after pollDelayInMs, until it says Paired."),
                Step("payment/details", "read customerToken and loyaltyIds."),
                Step("payment/ready", "give the amount."),
                _WATCH,
                _TAKE,
            ),
        ),
        Flow(
            "The sale comes to nothing",
            "the customer leaves, or the goods are missing.",
            (
                Step("payment/cancel", "end the payment, reserved or not: no money is taken."),
                Step("payment/status", "says CancelledByClient."),
            ),
        ),
        Flow(
            "After a crash or a lost answer",
            "asking twice is asking once, so the same call again does no harm and gives the first one's result.",
            (
                Step("payments", "lists what is open on the terminal, of one order if it is named."),
                Step("payment/status", "says how each of them stands."),
                Step("payment/id/retrieve/bystate", "finds what was captured for an order."),
            ),
        ),
    ),
)
REFUNDS = Group(
    slug="refunds",
    name="Refunds",
    text="A refund gives back a captured payment or a part of it; several together at most what was captured. Up to "
    "the merchant's limit a till gives money back by itself. Above it the refund waits for people in the back office, "
    "is paid out by the portal once they have approved it, and needs no capture of the till.",
    roots=("refund", "refunds"),
    flows=(
        Flow(
            "Within what tills give back by themselves",
            "money goes back while the customer waits.",
            (
                Step("refund/create", "ask for it, with an id of the till's own."),
                Step("refund/details", "ask again after pollDelayInMs, until it says Reserved."),
                Step("refund/capture", "pay it out; or refund/cancel, and nothing goes back."),
            ),
        ),
        Flow(
            "Above that, at once or in a day",
            "people approve it first.",
            (
                Step("refund/create", "succeeds as well: the refund is noted, and the customer can leave."),
                Step(
                    "refund/details", "says AwaitingApproval, then Captured once it is approved and paid, or Rejected."
                ),
            ),
        ),
        Flow(
            "After a crash or a lost answer",
            "the same refundOrderId and amount are the same refund.",
            (
                Step("refunds", "lists the refunds of a payment."),
                Step("refund/details", "says how each of them stands."),
            ),
        ),
    ),
)
MANAGEMENT = Group(
    slug="management",
    name="Management",
    text="A merchant has stores, each store terminals, and a terminal becomes a point of sale at MobilePay before it "
    "can sell. The back office does all of this as well; a till needs these calls only where it sets itself up.",
    roots=("manage",),
    flows=(
        Flow(
            "A new till",
            "from nothing to the first sale.",
            (
                Step("manage/token", "while an administrator holds the enrolment window open: the access token, once."),
                Step("manage/create", "registers the terminal as a point of sale."),
                Step("terminal/qrcode", "gives the code that customers check in with."),
            ),
        ),
        Flow(
            "A new access token",
            "when somebody may know the old one.",
            (
                Step(
                    "manage/token/reset",
                    "the old token is the proof; it stops at once unless the merchant lets it overlap.",
                ),
            ),
        ),
        Flow(
            "Another store, or another name",
            "a point of sale is not changed: it is deleted and created anew.",
            (
                Step("manage/delete", "takes the terminal off MobilePay, once no payment is open on it."),
                Step("manage/create", "registers it as it is called and where it stands by now."),
            ),
        ),
        Flow(
            "Who stands before the till",
            "members can be greeted before anything is asked of them.",
            (Step("manage/checkInStatus/byterminalId", "says whether somebody is checked in, and their loyaltyIds."),),
        ),
    ),
)
GROUPS = (PAYMENTS, REFUNDS, MANAGEMENT)


def of_path(path: str) -> Group:
    """The group of a path below `/api/pos/`."""
    root = path.partition("/")[0]
    return next(group for group in GROUPS if root in group.roots)
