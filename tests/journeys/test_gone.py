"""MobilePay is gone: nothing new begins, what was decided waits, and it is carried out when MobilePay is back."""

import contextlib
from functools import partial
import logging

from django.core.cache import caches
import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from portal.audit.actors import WORKER
from portal.gateway import networks, outage
from portal.mobilepay.errors import Unreachable
from portal.mobilepay.http.circuit_breaker import EVERYBODY, FAILURES, PROBE_TIMEOUT, Breaker
from refunds.models import Refund
from refunds.services import approvals, sweep
from terminals.models import Merchant
from tests.pages import said
from tests.payments.posv10_calls import ANYTHING, CAPTURE, START
from tests.payments.till_sequences import cancel, capture, reserve
from tests.refunds.scenarios import ask, books, fresh, sell, work
from tests.shop import KINO

BANNER = "div[@class='notice warn']/p"
GONE = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."

POSV10 = ["posv10"]


def kino():
    return Merchant.objects.get(bio_code=KINO["bioCode"])


def key():
    """What Kino Nord's account is known by."""
    return kino().accounts.get().key


class Line:
    """The line to MobilePay, as this process sees it: cut as a whole, or for one merchant alone."""

    def __init__(self):
        self.seconds = 100.0
        self.is_up = True
        self.breaker = networks._http(networks.POSV10).breaker = Breaker(
            probe=lambda: self.is_up,
            on_change=partial(outage.tell, network="posv10"),
            now=lambda: self.seconds,
            run_in_background=lambda look: look(),
        )

    def cut(self, *, for_all=True):
        self.is_up = not for_all
        for _ in range(FAILURES):
            self.breaker.record_failure(key())
        # Whatever was let through meanwhile has failed as well.
        with contextlib.suppress(Unreachable):
            self.breaker.allow(key())

    def mend(self):
        """MobilePay answers again, and somebody looks."""
        self.is_up = True
        self.seconds += PROBE_TIMEOUT
        self.breaker.is_open(key())


@pytest.fixture
def line(simulator):
    return Line()


def sent(simulator, call=ANYTHING):
    return len(simulator.calls.find(*call))


def test_a_till_that_does_nothing_but_start_gets_through_once_mobilepay_is_back(till, line):
    line.cut()
    line.is_up = True
    line.seconds += PROBE_TIMEOUT

    statuses = [till.start().status for _ in range(3)]

    assert statuses == [503, 200, 200]


def test_one_merchants_trouble_shuts_no_other_merchant_out(till, stranger, line, clerk, rival):
    line.cut(for_all=False)

    statuses = [till.start().status, stranger.start().status]

    assert statuses == [503, 200]
    assert len(said(clerk.get("payments/"), BANNER)) == 1
    assert said(rival.get("payments/"), BANNER) == []


def test_when_nobody_answers_all_merchants_are_told_so_at_once(till, stranger, line, clerk, rival, simulator):
    line.cut()
    before = sent(simulator)

    answers = [till.start(), stranger.start()]

    assert [(each.status, each.codes) for each in answers] == [(503, ["mobilepay_unavailable"])] * 2
    assert sent(simulator) == before
    assert [len(said(each.get("payments/"), BANNER)) for each in (clerk, rival)] == [1, 1]


@pytest.mark.parametrize("act", ["start", "prepare"])
def test_nothing_is_begun_that_would_only_begin_in_doubt(till, line, simulator, act):
    line.cut()
    before = sent(simulator)
    parameters = {"orderId": "order-1", "terminalId": till.terminal_id}

    answer = till.post(f"payment/{act}", **parameters, **({"amount": "27.06"} if act == "start" else {}))

    assert (answer.status, answer.codes, answer["errors"]) == (503, ["mobilepay_unavailable"], [GONE])
    assert answer.headers["Retry-After"] == "2"
    assert (Payment.objects.count(), sent(simulator)) == (0, before)


def test_an_equal_start_still_gets_its_payment(till, line):
    payment_id = till.start()["paymentId"]
    line.cut()

    again = till.start()

    assert (again.status, again["paymentId"]) == (200, payment_id)


def test_an_equal_start_of_a_payment_in_doubt_is_in_doubt(till, line, simulator):
    simulator.faults.add("cut_before", *START, times=3)
    till.start()
    line.cut()

    again = till.start()

    assert (again.status, again.codes) == (503, ["outcome_unknown"])
    assert Payment.objects.count() == 1


