"""Real threads on real transactions: however many ask at once, MobilePay is told once."""

from threading import Event, Thread

from django.db import connection
import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from terminals.models import Merchant
from tests.mobilepay.simulator.client import wait_until
from tests.payments.factories import row_events
from tests.payments.posv10_calls import CANCEL, CAPTURE, LOOK_UP, READY, START, books, keys, start_behind_our_back
from tests.payments.threads import at_once, twin
from tests.payments.till_sequences import cancel, capture, prepare, ready, reserve

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_many_who_poll_a_stale_payment_ask_mobilepay_once(till, simulator):
    simulator.world.knobs.payment_poll_delay_in_ms = 60_000
    payment_id = till.start()["paymentId"]
    simulator.faults.add("slow", *LOOK_UP, seconds=0.1)
    pollers = [twin(till) for _ in range(12)]

    seen = at_once(*(lambda each=each: each.status(payment_id) for each in pollers))

    assert seen == ["Initiated"] * 12
    assert len(simulator.calls.find(*LOOK_UP)) == 1


def test_of_two_starts_at_one_till_one_wins_and_the_other_is_told_so(till, simulator):
    first, second = twin(till), twin(till)

    answers = at_once(lambda: first.start("order-1"), lambda: second.start("order-2"))

    winner, loser = sorted(answers, key=lambda answer: answer.status)
    payment = Payment.objects.get()
    assert (winner.status, winner["paymentId"]) == (200, str(payment.pk))
    assert (loser.status, loser.codes) == (409, ["payment_active"])
    assert str(payment.pk) in loser["errors"][0]
    assert books(simulator) == [(payment.order_id, "Initiated", "0")]


def test_of_many_starts_at_one_till_one_wins_and_all_others_are_told_so(till, simulator):
    orders = [f"order-{number}" for number in range(24)]

    answers = at_once(*(lambda order=order: twin(till).start(order) for order in orders))

    payment = Payment.objects.get()
    won = [(order, answer["paymentId"]) for order, answer in zip(orders, answers, strict=True) if answer.status == 200]
    assert won == [(payment.order_id, str(payment.pk))]
    assert sorted(answer.status for answer in answers) == [200] + [409] * 23
    assert [answer.codes for answer in answers if answer.status != 200] == [["payment_active"]] * 23
    assert books(simulator) == [(payment.order_id, "Initiated", "0")]


def test_the_same_start_twice_at_once_is_one_payment(till, simulator):
    first, second = twin(till), twin(till)

    answers = at_once(first.start, second.start)

    assert [answer.status for answer in answers] == [200, 200]
    assert {answer["paymentId"] for answer in answers} == {str(Payment.objects.get().pk)}
    assert len(set(keys(simulator, START))) == 1
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_one_key_for_two_orders_at_once_begins_one_of_them(till, neighbour, simulator):
    key = {"Idempotency-Key": "till-key-1"}

    answers = at_once(
        lambda: twin(till).start("order-1", headers=key), lambda: twin(neighbour).start("order-2", headers=key)
    )

    winner, loser = sorted(answers, key=lambda answer: answer.status)
    assert (winner.status, loser.status, loser.codes) == (200, 409, ["idempotency_key_reused"])
    assert len(books(simulator)) == 1


