"""ePayment's driver against a server that reads from a script, with a token in hand."""

from uuid import UUID

import pytest

from portal.mobilepay.epayment.driver import Payments, Payouts
from portal.mobilepay.epayment.tokens import Keys, token_source
from portal.mobilepay.epayment.wire import Wire
from portal.mobilepay.types import PaymentOrder, PaymentRef, RefundOrder
from portal.money import Money
from tests.mobilepay.clients import FAR_FUTURE, MemoryStore

KEYS = Keys("a-client", "a-secret", "a-subscription", "123456")
KEY = UUID("c0ffee00-0000-4000-8000-000000000001")
PAYMENT_ID = UUID("8f3ac1b2-0000-4000-8000-00000000abcd")
REFERENCE = "order-1-8f3ac1b200004000"
ORDER = PaymentOrder(PAYMENT_ID, "pos-1", "order-1", Money(2706, "DKK"), "a-token", "Kino Nord", "till-1")
REFUND = RefundOrder(UUID(int=7), PaymentRef(REFERENCE, PAYMENT_ID), "R-1", Money(1000, "DKK"))


def dkk(minor):
    return {"currency": "DKK", "value": minor}


def payment(state="AUTHORIZED", *, authorized=2706, captured=0, cancelled=0, refunded=0, **members):
    """What a look-up answers."""
    sums = {
        "authorizedAmount": authorized,
        "capturedAmount": captured,
        "cancelledAmount": cancelled,
        "refundedAmount": refunded,
    }
    aggregate = {name: dkk(minor) for name, minor in sums.items()}
    return {"reference": REFERENCE, "state": state, "amount": dkk(2706), "aggregate": aggregate, **members}


def problem(code="", *, status=400, **members):
    """An error of its own, with its code among the details."""
    details = [{"name": "ErrorCode", "reason": code}] if code else [{"name": "amount.value", "reason": "is missing"}]
    return {"title": "No", "status": status, "traceId": "trace-1", "extraDetails": details, **members}


def tokens_to(url, http, *, store=None, **options):
    return token_source(http, url=url, keys=KEYS, account="1/1", shared=store or MemoryStore(), **options)


@pytest.fixture
def wire(script, http):
    tokens = tokens_to(script.url, http, store=MemoryStore(f"{FAR_FUTURE} token-1"))
    return Wire(http=http, tokens=tokens, url=script.url, keys=KEYS, account="1/1")


@pytest.fixture
def payments(wire):
    return Payments(wire, captures_parts=False)


@pytest.fixture
def payouts(wire):
    return Payouts(wire)
