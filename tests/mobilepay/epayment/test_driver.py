"""Exactly what goes over the wire for every call, and what is made of the answer."""

from dataclasses import replace
import json
import re

import pytest

from portal.mobilepay.epayment.driver import reference
from portal.mobilepay.errors import Contradiction, Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.types import PaymentRef
from portal.money import Money
from tests.mobilepay.clients import answer
from tests.mobilepay.epayment.conftest import KEY, ORDER, PAYMENT_ID, REFERENCE, REFUND, dkk, payment, problem

PATH = f"/epayment/v1/payments/{REFERENCE}"
REF = PaymentRef(REFERENCE, PAYMENT_ID)
BARE = {
    "accept": "application/json",
    "authorization": "Bearer token-1",
    "merchant-serial-number": "123456",
    "ocp-apim-subscription-key": "a-subscription",
    "vipps-system-name": "mobilepay-merchant-portal",
    "vipps-system-version": "1.0.0",
}


def dkk_money(minor):
    return Money(minor, "DKK")


LIBRARY_HEADERS = {"host", "user-agent", "accept-encoding", "connection", "content-length"}


def sent(script):
    """The line, the headers of ours, and the body of each call."""
    return [
        (
            asked.line,
            {name: value for name, value in asked.headers.items() if name not in LIBRARY_HEADERS},
            json.loads(asked.body) if asked.body else None,
        )
        for asked in script.asked
    ]


def keyed(body=None):
    return BARE | {"idempotency-key": str(KEY)} | ({} if body is None else {"content-type": "application/json"})


def test_a_payment_is_created_with_the_token_of_who_has_checked_in(script, payments):
    script.will_answer(answer({"reference": REFERENCE}, status="201 Created"))

    remote_id = payments.create(ORDER, key=KEY)

    body = {
        "amount": dkk(2706),
        "paymentMethod": {"type": "WALLET"},
        "customer": {"customerToken": "a-token"},
        "customerInteraction": "CUSTOMER_PRESENT",
        "userFlow": "PUSH_MESSAGE",
        "reference": REFERENCE,
        "paymentDescription": "Kino Nord, order-1",
        "metadata": {"paymentId": str(PAYMENT_ID), "terminal": "till-1"},
    }
    assert (remote_id, sent(script)) == (REFERENCE, [("POST /epayment/v1/payments", keyed(body), body)])


@pytest.mark.parametrize(
    ("tell", "act", "body"),
    [
        (lambda payments, _: payments.capture(REF, amount=Money(2000, "DKK"), key=KEY), "capture", dkk(2000)),
        (lambda payments, _: payments.cancel(REF, key=KEY), "cancel", None),
        (lambda _, payouts: payouts.pay(REFUND, key=KEY), "refund", dkk(1000)),
    ],
    ids=["capture", "cancel", "refund"],
)
def test_what_is_told_about_a_payment_names_it_in_the_path(script, payments, payouts, tell, act, body):
    script.will_answer(answer(payment()))

    tell(payments, payouts)

    wanted = body and {"modificationAmount": body}
    assert sent(script) == [(f"POST {PATH}/{act}", keyed(wanted), wanted)]


def test_a_look_up_carries_no_key(script, payments):
    script.will_answer(answer(payment("CREATED", authorized=0)))

    status = payments.status(REF)

    assert sent(script) == [(f"GET {PATH}", BARE, None)]
    assert (status.remote_id, status.state, status.money, status.captured) == (
        REFERENCE,
        "IssuedToUser",
        Money(2706, "DKK"),
        None,
    )


@pytest.mark.parametrize(
    ("order_id", "wanted"),
    [
        ("order-1", "order-1-8f3ac1b200004000"),
        ("Kø 7/æ", "K-7-8f3ac1b200004000"),
        ("æøå", "order-8f3ac1b200004000"),
        ("x" * 36, "x" * 36 + "-8f3ac1b200004000"),
    ],
)
def test_a_reference_shows_the_order_and_is_one_that_it_takes(order_id, wanted):
    made = reference(replace(ORDER, order_id=order_id))

    assert (made, re.fullmatch("[a-zA-Z0-9-]{8,64}", made) is not None) == (wanted, True)


