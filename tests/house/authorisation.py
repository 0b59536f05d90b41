"""Who gets what at which address: the table, and what follows from it. The back office is not asked how it decides."""

from dataclasses import dataclass
from enum import Enum

from portal.roles import Right

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


class Door(Enum):
    """What lets somebody in where no right at one merchant is asked for."""

    OPEN = "everybody"
    SIGNED_IN = "whoever is signed in, whatever they still have to add to their account"
    COMPLETE = "whoever is signed in, with the second factor that all their roles ask for"
    PLATFORM = "platform administrators"


class Place(Enum):
    """Where the thing in the address is, as seen from Kino Nord's store in Aarhus."""

    OURS = "own merchant, own store"
    OTHER_STORE = "own merchant, foreign store"
    OTHER_MERCHANT = "foreign merchant"
    SMUGGLED = "a thing of the foreign merchant below the address of the own one"


@dataclass(frozen=True)
class Page:
    """`thing` is what the address names besides the merchant."""

    needs: Right | Door
    methods: tuple[str, ...]
    thing: str = ""

    @property
    def places(self) -> list[Place]:
        if not isinstance(self.needs, Right):
            return [Place.OURS]
        if self.thing in {"", "kind", "currency"}:
            return [Place.OURS, Place.OTHER_MERCHANT]
        # Of the merchant as a whole, so that no store of it is another one's.
        all_stores = self.thing in {"token", "change"}
        return [place for place in Place if not all_stores or place is not Place.OTHER_STORE]


