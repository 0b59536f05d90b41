"""A morning at the refund desk: some requests wait, some were paid or declined. Everything goes the real way."""

from urllib.request import Request, urlopen
from uuid import uuid4

import simplejson

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

_BATCH = 1000
_TIMEOUT_SECONDS = 30
# Who asks for how much of the whole, why, and what becomes of it.
_CASES = [
    ("carl", 1, RefundReason.RETURNED, "", "approve"),
    ("stine", 2, RefundReason.WRONG_AMOUNT, "Rang up two popcorns instead of one", "approve"),
    ("carl", 1, RefundReason.GOODWILL, "Waited half an hour at the counter", "decline"),
    ("carl", 1, RefundReason.WRONG_ITEM, "Swapped for size L", "wait"),
    ("stine", 1, RefundReason.CANCELLED, "Projector failed at 18:00", "wait"),
    ("carl", 2, RefundReason.FAULTY, "", "wait"),
]


def remember(simulator_url: str) -> None:
    """Let the simulator know the payments that were captured before it began, so that they can be refunded."""
    captured = Payment.objects.filter(state=State.CAPTURED).select_related("point_of_sale").order_by("created_at")
    known = [
        {
            "paymentId": payment.remote_id,
            "posId": str(payment.point_of_sale.pos_id),
            "orderId": payment.order_id,
            "amount": payment.captured.major,
            "currencyCode": payment.currency,
            "capturedAt": payment.changed_at.isoformat(),
        }
        for payment in captured
    ]
    for start in range(0, len(known), _BATCH):
        body = simplejson.dumps(known[start : start + _BATCH], use_decimal=True).encode()
        request = Request(f"{simulator_url}/_simulator/payments", body, method="POST")  # noqa: S310 - our own address
        urlopen(request, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310


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
