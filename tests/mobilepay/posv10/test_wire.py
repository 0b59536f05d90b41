"""Exactly what goes over the wire for every operation of PoS V10, and what is made of the answer."""

import json

import pytest

from portal.mobilepay.types import PaymentRef, PointOfSaleRef
from portal.money import Money
from tests.mobilepay.clients import FAR_FUTURE, MemoryStore, answer, gateway_to, refund_ref, tokens_from
from tests.mobilepay.operations import KEY, OPERATIONS, PAYMENT, REFUND, REFUND_ANSWER

# What every HTTP library adds, and MobilePay does not care about.
LIBRARY_HEADERS = {"host", "user-agent", "accept-encoding", "connection", "content-length"}


@pytest.mark.parametrize(
    ("call", "line", "body", "has_key", "answered", "result"),
    [row[1:] for row in OPERATIONS],
    ids=[row[0] for row in OPERATIONS],
)
def test_operation_asks_exactly_this_and_understands_the_answer(
    script, scripted, call, line, body, has_key, answered, result
):
    method, _, path = line.partition(" ")
    script.will_answer(answer(answered))

    outcome = call(scripted)

    assert outcome == result
    assert script.lines == [f"{method} /pos/v10{path}"]
    [asked] = script.asked
    # Numbers stay text here, digit by digit as they were sent: 12.50, never 12.5 by way of a float.
    assert (json.loads(asked.body, parse_float=str) if asked.body else None) == body
    assert {name: value for name, value in asked.headers.items() if name not in LIBRARY_HEADERS} == {
        "accept": "application/json",
        "authorization": "Bearer token-1",
        "correlationid": "request-1",
        "x-ibm-client-id": "demo-client",
        "x-mobilepay-client-system-version": "2.1.1",
        "x-mobilepay-merchant-vat-number": "DK12345678",
        **({"content-type": "application/json"} if body else {}),
        **({"x-mobilepay-idempotency-key": str(KEY)} if has_key else {}),
    }


@pytest.mark.parametrize(
    ("minor", "sent"),
    [(1250, b"12.50"), (1, b"0.01"), (2706, b"27.06"), (30, b"0.30"), (999_999_999_999, b"9999999999.99")],
)
def test_amount_goes_over_the_wire_exactly(script, scripted, minor, sent):
    script.will_answer(answer())

    scripted.payments.capture(PaymentRef(PAYMENT), amount=Money(minor, "DKK"), key=KEY)

    assert script.asked[0].body == b'{"amount": ' + sent + b"}"


@pytest.mark.parametrize(
    ("sent", "minor"),
    [
        (b"12.5", 1250),
        (b"12.50", 1250),
        (b"0.01", 1),
        (b"7", 700),
        (b"9999999999.99", 999_999_999_999),
        (b"1.2E+1", 1200),
    ],
)
def test_amount_comes_off_the_wire_exactly(script, scripted, sent, minor):
    whole = json.dumps(REFUND_ANSWER).encode()
    script.will_answer(answer(whole.replace(b"12.5", sent)))

    refund = scripted.refunds.status(refund_ref(REFUND))

    assert refund.money == Money(minor, "DKK")


def test_ids_cannot_leave_their_place_in_the_path(script, scripted):
    script.will_answer(answer())

    scripted.registry.delete(PointOfSaleRef("x/../y?z=1#a b", ""))

    assert script.lines == ["DELETE /pos/v10/pointofsales/x%2F..%2Fy%3Fz%3D1%23a%20b"]


def test_every_call_names_the_correlation_id_of_its_moment(script, http):
    names = iter(["first", "second"])
    mobilepay = gateway_to(
        script.url,
        http,
        tokens=tokens_from(script.url, http, store=MemoryStore(f"{FAR_FUTURE} token-1")),
        correlation_id=lambda: next(names),
    )
    script.will_answer(answer([]), answer([]))

    mobilepay.stores.all()
    mobilepay.stores.all()

    assert [asked.headers["correlationid"] for asked in script.asked] == ["first", "second"]
