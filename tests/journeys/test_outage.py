"""MobilePay is away for long and comes back: everything in doubt is settled, and nothing happens twice."""

import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from terminals.models import PointOfSale
from tests.payments.posv10_calls import CANCEL, CAPTURE, READY, START, be_busy, books, keys, swallow
from tests.payments.till_sequences import cancel, capture, prepare, ready, reserve
from tests.shop import Customer


def states():
    return list(Payment.objects.order_by("order_id").values_list("order_id", "state", "operation", "attempts"))


def sweep(later, *, rounds=1):
    for _ in range(rounds):
        later(seconds=2)
        tasks.sweep_due()


@pytest.fixture
def other_customer(simulator, neighbour):
    pos = PointOfSale.objects.get(terminal__terminal_id=neighbour.terminal_id)
    return Customer(simulator.url, pos.beacon_id, "+4520031805")


def test_the_sweep_settles_everything_once_mobilepay_answers_again(
    till, neighbour, customer, other_customer, simulator, later
):
    cancelled = reserve(till, customer, "order-1")
    captured = reserve(till, customer, "order-2")
    part = reserve(neighbour, other_customer, "order-3", "30.00")
    prepared = prepare(neighbour, "order-5")["paymentId"]
    be_busy(simulator)
    refused = [
        cancel(till, cancelled).codes,
        capture(till, captured).codes,
        capture(neighbour, part, amount="10.00").codes,
        till.start("order-4").codes,
        ready(neighbour, prepared, "order-5").codes,
    ]
    for seconds in (2, 5, 10, 30, 120):
        later(seconds=seconds)
        tasks.sweep_due()
    in_doubt = states()

    simulator.faults.clear()
    sweep(later, rounds=2)

    assert refused == [["outcome_unknown"]] * 5
    assert [(order, state, operation) for order, state, operation, _ in in_doubt] == [
        ("order-1", "Reserved", "cancel"),
        ("order-2", "Reserved", "capture"),
        ("order-3", "Reserved", "capture"),
        ("order-4", "Created", "create"),
        ("order-5", "Prepared", "ready"),
    ]
    assert min(attempts for *_, attempts in in_doubt) > 4
    assert states() == [
        ("order-1", "CancelledByClient", "", 0),
        ("order-2", "Captured", "", 0),
        ("order-3", "Captured", "", 0),
        ("order-4", "Initiated", "", 0),
        ("order-5", "Initiated", "", 0),
    ]
    assert sorted(books(simulator)) == [
        ("order-1", "CancelledByClient", "0"),
        ("order-2", "Captured", "27.06"),
        ("order-3", "Captured", "10.00"),
        ("order-4", "Initiated", "0"),
        ("order-5", "Initiated", "0"),
    ]
    assert Payment.objects.get(order_id="order-3").captured_minor == 1000
    for call, intentions in ((CANCEL, 1), (CAPTURE, 2), (READY, 1), (START, 4)):
        assert len(set(keys(simulator, call))) == intentions


def test_a_payment_in_doubt_is_asked_for_less_and_less_often(till, simulator, later):
    be_busy(simulator)
    till.start()
    waits = []
    for _ in range(8):
        payment = Payment.objects.get()
        later(seconds=(payment.due_at - clock.now()).total_seconds())
        now = clock.now()
        tasks.sweep_due()
        waits.append(round((Payment.objects.get().due_at - now).total_seconds()))

    assert waits == [5, 10, 30, 120, 300, 3600, 3600, 3600]


def test_a_worker_finishes_what_a_crashed_process_had_only_noted(till, customer, simulator, later):
    payment_id = reserve(till, customer)
    swallow(simulator, CAPTURE, done=True)
    capture(till, payment_id)
    # As the row stands when the process dies right after MobilePay took the money.
    Payment.objects.update(attempts=0, due_at=clock.now())

    sweep(later)

    assert states() == [("order-1", "Captured", "", 0)]
    assert len(set(keys(simulator, CAPTURE))) == 1
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_while_mobilepay_is_away_one_payment_in_doubt_scouts_for_the_others(till, neighbour, simulator, later):
    be_busy(simulator)
    till.start("order-1")
    neighbour.start("order-2")
    later(seconds=0.5)

    claimed = Payment.objects.claim_due(now=clock.now())

    assert claimed == [Payment.objects.get(order_id="order-1").pk]


def test_the_first_that_is_settled_makes_all_others_due(till, neighbour, simulator, later):
    be_busy(simulator)
    till.start("order-1")
    neighbour.start("order-2")
    Payment.objects.filter(order_id="order-2").update(attempts=7, due_at=clock.now().replace(year=2999))
    simulator.faults.clear()

    sweep(later, rounds=2)

    assert states() == [("order-1", "Initiated", "", 0), ("order-2", "Initiated", "", 0)]


def test_a_payment_reached_mobilepay_only_after_its_till_gave_up_is_not_asked_of_the_next_customer(
    till, customer, simulator, later
):
    simulator.world.knobs.inactivity_timeout = 1e9
    be_busy(simulator)
    till.start("order-1")
    later(hours=1)
    simulator.faults.clear()

    sweep(later)

    assert [state for _, state, _, _ in states()] == ["CancelledByClient"]
    assert "Initiated" not in [state for _, state, _ in books(simulator)]


def test_an_outage_changes_nothing_about_what_a_till_sees_of_a_confirmed_payment(till, customer, simulator):
    payment_id = reserve(till, customer)
    be_busy(simulator)

    status = till.get("payment/status", paymentId=payment_id)

    assert (status.status, status["status"]) == (200, "Reserved")


def test_a_status_of_a_payment_that_mobilepay_never_confirmed_says_that_nothing_is_known(till, simulator):
    be_busy(simulator)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    status = till.get("payment/status", paymentId=payment_id)

    assert (status.status, status.codes, status.headers["Retry-After"]) == (503, ["outcome_unknown"], "2")
    assert status["status"] is None


def test_a_capture_of_a_payment_not_seen_to_be_accepted_waits_for_mobilepay(till, customer, simulator):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()
    be_busy(simulator)

    answer = capture(till, payment_id)

    assert (answer.status, answer.codes) == (503, ["mobilepay_unavailable"])
    assert Payment.objects.get().operation == ""
    assert simulator.calls.find(*CAPTURE) == []
