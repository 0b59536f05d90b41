"""What is counted of the calls to MobilePay."""

import pytest

from tests.health.scraping import counted, scrape
from tests.payments.wire import ALWAYS, EVERY_TRY, START

CALLS = "portal_mobilepay_calls_total"


def by_outcome(before):
    return counted(before, CALLS, "call", "outcome")


def test_a_call_that_mobilepay_answers_is_counted_and_timed(till):
    before = scrape()

    payment_id = till.start()["paymentId"]
    for _ in range(2):
        till.status(payment_id)

    assert by_outcome(before) == {("initiate", "ok"): 1, ("look_up", "ok"): 2}
    assert counted(before, "portal_mobilepay_call_seconds_count", "call") == {("initiate",): 1, ("look_up",): 2}


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (409, "1204", "conflict"),
        (400, "1102", "rejected"),
        (403, "1411", "rejected"),
        (404, "1001", "notfound"),
        (404, None, "unreadable"),
        (429, None, "busy"),
    ],
)
def test_a_refusal_is_counted_by_its_kind(till, simulator, status, code, outcome):
    simulator.faults.add("refuse", *START, status=status, code=code, times=ALWAYS)
    before = scrape()

    till.start()

    found = by_outcome(before)
    assert (found.get(("initiate", outcome)), found.get(("initiate", "ok"))) == (1, None)


def test_a_call_without_an_answer_is_counted_once_with_all_its_tries_and_their_time(till, simulator):
    simulator.faults.add("cut_before", *START, times=EVERY_TRY)
    before = scrape()

    till.start()

    assert by_outcome(before) == {("initiate", "unreachable"): 1}
    [waited] = counted(before, "portal_mobilepay_call_seconds_sum", "call").values()
    assert 0.15 <= waited < 5


def test_an_answer_that_nobody_can_read_is_no_answer_and_is_looked_into(till, simulator):
    simulator.faults.add("garble", *START, times=EVERY_TRY)
    before = scrape()

    till.start()

    assert by_outcome(before) == {("initiate", "unreadable"): 1, ("find", "ok"): 1, ("look_up", "ok"): 1}


def test_what_the_portal_knows_by_itself_costs_no_call(till, simulator):
    simulator.world.knobs.payment_poll_delay_in_ms = 60_000
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    before = scrape()

    till.status(payment_id)

    assert by_outcome(before) == {}
