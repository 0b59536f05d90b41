"""A morning at the refund desk: some requests wait, some were paid or declined. Everything goes the real way."""

from uuid import uuid4

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.accounts.models import User
from portal.audit.actors import WORKER
from portal.money import Money
from refunds.models import Refund
from refunds.services import approvals, requests, sweep
from refunds.states import RefundReason
from refunds.states import State as RefundState

# Who asks for how much of the whole, why, and what becomes of it.
_CASES = [
    ("carl", 1, RefundReason.RETURNED, "", "approve"),
    ("stine", 2, RefundReason.WRONG_AMOUNT, "Rang up two popcorns instead of one", "approve"),
    ("carl", 1, RefundReason.GOODWILL, "Waited half an hour at the counter", "decline"),
    ("carl", 1, RefundReason.WRONG_ITEM, "Swapped for size L", "wait"),
    ("stine", 1, RefundReason.CANCELLED, "Projector failed at 18:00", "wait"),
    ("carl", 2, RefundReason.FAULTY, "", "wait"),
]


def write(*, bio_code: str) -> None:
    """Ask for a few refunds of the newest sales, decide about some of them, and pay those out."""
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@kino.example")}
    visible = Payment.objects.visible_to(people["stine"]).filter(merchant__bio_code=bio_code, state=State.CAPTURED)
    newest = visible.whole().order_by("-changed_at")[: len(_CASES)]
    for payment, (name, part, reason, note, ending) in zip(newest, _CASES, strict=True):
        amount = Money(payment.captured_minor // part, payment.currency)
        refund = requests.ask(
            payment=payment,
            order=uuid4(),
            amount=amount,
            reason=reason,
            note=note,
            requester=people[name],
            now=clock.now(),
        )
        if ending == "approve":
            approvals.approve(refund=refund, by=people["asta"], now=clock.now())
        elif ending == "decline":
            why = "The receipt is of another shop"
            approvals.decline(refund=refund, reason=why, by=people["bent"], now=clock.now())
    for approved in Refund.objects.filter(state=RefundState.APPROVED):
        sweep.process(refund_id=approved.pk, by=WORKER, now=clock.now())
