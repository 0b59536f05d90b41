"""Asking twice is asking once, and one point of sale serves one customer at a time."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import CAPTURE, START, books, keys
from tests.payments.till_sequences import cancel, capture, prepare, reserve

KEY = {"Idempotency-Key": "till-key-1"}


def test_a_second_start_is_refused_and_names_the_payment_and_order_in_its_way(till, simulator):
    first = till.start("order-1")

    second = till.start("order-2")

    assert second.status == 409
    assert second.body == {
        "paymentId": None,
        "success": False,
        "errors": [
            (
                f"Payment {first['paymentId']} for order order-1 is still active on this point of sale. "
                "Finish or cancel it first; nothing was started."
            )
        ],
        "errorCodes": ["payment_active"],
    }
    assert books(simulator) == [("order-1", "Initiated", "0")]
    assert len(keys(simulator, START)) == 1
    assert Payment.objects.count() == 1


def test_a_reserved_payment_does_not_block_the_next_customer(till, customer, simulator):
    reserve(till, customer, "order-1")

    second = till.start("order-2")

    assert second.status == 200
    assert books(simulator) == [("order-1", "Reserved", "0"), ("order-2", "Initiated", "0")]


def test_two_tills_of_a_merchant_do_not_block_each_other(till, neighbour, simulator):
    first = till.start("order-1")

    second = neighbour.start("order-1")

    assert [first.status, second.status] == [200, 200]
    assert first["paymentId"] != second["paymentId"]
    assert books(simulator) == [("order-1", "Initiated", "0")] * 2


@pytest.mark.parametrize("state", ["Initiated", "IssuedToUser", "Reserved"])
def test_the_same_start_is_the_same_payment_while_it_is_open(till, customer, simulator, state):
    first = till.start()
    if state != "Initiated":
        customer.checks_in()
    if state == "Reserved":
        customer.accepts()
    assert till.status(first["paymentId"]) == state

    again = till.start()

    assert (again.status, again.body) == (200, first.body)
    assert len(keys(simulator, START)) == 1
    assert Payment.objects.count() == 1


def test_the_same_order_is_a_new_payment_once_the_first_has_ended(till, simulator):
    first = till.start()
    cancel(till, first["paymentId"])

    again = till.start()

    assert again.status == 200
    assert again["paymentId"] != first["paymentId"]
    assert books(simulator) == [("order-1", "CancelledByClient", "0"), ("order-1", "Initiated", "0")]


def test_an_active_order_with_another_amount_is_refused(till, simulator):
    first = till.start(amount="27.06")

    again = till.start(amount="27.07")

    assert (again.status, again.codes) == (409, ["payment_active"])
    assert first["paymentId"] in again["errors"][0]
    assert len(keys(simulator, START)) == 1


@pytest.mark.parametrize("flow", ["start", "prepare"])
def test_a_reserved_order_asked_for_differently_is_refused(till, customer, simulator, flow):
    payment_id = reserve(till, customer)

    again = till.start(amount="27.07") if flow == "start" else prepare(till)

    assert (again.status, again.codes) == (409, ["order_open"])
    assert again["errors"] == [
        (
            f"Order order-1 is open as payment {payment_id} with another amount. "
            "Capture or cancel that one first; nothing was started."
        )
    ]
    assert books(simulator) == [("order-1", "Reserved", "0")]


@pytest.mark.parametrize("end", ["open", "ended"])
def test_an_equal_idempotency_key_gives_the_first_payment_even_after_its_end(till, simulator, end):
    first = till.start(headers=KEY)
    if end == "ended":
        cancel(till, first["paymentId"])

    again = till.start(headers=KEY)

    assert (again.status, again.body) == (200, first.body)
    assert len(keys(simulator, START)) == 1


@pytest.mark.parametrize(
    "other",
    [{"order_id": "order-2"}, {"amount": "27.07"}, {"posId": "neighbour"}, {"flow": "prepare"}],
    ids=lambda other: next(iter(other)),
)
def test_a_key_reused_with_other_content_is_refused_and_starts_nothing(till, neighbour, simulator, other):
    first = till.start(headers=KEY)
    cancel(till, first["paymentId"])

    if "flow" in other:
        again = prepare(till, headers=KEY)
    elif "posId" in other:
        again = neighbour.start(headers=KEY)
    else:
        again = till.start(headers=KEY, **other)

    assert (again.status, again.codes) == (409, ["idempotency_key_reused"])
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]
    assert Payment.objects.count() == 1


def test_a_new_key_does_not_get_past_a_payment_in_its_way(till, simulator):
    first = till.start("order-1")

    second = till.start("order-2", headers=KEY)

    assert (second.status, second.codes) == (409, ["payment_active"])
    assert first["paymentId"] in second["errors"][0]
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_key_belongs_to_its_merchant(till, stranger, simulator):
    ours = till.start(headers=KEY)

    theirs = stranger.start(headers=KEY)

    assert [ours.status, theirs.status] == [200, 200]
    assert ours["paymentId"] != theirs["paymentId"]


def test_a_preparation_with_an_equal_key_is_the_same_payment(till, simulator):
    first = prepare(till, headers=KEY)

    again = prepare(till, headers=KEY)

    assert (again.status, again.body) == (200, first.body)
    assert books(simulator) == [("order-1", "Prepared", "0")]


def test_a_capture_asked_twice_takes_the_money_once(till, customer, simulator):
    payment_id = reserve(till, customer)
    first = capture(till, payment_id)

    again = capture(till, payment_id)
    named = capture(till, payment_id, amount="27.06")

    assert [first.status, again.status, named.status] == [200, 200, 200]
    assert first.body == again.body == named.body
    assert len(simulator.calls.find(*CAPTURE)) == 1
    assert books(simulator) == [("order-1", "Captured", "27.06")]
