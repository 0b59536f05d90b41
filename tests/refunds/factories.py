"""Sales and refunds that come about without a customer, and what a till says without its till API."""

from decimal import Decimal
from uuid import uuid4

from django.db.models import F

from payments.models import Payment
from portal import clock
from portal.audit.actors import WORKER, Actor, ActorKind
from portal.mobilepay.simulator.posv10.bodies import PastPayment
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import requests, transitions
from refunds.states import POSSIBLE_FROM
from tests.payments.factories import new_payment
from tests.refunds.scenarios import ask, dkk, rules

FIND = ("GET", "/pos/v10/refunds")
TILL = Actor(ActorKind.TILL, "a-token")


def sale(simulator, pos, minor=2706, **fields):
    """A captured payment that MobilePay has in its books as well."""
    payment = new_payment(pos, state="Captured", amount_minor=minor, **fields)
    past = PastPayment.read(
        Fields(
            {
                "paymentId": payment.remote_id,
                "posId": str(pos.pos_id),
                "orderId": payment.order_id,
                "amount": Decimal(minor) / 100,
                "currencyCode": payment.currency,
                "capturedAt": payment.changed_at.isoformat(),
            }
        )
    )
    with simulator.world.present():
        simulator.world.payments.remember(simulator.world.points_of_sale.get(str(pos.pos_id)), past)
    return payment


def decided(payment, person, minor=1000):
    """A refund that the desk wants and nobody else needs to approve; a worker is to pay it."""
    rules(payment.merchant, desk_limit_minor=payment.captured_minor)
    return ask(payment, person, minor)


def at_till(payment, minor=1000, order="refund-1"):
    """A till asks for a refund, up to its limit."""
    return requests.create(
        payment=Payment.objects.select_related("merchant").get(pk=payment.pk),
        refund_order_id=order,
        amount=dkk(minor),
        idempotency_key=None,
        by=TILL,
        now=clock.now(),
    )


def set_balance(simulator, major):
    """What the first store can give back."""
    simulator.world.merchants[0].stores[0].balance = Decimal(major)


def schedule(refund, operation):
    """Note what MobilePay is to be told, as anybody's act would; says whether it was noted."""
    return transitions.LEDGER.schedule(
        refund,
        Operation(operation),
        states=POSSIBLE_FROM[operation],
        instead_of=refund.operation if refund.operation == "create" else "",
        by=WORKER,
        now=clock.now(),
    )


def new_refund(payment, **fields):
    """A till's refund put straight into the database, with its room on the payment, unless the fields say otherwise."""
    facts = {
        "merchant": payment.merchant,
        "store_id": payment.store_id,
        "payment": payment,
        "origin": "till",
        "refund_order_id": str(uuid4()),
        "amount_minor": 1000,
        "refundable_before_minor": 2706,
        "currency": payment.currency,
        "reason": "till",
        "approvals_needed": 0,
        "lapses_at": clock.now(),
        **fields,
    }
    if facts.get("state") == "Created":
        facts.setdefault("operation", "create")
    if facts.get("state") in {"Initiated", "Reserved"}:
        facts.setdefault("remote_id", str(uuid4()))
    Payment.objects.filter(pk=payment.pk).update(
        refund_committed_minor=F("refund_committed_minor") + facts["amount_minor"]
    )
    return Refund.objects.create(**facts)
