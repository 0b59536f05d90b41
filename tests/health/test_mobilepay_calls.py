"""What is counted of the calls to MobilePay."""

import time

import pytest

from portal.gateway import networks
from terminals.models import ProviderAccount
from tests.health.metrics import counted, scrape
from tests.payments.posv10_calls import ALWAYS, EVERY_TRY, START

CALLS = "portal_mobilepay_calls_total"


def by_outcome(before):
    return counted(before, CALLS, "call", "outcome")


def test_a_call_that_mobilepay_answers_is_counted_and_timed(till):
    before = scrape()

    payment_id = till.start()["paymentId"]
    for _ in range(2):
        till.status(payment_id)

    assert by_outcome(before) == {("payments.create", "ok"): 1, ("payments.status", "ok"): 2}
    timed = counted(before, "portal_mobilepay_call_seconds_count", "call")
    assert timed == {("payments.create",): 1, ("payments.status",): 2}


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (409, "1204", "other"),
        (400, "1102", "other"),
        (403, "1411", "not_allowed"),
        (404, "1001", "not_found"),
        (404, None, "unreadable"),
        (429, None, "busy"),
    ],
)
def test_a_refusal_is_counted_by_its_reason(till, simulator, status, code, outcome):
    simulator.faults.add("refuse", *START, status=status, code=code, times=ALWAYS)
    before = scrape()

    till.start()

    found = by_outcome(before)
    assert (found.get(("payments.create", outcome)), found.get(("payments.create", "ok"))) == (1, None)


def test_a_call_without_an_answer_is_counted_once_with_all_its_tries_and_their_time(till, simulator):
    networks._http(networks.POSV10)._sleep = time.sleep  # what is measured has its pauses
    simulator.faults.add("cut_before", *START, times=EVERY_TRY)
    before = scrape()

    till.start()

    assert by_outcome(before) == {("payments.create", "unreachable"): 1}
    [waited] = counted(before, "portal_mobilepay_call_seconds_sum", "call").values()
    assert 0.15 <= waited < 5


def test_an_answer_that_nobody_can_read_is_no_answer_and_is_looked_into(till, simulator):
    simulator.faults.add("garble", *START, times=EVERY_TRY)
    before = scrape()

    till.start()

    assert by_outcome(before) == {("payments.create", "unreadable"): 1, ("payments.find", "ok"): 1}


def test_what_the_portal_knows_by_itself_costs_no_call(till, simulator):
    simulator.world.knobs.payment_poll_delay_in_ms = 60_000
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    before = scrape()

    till.status(payment_id)

    assert by_outcome(before) == {}


def test_calls_are_counted_for_each_account(till, stranger):
    before = scrape()

    for each in (till, stranger):
        each.start()

    accounts = ProviderAccount.objects.filter(merchant__bio_code__in=["KINO1", "BAGER7"])
    assert counted(before, CALLS, "account") == {(account.key,): 1 for account in accounts}