def test_a_capture_waits_and_is_carried_out_when_mobilepay_is_back(till, customer, line, simulator, later):
    payment_id = reserve(till, customer)
    line.cut()

    answer = capture(till, payment_id)
    waiting = Payment.objects.values_list("state", "operation", "attempts").get()
    while_gone = sent(simulator, CAPTURE)
    line.mend()
    later(seconds=2)
    tasks.sweep_due()

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert (waiting, while_gone) == (("Reserved", "capture", 1), 0)
    assert Payment.objects.values_list("state", "captured_minor").get() == ("Captured", 2706)
    assert sent(simulator, CAPTURE) == 1
    assert outage.since(networks=POSV10) is None


def test_the_first_answer_wakes_all_that_wait(till, neighbour, customer, line, later):
    cancelled, started = reserve(till, customer), neighbour.start("order-2")["paymentId"]
    line.cut()
    codes = [cancel(till, cancelled).codes, cancel(neighbour, started).codes]
    for _ in range(3):
        later(minutes=2)
        tasks.sweep_due()

    line.mend()
    for _ in range(2):
        later(seconds=2)
        tasks.sweep_due()

    assert codes == [["outcome_unknown"]] * 2
    assert set(Payment.objects.values_list("state", "operation")) == {("CancelledByClient", "")}


def test_a_tills_refund_is_not_begun_and_its_room_stays_free(till, customer, line, simulator):
    sold = sell(till, customer)
    line.cut()

    answer = till.post("refund/create", paymentId=str(sold.pk), refundOrderId="R-1", amount="10.00")

    assert (answer.status, answer.codes, answer["errors"]) == (503, ["mobilepay_unavailable"], [GONE])
    assert (Refund.objects.count(), books(sold)) == (0, (2706, 0, 0))


def test_a_request_needs_no_mobilepay_and_is_paid_when_it_is_back(till, customer, clerk, approver, line, later):
    sold = sell(till, customer)
    line.cut()
    refund = ask(sold, clerk, 1000)
    approvals.approve(refund=refund, by=approver.user, now=clock.now())

    sweep.process(refund_id=refund.pk, by=WORKER, now=clock.now())
    waiting = fresh(refund)
    line.mend()
    for _ in range(2):
        later(seconds=2)
        work()

    assert (waiting.state, waiting.attempts, waiting.due_at is None) == ("Created", 1, False)
    assert (fresh(refund).state, books(sold)) == ("Captured", (2706, 1000, 1000))


def test_pages_say_since_when_mobilepay_is_gone_until_it_is_back(clerk, till, line):
    before = said(clerk.get("payments/"), BANNER)
    line.cut()

    during = said(clerk.get("payments/"), BANNER)
    line.breaker.record_success(key())

    assert during[0].startswith("MobilePay has not answered since ")
    assert "Captures, cancellations and refunds wait" in during[0]
    assert (before, said(clerk.get("payments/"), BANNER)) == ([], [])


def test_the_outage_begins_when_it_was_first_seen(merchants, line, later):
    line.cut()
    first = outage.since(networks=POSV10, merchant_id=kino().pk)

    later(minutes=1)
    line.breaker.record_failure(key())

    assert outage.since(networks=POSV10, merchant_id=kino().pk) == first


def test_what_a_process_that_died_has_said_of_everybody_is_not_believed_for_long(line, later):
    outage.tell(EVERYBODY, is_out=True, network="posv10")
    later(seconds=14)
    in_time = outage.since(networks=POSV10)

    later(seconds=2)

    assert (in_time is None, outage.since(networks=POSV10)) == (False, None)


def test_when_one_merchant_alone_gets_no_answer_readiness_counts_merchants_and_names_none(merchants, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    before = outage.words(networks=POSV10)

    outage.tell(key(), is_out=True, network="posv10")

    words = "has not answered 1 merchant(s) since 2026-05-04 12:00:00 UTC"
    assert (before, outage.words(networks=POSV10)) == ("", words)
    assert outage.since(networks=POSV10) is None
    assert outage.since(networks=POSV10, merchant_id=kino().pk) == clock.now()


def test_a_broken_cache_costs_the_banner_and_no_more(settings, caplog):
    caches_before = settings.CACHES
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.nonsense.Cache"}}
    caplog.set_level(logging.ERROR)

    outage.tell(EVERYBODY, is_out=True, network="posv10")
    found = outage.since(networks=POSV10), outage.since(networks=POSV10, merchant_id=7)

    settings.CACHES = caches_before
    caches["default"].clear()
    assert (found, [record.getMessage() for record in caplog.records]) == (
        (None, None),
        ["The cache cannot be written", *["The cache cannot be read"] * 3],
    )
