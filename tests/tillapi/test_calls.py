"""What is counted of the tills' calls, and which of them leave a line in the log."""

import logging

import pytest

from tests.health.metrics import counted, scrape
from tests.tillapi.raw_calls import as_json, call

CALLS = "portal_till_calls_total"
LOGGER = "portal.tillapi.calls"


def by_outcome(before):
    return counted(before, CALLS, "endpoint", "outcome")


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


@pytest.fixture(autouse=True)
def every_deed_is_told(caplog):
    caplog.set_level(logging.INFO)


def test_a_call_is_counted_and_timed_by_its_endpoint(till):
    before = scrape()

    payment_id = till.start()["paymentId"]
    for _ in range(2):
        till.status(payment_id)

    assert by_outcome(before) == {("payment/start", "ok"): 1, ("payment/status", "ok"): 2}
    assert counted(before, "portal_till_call_seconds_count", "endpoint") == {
        ("payment/start",): 1,
        ("payment/status",): 2,
    }


def test_a_refused_call_is_counted_by_its_first_code(till):
    before = scrape()

    till.post("payment/start", amount="0.001")
    till.get("payment/status", paymentId="not-an-id")
    call("GET", "payment/status")

    assert by_outcome(before) == {
        ("payment/start", "parameter_invalid"): 1,
        ("payment/status", "parameter_invalid"): 1,
        ("payment/status", "not_authenticated"): 1,
    }


def test_a_refusal_that_a_merchants_tills_read_as_200_is_counted_as_a_refusal(till, merchants):
    merchant = merchants["KINO1"]
    merchant.answers_always_200 = True
    merchant.save()
    before = scrape()

    answer = till.get("payment/status", paymentId="not-an-id")

    assert answer.status == 200
    assert by_outcome(before) == {("payment/status", "parameter_invalid"): 1}


@pytest.mark.parametrize(
    "path", ["PAYMENT/STATUS", "payment/status/", "Payment/Status/"], ids=["upper case", "slash", "both"]
)
def test_an_endpoint_has_one_name_however_it_is_spelled(till, path):
    before = scrape()

    till.get(path, paymentId="not-an-id")

    assert by_outcome(before) == {("payment/status", "parameter_invalid"): 1}


@pytest.mark.parametrize(
    "path", ["nothing", "payment/nothing", "payment/status/x", "x" * 500, "", "<script>", "payment/%E2%80%A6"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_can_make_up_labels(till, path, method):
    before = scrape()

    call(method, path, token=till.token)

    assert by_outcome(before) == {("unknown", "not_found"): 1}


def test_an_address_with_a_line_break_is_as_unknown_as_any_other(till):
    before = scrape()

    reply = call("GET", "payment/%0A", token=till.token)

    assert (reply.status, reply.headers["Content-Type"]) == (404, "application/json; charset=utf-8")
    assert by_outcome(before) == {("unknown", "not_found"): 1}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "BREW"])
def test_a_method_that_no_endpoint_takes_is_counted_as_such(till, method):
    before = scrape()

    call(method, "payment/status", token=till.token)
    call(method, "nothing")

    assert by_outcome(before) == {
        ("payment/status", "method_not_allowed"): 1,
        ("unknown", "not_found"): 1,
    }


def test_a_call_that_fails_is_counted_as_our_fault(till, pos, settings):
    till.get("manage/checkInStatus/byposId", posId=str(pos.pos_id))
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]
    before = scrape()

    answer = till.get("manage/checkInStatus/byposId", posId=str(pos.pos_id))

    assert answer.status == 500
    assert by_outcome(before) == {("manage/checkInStatus/byposId", "internal_error"): 1}


def test_pages_and_health_are_no_calls_of_tills(till, clerk):
    before = scrape()

    clerk.get("payments/")
    call("GET", "/health/ready")
    call("GET", "/api/docs/")

    assert by_outcome(before) == {}


def test_a_successful_poll_leaves_no_line(till, caplog):
    payment_id = till.start()["paymentId"]
    caplog.clear()

    till.status(payment_id)
    till.get("payment/details", paymentId=payment_id)

    assert [record.getMessage() for record in caplog.records] == []


def test_a_refused_poll_leaves_one(till, caplog):
    till.get("payment/status", paymentId="not-an-id")

    assert lines(caplog) == ["GET payment/status: parameter_invalid"]


def test_every_call_that_may_change_something_leaves_one(till, caplog):
    payment_id = till.start()["paymentId"]
    till.post("payment/cancel", paymentId=payment_id)
    till.post("payment/capture", paymentId=payment_id)

    assert lines(caplog) == [
        "POST payment/start: ok",
        "POST payment/cancel: ok",
        "POST payment/capture: payment_not_reserved",
    ]


def test_the_contracts_old_form_leaves_one_too_for_what_changes_something(till, caplog):
    till.get("payment/start", orderId="order-1", amount="27.06", terminalId=till.terminal_id)

    assert lines(caplog) == ["GET payment/start: ok"]


def test_a_line_says_how_the_call_ended(till, caplog):
    call("POST", "payment/start", token=till.token, **as_json([("terminalId", till.terminal_id)]))

    [line] = [record for record in caplog.records if record.name == LOGGER]
    assert (line.levelname, line.endpoint, line.status, line.outcome) == (
        "INFO",
        "payment/start",
        400,
        "parameter_missing",
    )
    assert isinstance(line.ms, int)
    assert 0 <= line.ms < 5000