ACTS = {
    "ready": (READY, ready, "Initiated", ("Initiated", "0")),
    "capture": (CAPTURE, capture, "Captured", ("Captured", "27.06")),
    "cancel": (CANCEL, cancel, "CancelledByClient", ("CancelledByClient", "0")),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_same_act_twice_at_once_is_done_once_and_both_succeed(till, customer, simulator, act):
    call, do, state, book = ACTS[act]
    payment_id = prepare(till)["paymentId"] if act == "ready" else reserve(till, customer)
    simulator.faults.add("slow", *call, seconds=0.1)

    answers = at_once(lambda: do(twin(till), payment_id), lambda: do(twin(till), payment_id))

    assert [answer.status for answer in answers] == [200, 200]
    assert len(set(keys(simulator, call))) == 1
    assert books(simulator) == [("order-1", *book)]
    assert [event[1] for event in row_events(payment_id)].count(state) == 1


def test_a_capture_and_a_cancellation_at_once_leave_one_truth(till, customer, simulator):
    payment_id = reserve(till, customer)

    captured, cancelled = at_once(lambda: capture(twin(till), payment_id), lambda: cancel(twin(till), payment_id))

    state = Payment.objects.get().state
    assert sorted([captured.status, cancelled.status]) == [200, 409]
    assert state == ("Captured" if captured.status == 200 else "CancelledByClient")
    assert [status for _, status, _ in books(simulator)] == [state]
    assert till.status(payment_id) == state


def test_two_amounts_captured_at_once_take_one_of_them(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)

    ten, twenty = at_once(
        lambda: capture(twin(till), payment_id, amount="10.00"),
        lambda: capture(twin(till), payment_id, amount="20.00"),
    )

    assert sorted([ten.status, twenty.status]) == [200, 409]
    taken = "10.00" if ten.status == 200 else "20.00"
    assert books(simulator) == [("order-1", "Captured", taken)]
    assert str(Payment.objects.get().captured) == f"{taken} DKK"


def test_two_workers_take_on_a_payment_once(till, simulator, later):
    till.start()
    later(minutes=11)
    now = clock.now()

    claims = at_once(lambda: Payment.objects.claim_due(now=now), lambda: Payment.objects.claim_due(now=now))

    assert sorted(claims) == [[], [Payment.objects.get().pk]]


def test_two_sweeps_at_once_follow_a_payment_once(till, simulator, later):
    simulator.world.knobs.inactivity_timeout = 1e9
    till.start()
    later(minutes=11)

    at_once(tasks.sweep_due, tasks.sweep_due)

    assert len(simulator.calls.find(*CANCEL)) == 1
    assert len(simulator.calls.find(*LOOK_UP)) == 1
    assert Payment.objects.get().state == "CancelledByClient"


@pytest.fixture
def in_background():
    """Run a call in a thread of its own; gives what collects its answer."""
    threads = []

    def run(call):
        answers = []

        def collect():
            try:
                answers.append(call())
            finally:
                connection.close()

        threads.append(Thread(target=collect))
        threads[-1].start()
        return answers

    yield run
    for thread in threads:
        thread.join()


def test_while_mobilepay_is_asked_the_note_is_committed_and_nothing_is_held(till, simulator, in_background):
    simulator.faults.add("slow", *START, seconds=0.8)

    answers = in_background(twin(till).start)
    wait_until(lambda: simulator.calls.find(*START))
    noted = Payment.objects.get().state
    written = Merchant.objects.filter(bio_code="KINO1").update(name="Renamed meanwhile")
    is_still_asking = not answers
    wait_until(lambda: answers)

    assert (noted, written, is_still_asking) == ("Created", 1, True)
    assert answers[0].status == 200


def test_a_till_that_is_deleted_at_the_moment_of_a_start_gets_one_or_the_other(till, simulator, in_background):
    deletions = []

    def delete_it_meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "terminals_pointofsale" in sql and not deletions:
            deletions.append(in_background(lambda: twin(till).get("manage/delete", terminalId=till.terminal_id)))
            Event().wait(0.3)  # The deletion is over by then, unless the start makes it wait.
        return result

    with connection.execute_wrapper(delete_it_meanwhile):
        started = till.start()
    [deleted] = deletions
    wait_until(lambda: deleted)

    assert (started.status, deleted[0].status, deleted[0].codes) == (200, 409, ["payment_open"])
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_stranger_that_ends_by_itself_while_the_way_is_cleared_does_not_stop_the_start(
    till, customer, pos, simulator, in_background
):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    simulator.faults.add("late", *LOOK_UP, seconds=0.3)

    answers = in_background(twin(till).start)
    wait_until(lambda: simulator.calls.find(*LOOK_UP))
    customer.cancels()
    wait_until(lambda: answers)

    assert answers[0].status == 200
    assert books(simulator) == [("stranger-1", "CancelledByUser", "0"), ("order-1", "Initiated", "0")]