@pytest.mark.parametrize(
    ("store", "order_id", "wanted"),
    [("Kino Nord", "order-1", "Kino Nord, order-1"), ("", "7", "7.."), ("x" * 120, "order-1", f"{'x' * 91}, order-1")],
    ids=["store and order", "too short", "too long"],
)
def test_a_description_is_as_long_as_it_may_be(script, payments, store, order_id, wanted):
    order = replace(ORDER, store=store, order_id=order_id)
    script.will_answer(answer({"reference": reference(order)}, status="201 Created"))

    payments.create(order, key=KEY)

    assert json.loads(script.asked[0].body)["paymentDescription"] == wanted


def test_a_lost_creation_is_found_by_the_reference_that_we_chose(script, payments):
    script.will_answer(answer(payment()), answer(problem(status=404), status="404 Not Found"))

    found = payments.find(ORDER, is_anothers=lambda _: True)
    missing = payments.find(ORDER, is_anothers=lambda _: True)

    assert (found.state, missing, script.lines) == ("Reserved", None, [f"GET {PATH}"] * 2)


def test_a_look_up_that_is_refused_says_nothing_about_a_lost_creation(script, payments):
    script.will_answer(answer(problem("5040", status=403), status="403 Forbidden"))

    with pytest.raises(Unreachable, match="HTTP 403"):
        payments.find(ORDER, is_anothers=lambda _: True)


def test_a_payment_of_another_reference_is_not_taken_for_ours(script, payments):
    script.will_answer(answer(payment() | {"reference": "another-one"}))

    with pytest.raises(Contradiction) as caught:
        payments.status(REF)

    assert caught.value.said == {"payment": "another-one"}


@pytest.mark.parametrize(
    ("looked_up", "events", "is_paid"),
    [
        (payment(captured=2706), None, False),
        (
            payment(captured=2706, refunded=1000),
            [{"name": "REFUNDED", "success": True, "idempotencyKey": str(KEY)}],
            True,
        ),
    ],
    ids=["nothing went back", "this refund went back"],
)
def test_a_refund_is_judged_by_the_sums_and_by_its_key(script, payouts, looked_up, events, is_paid):
    script.will_answer(answer(looked_up), answer(events))

    assert (
        payouts.is_paid(
            REFUND, key=KEY, paid_before=dkk_money(0), others_in_doubt=dkk_money(1000), is_key_forgotten=False
        )
        is is_paid
    )


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"name": "REFUNDED", "success": False, "idempotencyKey": str(KEY)}],
        [{"name": "CAPTURED", "success": True, "idempotencyKey": str(KEY)}],
        [{"name": "REFUNDED", "success": True}],
    ],
    ids=["none", "a refund that failed", "a capture", "a refund without its key"],
)
def test_what_events_do_not_tell_of_a_refund_stays_unknown(script, payouts, events):
    script.will_answer(answer(payment(captured=2706, refunded=1000)), answer(events))

    with pytest.raises(Unreachable, match="nothing says for which refund"):
        payouts.is_paid(
            REFUND, key=KEY, paid_before=dkk_money(0), others_in_doubt=dkk_money(1000), is_key_forgotten=False
        )


@pytest.mark.parametrize(
    "answers", [[{}], [payment(captured=2706, refunded=1000), {"name": 1}]], ids=["sums", "events"]
)
def test_what_cannot_be_read_of_a_refund_stays_unknown(script, payouts, answers):
    script.will_answer(*[answer(each) for each in answers])

    with pytest.raises(Unreadable, match="an answer without the promised"):
        payouts.is_paid(
            REFUND, key=KEY, paid_before=dkk_money(0), others_in_doubt=dkk_money(1000), is_key_forgotten=False
        )


def test_a_refused_look_at_a_refund_says_nothing(script, payouts):
    script.will_answer(answer(problem("5090", status=404), status="404 Not Found"))

    with pytest.raises(Unreachable, match="HTTP 404"):
        payouts.is_paid(
            REFUND, key=KEY, paid_before=dkk_money(0), others_in_doubt=dkk_money(1000), is_key_forgotten=False
        )


def test_a_refusal_says_why_in_the_portals_words_with_what_support_will_ask_for(script, payments):
    script.will_answer(answer(problem("6140"), status="400 Bad Request"))

    with pytest.raises(Rejected) as caught:
        payments.capture(REF, amount=Money(2000, "DKK"), key=KEY)

    error = caught.value
    assert (error.reason, error.code, error.trace_id) == (Reason.NO_PARTIAL_CAPTURE, "6140", "trace-1")
    assert error.is_final(is_first=False) is True
