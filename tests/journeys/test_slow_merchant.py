"""MobilePay is slow for one merchant: their calls take no more threads than they have places, and nobody else waits."""

from threading import Thread

from django.db import connection
import pytest

from payments import tasks
from payments.models import Payment
from portal.gateway import networks
from refunds.models import Refund
from terminals.models import ProviderAccount
from tests.mobilepay.simulator.client import wait_until
from tests.payments.posv10_calls import ANYTHING, CAPTURE, LOOK_UP, START
from tests.payments.threads import twin
from tests.payments.till_sequences import capture, reserve
from tests.refunds.scenarios import books, give_back, sell
from tests.shop import KINO
from tests.tillapi.raw_calls import rows

pytestmark = pytest.mark.usefixtures("transactional_db")

GONE = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."
LONG = 2.0


def account():
    return ProviderAccount.objects.get(merchant__bio_code=KINO["bioCode"])


class Trouble:
    """One place for a slow merchant, a clock that the test moves, and a call that hangs until it is over."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.seconds = 100.0
        self.answers = []
        networks._bulkhead()._now = lambda: self.seconds

    def begins(self, act, call=START, *, seconds=0.8):
        """A till of the merchant makes a call; gives its thread once MobilePay has it and lets it wait."""
        before = len(self.simulator.calls.find(*call))
        self.simulator.faults.add("slow", *call, seconds=seconds, vat_number=KINO["vatNumber"])
        thread = Thread(target=self._answer, args=(act,))
        thread.start()
        wait_until(lambda: len(self.simulator.calls.find(*call)) > before)
        self.seconds += LONG
        return thread

    def _answer(self, act):
        try:
            self.answers.append(act())
        finally:
            connection.close()


@pytest.fixture
def trouble(simulator, settings):
    settings.SLOW_CALLS_PER_MERCHANT = 1
    networks._bulkhead.cache_clear()
    yield Trouble(simulator)
    networks._bulkhead.cache_clear()


@pytest.fixture
def hanging(trouble, neighbour):
    """A start at another till of the same merchant, under way for longer than a second."""
    thread = trouble.begins(lambda: twin(neighbour).start("slow-order"))
    yield thread
    thread.join(5)


def sent(simulator, call=ANYTHING):
    return len(simulator.calls.find(*call))


def assert_refused(answer):
    assert (answer.status, answer.codes, answer["errors"]) == (503, ["mobilepay_unavailable"], [GONE])
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("act", ["start", "prepare"])
def test_what_would_only_wait_is_refused_at_once_and_not_begun(till, hanging, trouble, simulator, act):
    stored, before = rows(), sent(simulator)
    parameters = {"orderId": "order-1", "terminalId": till.terminal_id}

    answer = till.post(f"payment/{act}", **parameters, **({"amount": "27.06"} if act == "start" else {}))

    is_still_hanging = hanging.is_alive()
    assert_refused(answer)
    assert (rows(), sent(simulator), is_still_hanging) == (stored, before, True)
    hanging.join(5)
    [waited] = trouble.answers
    assert (waited.status, list(Payment.objects.values_list("order_id", "state"))) == (
        200,
        [("slow-order", "Initiated")],
    )


def test_another_merchant_sells_as_ever(till, stranger, hanging):
    answer = stranger.start("order-1", "12.00")

    is_still_hanging = hanging.is_alive()
    assert (answer.status, stranger.status(answer["paymentId"]), is_still_hanging) == (200, "Initiated", True)


def test_an_equal_start_still_gets_its_payment(till, trouble, neighbour):
    payment_id = till.start()["paymentId"]
    thread = trouble.begins(lambda: twin(neighbour).start("slow-order"))

    again = till.start()

    is_still_hanging = thread.is_alive()
    thread.join(5)
    assert (again.status, again["paymentId"], is_still_hanging) == (200, payment_id, True)


def test_a_poll_is_answered_from_our_record(till, customer, trouble, neighbour, simulator):
    payment_id = reserve(till, customer)
    thread = trouble.begins(lambda: twin(neighbour).start("slow-order"))
    before = sent(simulator, LOOK_UP)

    seen = till.get("payment/status", paymentId=payment_id)

    is_still_hanging = thread.is_alive()
    thread.join(5)
    assert (seen.status, seen["status"], is_still_hanging) == (200, "Reserved", True)
    assert sent(simulator, LOOK_UP) == before


def test_a_refund_is_not_begun_and_its_room_stays_free(till, customer, trouble, neighbour, simulator):
    sold = sell(till, customer)
    thread = trouble.begins(lambda: twin(neighbour).start("slow-order"))
    stored, before = rows(), sent(simulator)

    answer = give_back(till, sold)

    is_still_hanging = thread.is_alive()
    assert_refused(answer)
    assert (rows(), sent(simulator), is_still_hanging) == (stored, before, True)
    thread.join(5)
    assert (Refund.objects.count(), books(sold)) == (0, (2706, 0, 0))


def test_a_capture_waits_and_is_carried_out_once_when_there_is_a_place(
    till, customer, trouble, neighbour, simulator, later
):
    payment_id = reserve(till, customer)
    thread = trouble.begins(lambda: twin(neighbour).start("slow-order"))

    answer = capture(till, payment_id)
    waiting = Payment.objects.values_list("state", "operation").get(pk=payment_id)
    while_hanging = sent(simulator, CAPTURE)
    thread.join(5)
    later(seconds=2)
    tasks.sweep_due()

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert (waiting, while_hanging) == (("Reserved", "capture"), 0)
    assert Payment.objects.values_list("state", "captured_minor").get(pk=payment_id) == ("Captured", 2706)
    assert sent(simulator, CAPTURE) == 1


def test_a_hanging_look_up_keeps_a_start_from_beginning_too(till, trouble, neighbour, simulator):
    payment_id = till.start()["paymentId"]
    thread = trouble.begins(lambda: twin(till).status(payment_id), LOOK_UP, seconds=0.4)

    answer = neighbour.start("order-2")

    thread.join(5)
    assert_refused(answer)
    assert (Payment.objects.count(), trouble.answers) == (1, ["Initiated"])


def test_after_a_fast_answer_the_merchant_is_as_others_are(till, hanging, trouble, neighbour, simulator):
    hanging.join(5)
    slow = account().key in networks._bulkhead()._slow

    answer = till.start()

    assert (slow, answer.status) == (True, 200)
    assert account().key not in networks._bulkhead()._slow


def test_a_second_on_the_wall_is_slow(till, stranger, neighbour, trouble, simulator):
    networks._bulkhead.cache_clear()
    simulator.faults.add("slow", *START, seconds=1.6, vat_number=KINO["vatNumber"])
    thread = Thread(target=trouble._answer, args=(lambda: twin(neighbour).start("slow-order"),))
    thread.start()
    wait_until(lambda: networks.is_circuit_open(account()))

    answers = [till.start(), stranger.start("order-1", "12.00")]

    is_still_hanging = thread.is_alive()
    thread.join(5)
    assert_refused(answers[0])
    assert ([answers[1].status], [each.status for each in trouble.answers], is_still_hanging) == ([200], [200], True)
