"""A till crashed and has forgotten everything but its order: it finds its payment again."""

import pytest

from tests.payments.posv10_calls import START, books, swallow
from tests.payments.till_sequences import cancel, capture, prepare, reserve


def test_a_till_finds_its_payment_by_order_and_finishes_it(till, customer, simulator, pos):
    started = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    by_terminal = till.get("payment/id/retrieve/byterminal", orderId="order-1", terminalId=till.terminal_id)
    by_pos = till.get("payment/id/retrieve/byposId", orderId="order-1", posId=str(pos.pos_id))
    listed = till.get("payments", terminalId=till.terminal_id, orderId="order-1")
    status = till.status(by_terminal["paymentId"])
    captured = capture(till, by_terminal["paymentId"])
    by_state = till.get("payment/id/retrieve/bystate", orderId="order-1", state="Captured")

    assert by_terminal.body == {"paymentId": started, "success": True, "errors": [], "errorCodes": []}
    assert by_pos.body == by_state.body == by_terminal.body
    assert listed["paymentsIds"] == [started]
    assert status == "Reserved"
    assert captured.status == 200
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_till_finds_a_start_whose_answer_it_never_got(till, customer, simulator):
    swallow(simulator, START, done=True)
    till.start()

    found = till.get("payment/id/retrieve/byterminal", orderId="order-1", terminalId=till.terminal_id)
    listed = till.get("payments", terminalId=till.terminal_id)

    assert listed["paymentsIds"] == [found["paymentId"]]
    assert till.status(found["paymentId"]) == "Initiated"


def test_the_newest_payment_of_an_order_wins(till, pos, later):
    first = till.start()["paymentId"]
    cancel(till, first)
    later(seconds=1)
    second = till.start()["paymentId"]

    newest = till.get("payment/id/retrieve/byterminal", orderId="order-1", terminalId=till.terminal_id)
    cancelled = till.get(
        "payment/id/retrieve/byterminal",
        orderId="order-1",
        terminalId=till.terminal_id,
        paymentState="CancelledByClient",
    )
    by_pos = till.get("payment/id/retrieve/byposId", orderId="order-1", posId=str(pos.pos_id), paymentState="Initiated")

    assert newest["paymentId"] == second
    assert cancelled["paymentId"] == first
    assert by_pos["paymentId"] == second


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("bystate", {"orderId": "order-1", "state": "Captured"}),
        ("byterminal", {"orderId": "order-1", "terminalId": "own", "paymentState": "Captured"}),
        ("byterminal", {"orderId": "order-2", "terminalId": "own"}),
        ("byterminal", {"orderId": "order-1", "terminalId": "neighbour"}),
        ("byposId", {"orderId": "order-1", "posId": "own", "paymentState": "Reserved"}),
        ("byposId", {"orderId": "order-1", "posId": "unknown"}),
    ],
)
def test_what_does_not_match_is_not_found(till, neighbour, pos, path, wanted):
    till.start()
    terminals = {"own": till.terminal_id, "neighbour": neighbour.terminal_id}
    if "terminalId" in wanted:
        wanted = {**wanted, "terminalId": terminals[wanted["terminalId"]]}
    if "posId" in wanted:
        known = {"own": str(pos.pos_id), "unknown": "00000000-0000-4000-8000-000000000000"}
        wanted = {**wanted, "posId": known[wanted["posId"]]}

    answer = till.get(f"payment/id/retrieve/{path}", **wanted)

    assert (answer.status, answer.codes) == (404, ["payment_not_found"])
    assert answer["paymentId"] is None


def test_retrieving_by_state_knows_only_captured(till, customer):
    capture(till, reserve(till, customer))

    answer = till.get("payment/id/retrieve/bystate", orderId="order-1", state="Reserved")

    assert (answer.status, answer.codes) == (400, ["parameter_invalid"])


def test_the_open_payments_of_a_terminal_are_the_active_and_the_reserved_newest_first(till, customer, neighbour, later):
    reserved = reserve(till, customer, "order-1")
    later(seconds=1)
    ended = till.start("order-2")["paymentId"]
    cancel(till, ended)
    later(seconds=1)
    active = prepare(till, "order-3")["paymentId"]
    neighbour.start("order-4")

    answer = till.get("payments", terminalId=till.terminal_id)

    assert answer.body == {"paymentsIds": [active, reserved], "success": True, "errors": [], "errorCodes": []}