PAGES = {
    "home": Page(Door.COMPLETE, GET),
    "banners": Page(Door.SIGNED_IN, GET),
    "merchant-banners": Page(Right.SEE, GET),
    "account_second_factor_due": Page(Door.SIGNED_IN, GET),
    "account_sessions": Page(Door.SIGNED_IN, GET),
    "account_end_session": Page(Door.SIGNED_IN, POST, "session"),
    "account_end_other_sessions": Page(Door.SIGNED_IN, POST),
    "mfa_authenticate": Page(Door.OPEN, BOTH),
    "accounts/email/": Page(Door.OPEN, BOTH),
    "accounts/signup/": Page(Door.OPEN, BOTH),
    "qr": Page(Door.OPEN, GET, "qr"),
    "help:index": Page(Door.OPEN, GET),
    "help:old-gateway": Page(Door.OPEN, GET),
    "help:call": Page(Door.OPEN, GET, "call"),
    "audit": Page(Door.PLATFORM, GET),
    "find": Page(Door.COMPLETE, GET),
    "audit-export": Page(Door.PLATFORM, GET, "kind"),
    "merchants": Page(Door.COMPLETE, GET),
    "add-merchant": Page(Door.PLATFORM, BOTH),
    "dashboard:overview": Page(Right.SEE, GET),
    "dashboard:find": Page(Right.SEE, GET),
    "dashboard:figures": Page(Right.SEE, GET),
    "dashboard:export": Page(Right.SEE, GET, "kind"),
    "payments:list": Page(Right.SEE, GET),
    "payments:export": Page(Right.SEE, GET, "kind"),
    "payments:sums": Page(Right.SEE, GET),
    "payments:detail": Page(Right.SEE, GET, "payment"),
    "payments:check": Page(Right.ASK_MOBILEPAY, POST, "payment"),
    "payments:capture": Page(Right.HANDLE_PAYMENTS, BOTH, "payment"),
    "payments:cancel": Page(Right.HANDLE_PAYMENTS, BOTH, "payment"),
    "refunds:list": Page(Right.SEE, GET),
    "refunds:export": Page(Right.SEE, GET, "kind"),
    "refunds:ask": Page(Right.ASK_FOR_REFUNDS, BOTH, "payment"),
    "refunds:policy": Page(Right.MANAGE_MERCHANT, BOTH, "currency"),
    "refunds:confirm-policy": Page(Right.MANAGE_MERCHANT, BOTH, "change"),
    "refunds:decline-policy": Page(Right.MANAGE_MERCHANT, BOTH, "change"),
    "refunds:withdraw-policy": Page(Right.MANAGE_MERCHANT, BOTH, "change"),
    "refunds:detail": Page(Right.SEE, GET, "refund"),
    "refunds:check": Page(Right.ASK_MOBILEPAY, POST, "refund"),
    "refunds:approve": Page(Right.APPROVE_REFUNDS, BOTH, "refund"),
    "refunds:approve-in-emergency": Page(Right.APPROVE_IN_EMERGENCIES, BOTH, "refund"),
    "refunds:decline": Page(Right.APPROVE_REFUNDS, BOTH, "refund"),
    "refunds:withdraw": Page(Right.ASK_FOR_REFUNDS, BOTH, "refund"),
    "refunds:review": Page(Right.REVIEW_REFUNDS, BOTH, "refund"),
    "refunds:proof": Page(Right.SEE, GET, "refund"),
    "terminals:list": Page(Right.SEE, GET),
    "terminals:add": Page(Right.MANAGE_TERMINALS, BOTH),
    "terminals:labels": Page(Right.SEE, GET),
    "terminals:detail": Page(Right.SEE, GET, "terminal"),
    "terminals:change": Page(Right.MANAGE_TERMINALS, BOTH, "terminal"),
    "terminals:register-pos": Page(Right.MANAGE_TERMINALS, BOTH, "terminal"),
    "terminals:delete-pos": Page(Right.MANAGE_TERMINALS, BOTH, "terminal"),
    "terminals:compare-pos": Page(Right.MANAGE_TERMINALS, POST, "terminal"),
    "terminals:check-in": Page(Right.LOOK_UP_CHECK_INS, GET, "terminal"),
    "terminals:stores": Page(Right.SEE, GET),
    "terminals:synchronise": Page(Right.MANAGE_MERCHANT, POST),
    "terminals:store": Page(Right.SEE, GET, "store"),
    "terminals:merchant": Page(Right.SEE, GET),
    "terminals:merchant-details": Page(Right.MANAGE_MERCHANT, BOTH),
    "terminals:merchant-policies": Page(Right.MANAGE_MERCHANT, BOTH),
    "terminals:disable-merchant": Page(Door.PLATFORM, BOTH, "merchant"),
    "terminals:enable-merchant": Page(Door.PLATFORM, BOTH, "merchant"),
    "terminals:token": Page(Right.MANAGE_MERCHANT, GET),
    "terminals:create-token": Page(Right.MANAGE_MERCHANT, BOTH),
    "terminals:reset-token": Page(Right.MANAGE_MERCHANT, BOTH),
    "terminals:revoke-token": Page(Right.MANAGE_MERCHANT, BOTH, "token"),
    "terminals:open-enrolment": Page(Right.MANAGE_MERCHANT, BOTH),
    "terminals:close-enrolment": Page(Right.MANAGE_MERCHANT, BOTH),
    "people:list": Page(Right.MANAGE_PEOPLE, GET),
    "people:invite": Page(Right.MANAGE_PEOPLE, BOTH),
    "people:change": Page(Right.MANAGE_PEOPLE, BOTH, "person"),
    "people:remove": Page(Right.MANAGE_PEOPLE, BOTH, "person"),
    "people:remind": Page(Right.MANAGE_PEOPLE, BOTH, "person"),
    "people:remove-second-factor": Page(Right.MANAGE_PEOPLE, BOTH, "person"),
    "audit:list": Page(Right.READ_AUDIT_LOG, GET),
    "audit:export": Page(Right.READ_AUDIT_LOG, GET, "kind"),
}

