"""Another merchant's payment does not exist, whatever is asked about it, and asking moves nothing."""

import pytest

from payments.models import Payment
from tests.payments.factories import traces
from tests.payments.posv10_calls import be_busy
from tests.payments.till_sequences import prepare, reserve

BY_ID = ["payment/details", "payment/status", "payment/capture", "payment/cancel"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", BY_ID)
def test_another_merchants_payment_is_not_found(till, stranger, customer, simulator, path, method):
    if method == "post" and path in {"payment/details", "payment/status"}:
        method = "get"
    payment_id = reserve(till, customer)
    before = traces(payment_id)
    asked = len(simulator.calls.find())

    answer = getattr(stranger, method)(path, paymentId=payment_id)

    assert (answer.status, answer.codes) == (404, ["payment_not_found"])
    assert traces(payment_id) == before
    assert len(simulator.calls.find()) == asked


def test_another_merchants_preparation_takes_no_amount_of_ours(till, stranger, simulator):
    payment_id = prepare(till)["paymentId"]
    before = traces(payment_id)

    on_ours = stranger.post(
        "payment/ready", paymentId=payment_id, orderId="order-1", amount="5", terminalId=stranger.terminal_id
    )
    on_theirs = stranger.post(
        "payment/ready", paymentId=payment_id, orderId="order-1", amount="5", terminalId=till.terminal_id
    )

    assert (on_ours.status, on_ours.codes) == (404, ["payment_not_found"])
    assert (on_theirs.status, on_theirs.codes) == (404, ["terminal_not_found"])
    assert traces(payment_id) == before


@pytest.mark.parametrize("path", ["payment/start", "payment/prepare", "payment/start/byPosId"])
def test_nothing_starts_on_another_merchants_till(till, stranger, pos, simulator, path):
    asked = len(simulator.calls.find())

    answer = stranger.post(path, orderId="order-1", amount="5", terminalId=till.terminal_id, posId=str(pos.pos_id))

    is_by_pos = path.endswith("byPosId")
    assert (answer.status, answer.codes) == (404, ["pos_not_found" if is_by_pos else "terminal_not_found"])
    assert Payment.objects.count() == 0
    assert len(simulator.calls.find()) == asked


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("payments", "terminal_not_found"),
        ("payment/id/retrieve/byterminal", "payment_not_found"),
        ("payment/id/retrieve/byposId", "payment_not_found"),
        ("payment/id/retrieve/bystate", "payment_not_found"),
    ],
)
def test_another_merchants_orders_are_not_found(till, stranger, customer, pos, path, code):
    till.post("payment/capture", paymentId=reserve(till, customer))

    answer = stranger.get(path, orderId="order-1", terminalId=till.terminal_id, posId=str(pos.pos_id), state="Captured")

    assert (answer.status, answer.codes) == (404, [code])


def test_two_merchants_with_one_order_each_find_their_own(till, stranger):
    ours = till.start("order-1")["paymentId"]
    theirs = stranger.start("order-1")["paymentId"]

    found = [
        each.get("payment/id/retrieve/byterminal", orderId="order-1", terminalId=each.terminal_id)["paymentId"]
        for each in (till, stranger)
    ]

    assert found == [ours, theirs]


@pytest.mark.parametrize("act", ["start", "ready"])
def test_a_currency_of_another_merchant_is_refused(till, simulator, act):
    payment_id = prepare(till)["paymentId"] if act == "ready" else None
    asked = len(simulator.calls.find())

    if act == "start":
        answer = till.start(currencyCode="EUR")
    else:
        answer = till.post(
            "payment/ready",
            paymentId=payment_id,
            orderId="order-1",
            amount="5",
            currencyCode="EUR",
            terminalId=till.terminal_id,
        )

    assert (answer.status, answer.codes) == (400, ["parameter_invalid"])
    assert answer["errors"] == ["The parameter currencyCode EUR is not a currency of this merchant."]
    assert len(simulator.calls.find()) == asked
    assert list(Payment.objects.values_list("state", "amount_minor")) == ([("Prepared", None)] if payment_id else [])


@pytest.mark.parametrize("path", [*BY_ID, "payment/ready"])
def test_a_payment_nobody_has_is_not_found(till, path):
    parameters = {"paymentId": "00000000-0000-4000-8000-000000000000"}
    if path == "payment/ready":
        parameters |= {"orderId": "order-1", "amount": "5", "terminalId": till.terminal_id}

    answer = till.get(path, **parameters)

    assert (answer.status, answer.codes) == (404, ["payment_not_found"])


def test_an_outage_does_not_tell_a_stranger_that_a_payment_exists(till, stranger, simulator):
    be_busy(simulator)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    answer = stranger.get("payment/status", paymentId=payment_id)

    assert (answer.status, answer.codes) == (404, ["payment_not_found"])
