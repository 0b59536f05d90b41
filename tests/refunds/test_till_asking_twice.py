"""Asking twice for a refund is asking once, by its order and by the till's own key."""

import pytest

from payments.models import Payment
from portal import clock
from refunds.services import approvals
from tests.payments.posv10_calls import keys
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    sell,
    told,
    told_mobilepay,
)

KEY = {"Idempotency-Key": "till-key-1"}


@pytest.mark.parametrize("end", [None, pay_out, call_off])
@pytest.mark.parametrize("headers", [{}, KEY], ids=["by its order", "by a key"])
def test_the_same_create_is_the_same_refund_even_after_its_end(till, sold, simulator, end, headers):
    first = give_back(till, sold, headers=headers)
    if end:
        assert end(till, first["refundId"]).status == 200
    before = books(sold), told(first["refundId"]), all_refunds()

    again = give_back(till, sold, headers=headers)

    assert (again.status, again.body) == (200, first.body)
    assert (books(sold), told(first["refundId"]), all_refunds()) == before
    assert told_mobilepay(simulator, CREATE) == 1


def test_the_same_create_with_a_key_the_first_one_lacked_is_the_same_refund(till, sold, simulator):
    first = give_back(till, sold)

    again = give_back(till, sold, headers=KEY)

    assert (again.status, again.body) == (200, first.body)
    assert told_mobilepay(simulator, CREATE) == 1


def test_the_same_create_of_a_request_is_the_same_request(till, sold, simulator):
    rules(sold.merchant, till_limit_minor=500)
    first = give_back(till, sold)

    again = give_back(till, sold)

    assert (again.status, again.body) == (200, first.body)
    assert all_refunds() == [("refund-1", 1000, "Requested")]
    assert books(sold) == (2706, 1000, 0)
    assert told_mobilepay(simulator) == 0


def test_a_declined_request_asked_for_again_is_the_declined_one(till, sold, asta, simulator):
    rules(sold.merchant, till_limit_minor=500)
    first = give_back(till, sold)
    approvals.decline(
        refund=fresh(first["refundId"]),
        reason="no receipt",
        by=asta.user,
        now=clock.now(),
    )

    again = give_back(till, sold)

    assert (again.status, again.body) == (200, first.body)
    assert all_refunds() == [("refund-1", 1000, "Declined")]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("end", [None, pay_out, call_off])
def test_a_refund_order_asked_for_with_another_amount_is_refused(till, sold, simulator, end):
    first = refund_id(give_back(till, sold))
    if end:
        end(till, first)
    before, asked = (books(sold), all_refunds()), told_mobilepay(simulator)

    again = give_back(till, sold, "10.01")

    assert (again.status, again.codes) == (409, ["refund_order_reused"])
    assert again["errors"] == [
        (
            "Refund order refund-1 of this payment is another refund, over 10.00 DKK. "
            "Nothing more was done; use another refundOrderId for another refund."
        )
    ]
    assert (books(sold), all_refunds()) == before
    assert told_mobilepay(simulator) == asked


@pytest.mark.parametrize("other", ["amount", "order", "payment"])
def test_a_key_reused_with_other_content_is_refused_and_gives_nothing_back(till, customer, sold, simulator, other):
    another = sell(till, customer, order_id="order-2")
    give_back(till, sold, headers=KEY)
    asked = told_mobilepay(simulator)

    again = {
        "amount": lambda: give_back(till, sold, "10.01", headers=KEY),
        "order": lambda: give_back(till, sold, order_id="refund-2", headers=KEY),
        "payment": lambda: give_back(till, another, headers=KEY),
    }[other]()

    assert (again.status, again.codes) == (409, ["idempotency_key_reused"])
    assert (books(sold), books(another)) == ((2706, 1000, 0), (2706, 0, 0))
    assert all_refunds() == [("refund-1", 1000, "Initiated")]
    assert told_mobilepay(simulator) == asked


def test_a_new_key_does_not_make_a_second_refund_of_an_order(till, sold, simulator):
    first = give_back(till, sold, headers=KEY)

    same = give_back(till, sold, headers={"Idempotency-Key": "till-key-2"})
    other = give_back(till, sold, "10.01", headers={"Idempotency-Key": "till-key-2"})

    assert (same.status, same.body) == (200, first.body)
    assert (other.status, other.codes) == (409, ["refund_order_reused"])
    assert told_mobilepay(simulator, CREATE) == 1


def test_a_key_that_began_a_payment_cannot_give_money_back(till, sold, simulator):
    assert till.start("order-2", headers=KEY).status == 200

    refused = give_back(till, sold, headers=KEY)

    assert (refused.status, refused.codes) == (409, ["idempotency_key_reused"])
    assert all_refunds() == []
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0


def test_a_key_that_gave_money_back_cannot_begin_a_payment(till, sold, simulator):
    give_back(till, sold, headers=KEY)
    calls = len(simulator.calls.find())

    refused = till.start("order-2", headers=KEY)

    assert (refused.status, refused.codes) == (409, ["idempotency_key_reused"])
    assert list(Payment.objects.values_list("order_id", flat=True)) == ["order-1"]
    assert len(simulator.calls.find()) == calls


def test_a_key_belongs_to_its_merchant(till, sold, stranger, simulator):
    theirs = stranger.start(headers=KEY)

    ours = give_back(till, sold, headers=KEY)

    assert [theirs.status, ours.status] == [200, 200]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


@pytest.mark.parametrize(
    ("act", "call", "state"),
    [(pay_out, CAPTURE, "Captured"), (call_off, CANCEL, "CancelledByClient")],
)
def test_a_finished_refund_is_finished_once(till, sold, simulator, act, call, state):
    refund = reserved_at_till(till, sold)
    first = act(till, refund)
    before = books(sold), told(refund)
    asked = told_mobilepay(simulator)

    again = act(till, refund)

    assert [first.status, again.status] == [200, 200]
    assert first.body == again.body
    assert (books(sold), told(refund)) == before
    assert keys(simulator, call) == [str(fresh(refund).key_of(call[1].rpartition("/")[2]))]
    assert told_mobilepay(simulator) == asked
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]


def test_cancelling_a_request_twice_is_cancelling_it_once(till, sold, simulator):
    rules(sold.merchant, till_limit_minor=500)
    refund = refund_id(give_back(till, sold))

    first, again = call_off(till, refund), call_off(till, refund)

    assert [first.status, again.status] == [200, 200]
    assert first.body == again.body
    assert told(refund) == ["Requested", "Withdrawn"]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0
