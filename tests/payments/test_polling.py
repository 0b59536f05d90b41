"""A till polls: we answer from our record while it is fresh, and what it costs is counted."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from payments.models import Payment
from tests.payments.posv10_calls import LOOK_UP, START, be_busy, own_code
from tests.payments.till_sequences import cancel, prepare, reserve


@pytest.fixture
def slow_polls(simulator):
    """MobilePay wants ten seconds between two looks at a payment."""
    simulator.world.knobs.payment_poll_delay_in_ms = 10_000


def look_ups(simulator):
    return len(simulator.calls.find(*LOOK_UP))


@pytest.mark.usefixtures("slow_polls")
def test_a_fresh_payment_is_answered_without_asking(till, customer, simulator):
    payment_id = till.start()["paymentId"]
    first = till.get("payment/status", paymentId=payment_id)
    customer.checks_in()

    second = till.get("payment/status", paymentId=payment_id)

    assert first.body == {
        "status": "Initiated",
        "pollDelayInMs": "10000",
        "success": True,
        "errors": [],
        "errorCodes": [],
    }
    assert second.body == first.body
    assert look_ups(simulator) == 1


@pytest.mark.usefixtures("slow_polls")
def test_a_stale_payment_is_asked_for_again(till, customer, simulator, later):
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    customer.checks_in()
    later(seconds=10)

    status = till.status(payment_id)

    assert status == "IssuedToUser"
    assert look_ups(simulator) == 2


@pytest.mark.usefixtures("slow_polls")
def test_details_and_status_share_one_look_up(till, simulator):
    payment_id = till.start()["paymentId"]

    till.get("payment/details", paymentId=payment_id)
    till.status(payment_id)

    assert look_ups(simulator) == 1


@pytest.mark.usefixtures("slow_polls")
def test_an_ended_payment_is_never_asked_for_again(till, simulator, later):
    payment_id = till.start()["paymentId"]
    cancel(till, payment_id)
    later(hours=1)

    status = till.status(payment_id)

    assert status == "CancelledByClient"
    assert look_ups(simulator) == 0


@pytest.mark.usefixtures("slow_polls")
@pytest.mark.parametrize("status", [429, 403, 404])
def test_a_poll_that_mobilepay_does_not_answer_gets_our_record_and_the_next_does_not_ask(
    till, customer, simulator, later, status
):
    payment_id = reserve(till, customer)
    later(seconds=10)
    simulator.faults.add("refuse", *LOOK_UP, status=status, code=own_code(status))
    before = look_ups(simulator)

    seen = [till.status(payment_id), till.status(payment_id)]

    assert seen == ["Reserved", "Reserved"]
    assert look_ups(simulator) == before + 1


def test_after_unanswered_tries_the_poll_delay_counts_from_their_end(till, customer, simulator):
    simulator.world.knobs.payment_poll_delay_in_ms = 20
    payment_id = reserve(till, customer)
    Payment.objects.update(fresh_until=datetime.now(tz=UTC))
    simulator.faults.add("cut_before", *LOOK_UP, times=3)

    till.status(payment_id)

    last_try = simulator.calls.find(*LOOK_UP)[-1]
    assert Payment.objects.get().fresh_until >= last_try.at + timedelta(milliseconds=20)


def test_a_poll_of_a_payment_somebody_else_is_asking_for_does_not_wait(till, customer, simulator):
    payment_id = reserve(till, customer)
    # As another poller leaves the row while it asks.
    Payment.objects.update(fresh_until=datetime.now(tz=UTC) + timedelta(seconds=3))
    before = look_ups(simulator)

    status = till.status(payment_id)

    assert status == "Reserved"
    assert look_ups(simulator) == before


def report(simulator, state, **changes):
    """Have MobilePay report the only payment as it never would by its own rules."""
    with simulator.world.present():
        [theirs] = simulator.world.payments
        theirs.status = type(theirs.status)(state)
        vars(theirs).update(changes)


@pytest.mark.parametrize("state", ["Prepared", "Paired", "Initiated", "IssuedToUser"])
def test_an_old_report_does_not_take_a_payment_back(till, customer, simulator, state):
    payment_id = reserve(till, customer)
    events = Payment.objects.get().events.count()
    report(simulator, state)

    status = till.status(payment_id)

    assert status == "Reserved"
    assert Payment.objects.get().events.count() == events


def test_a_report_of_a_capture_without_an_amount_is_no_answer(till, simulator):
    payment_id = prepare(till)["paymentId"]
    report(simulator, "Captured")

    status = till.status(payment_id)

    payment = Payment.objects.get()
    assert status == "Prepared"
    assert (payment.state, payment.captured_minor) == ("Prepared", 0)


def test_a_capture_that_somebody_else_made_is_taken_over_whole(till, customer, simulator):
    payment_id = reserve(till, customer)
    report(simulator, "Captured")

    status = till.get("payment/details", paymentId=payment_id)["paymentDetails"]

    assert (status["status"], status["capturedAmount"]) == ("Captured", "27.06")


@pytest.mark.usefixtures("slow_polls", "transactional_db")
@pytest.mark.parametrize("path", ["payment/status", "payment/details"])
def test_a_poll_of_a_fresh_payment_costs_few_questions_to_the_database(till, simulator, path):
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    most = {"payment/status": 2, "payment/details": 3}[path]

    with CaptureQueriesContext(connection) as asked:
        till.get(path, paymentId=payment_id)

    assert len(asked) <= most


@pytest.mark.usefixtures("transactional_db")
def test_a_start_costs_at_most_twelve_statements_and_none_while_mobilepay_is_asked(till, simulator):
    till.start("order-0")
    cancel(till, str(Payment.objects.get().pk))
    simulator.calls.clear()
    simulator.faults.add("late", *START, seconds=0.2)
    moments = []

    def note_moment(execute, sql, params, many, context):
        moments.append(datetime.now(tz=UTC))
        try:
            return execute(sql, params, many, context)
        finally:
            moments.append(datetime.now(tz=UTC))

    with CaptureQueriesContext(connection) as asked, connection.execute_wrapper(note_moment):
        started = till.start("order-1")

    [call] = simulator.calls.find(*START)
    assert started.status == 200
    assert len(asked) <= 12
    assert [at for at in moments if call.at <= at <= call.at + timedelta(seconds=0.2)] == []
    assert moments[0] < call.at < moments[-1]


def test_a_payment_in_doubt_can_be_polled_while_mobilepay_is_away(till, simulator):
    be_busy(simulator)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    answers = [till.get("payment/status", paymentId=payment_id) for _ in range(2)]

    assert [answer.codes for answer in answers] == [["outcome_unknown"]] * 2
    assert len({each.idempotency_key for each in simulator.calls.find(*START)}) == 1