# Which roles a right takes, in the words and the order of the page that refuses it.
TAKES = {
    Right.SEE: "administrator or approver or auditor or clerk",
    Right.ASK_MOBILEPAY: "administrator or approver or clerk",
    Right.LOOK_UP_CHECK_INS: "administrator or clerk",
    Right.HANDLE_PAYMENTS: "administrator",
    Right.ASK_FOR_REFUNDS: "administrator or clerk",
    Right.APPROVE_REFUNDS: "approver",
    Right.APPROVE_IN_EMERGENCIES: "administrator",
    Right.REVIEW_REFUNDS: "administrator or approver",
    Right.MANAGE_TERMINALS: "administrator",
    Right.MANAGE_PEOPLE: "administrator",
    Right.MANAGE_MERCHANT: "administrator",
    Right.READ_AUDIT_LOG: "administrator or auditor",
}
# Nobody holds these for some stores only.
WHOLE_ONLY = {Right.MANAGE_MERCHANT, Right.READ_AUDIT_LOG}

ALLOWED = "allowed"
SIGN_IN = "to the sign-in page"
ADD_FACTOR = "to the page that asks for a second factor"
PROVE = "to the page that asks again who one is"
UNKNOWN = "404"
WRONG_METHOD = "405"
ONLY_PLATFORM = "403: platform administrators"


@dataclass(frozen=True)
class Visitor:
    """`merchant` is theirs: OURS, OTHER_MERCHANT or none; `lacks_factor` of those who must have a second one."""

    role: str = ""
    merchant: Place | None = None
    is_limited: bool = False
    is_signed_in: bool = True
    is_platform: bool = False
    lacks_factor: bool = False

    def knows(self, place: Place) -> bool:
        """Whether the merchant in an address is one of theirs."""
        at = Place.OTHER_MERCHANT if place is Place.OTHER_MERCHANT else Place.OURS
        return self.is_platform or self.merchant is at

    def holds(self, right: Right | Door) -> bool:
        role = "administrator" if self.is_platform else self.role
        return role in TAKES.get(right, "").split(" or ") and not (self.is_limited and right in WHOLE_ONLY)

    def reaches(self, place: Place) -> bool:
        """Whether a thing below an address of a merchant they know is theirs to see."""
        return place is not Place.SMUGGLED and not (self.is_limited and place is Place.OTHER_STORE)


VISITORS = {
    "signed out": Visitor(is_signed_in=False),
    "dismissed": Visitor(is_signed_in=False),
    "administrator": Visitor("administrator", Place.OURS),
    "clerk": Visitor("clerk", Place.OURS),
    "approver": Visitor("approver", Place.OURS),
    "auditor": Visitor("auditor", Place.OURS),
    "administrator of one store": Visitor("administrator", Place.OURS, is_limited=True),
    "approver of one store": Visitor("approver", Place.OURS, is_limited=True),
    "clerk of one store": Visitor("clerk", Place.OURS, is_limited=True),
    "auditor of one store": Visitor("auditor", Place.OURS, is_limited=True),
    "administrator without a second factor": Visitor("administrator", Place.OURS, lacks_factor=True),
    "nobody's": Visitor(),
    "administrator of the other merchant": Visitor("administrator", Place.OTHER_MERCHANT),
    "platform administrator": Visitor(is_platform=True),
}


def expected(visitor: Visitor, page: Page, method: str, place: Place) -> str:
    """What the table says; what is asked first is answered first."""
    needs = page.needs
    answers = [
        (method not in page.methods, WRONG_METHOD),
        (needs is Door.OPEN, ALLOWED),
        (not visitor.is_signed_in, SIGN_IN),
        (needs is Door.SIGNED_IN, ALLOWED),
        (isinstance(needs, Door) and visitor.lacks_factor, ADD_FACTOR),
        (needs is Door.PLATFORM and not visitor.is_platform, ONLY_PLATFORM),
        (isinstance(needs, Door), ALLOWED),
        (not visitor.knows(place), UNKNOWN),
        (visitor.lacks_factor, ADD_FACTOR),
        (not visitor.holds(needs), f"403: {TAKES.get(needs)}"),
        (not visitor.reaches(place), UNKNOWN),
        (True, ALLOWED),
    ]
    return next(answer for holds, answer in answers if holds)
