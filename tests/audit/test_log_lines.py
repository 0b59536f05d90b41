"""Every line of the log says in JSON what it is about: the request, the merchant, the token, the payment."""

from datetime import UTC, datetime
import logging
from uuid import UUID

import pytest

from payments.models import Payment
from portal import clock
from portal.observability import request_context
from terminals.models import AccessToken
from tests.audit.log_lines import logged, members, written
from tests.payments.till_sequences import reserve
from tests.refunds import scenarios
from tests.tillapi.raw_calls import as_json, call

logger = logging.getLogger("portal.tests")


def of_deeds(lines):
    return [line for line in lines if line["logger"] == "portal.audit.services"]


def of_calls(lines):
    return [line for line in lines if line["logger"] == "portal.tillapi.calls"]


def test_a_line_says_when_how_bad_by_whom_and_what(time_machine):
    time_machine.move_to(datetime(2026, 5, 4, 12, 0, tzinfo=UTC), tick=False)

    with logged() as lines:
        logger.warning("%s is odd: “æ”", "This", extra={"status": 409, "details": {"amount": "27.06 DKK"}})

    [line] = lines
    assert datetime.strptime(line.pop("time"), "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC) == clock.now()
    assert line == {
        "level": "WARNING",
        "logger": "portal.tests",
        "message": "This is odd: “æ”",
        "status": 409,
        "details": {"amount": "27.06 DKK"},
        "request_id": "-",
    }


def test_a_text_with_line_breaks_is_one_line_still():
    with written() as text:
        logger.error('first\nsecond "third"')

    assert text.getvalue().count("\n") == 1
    assert '"message": "first\\nsecond \\"third\\""' in text.getvalue()


def test_what_went_wrong_stands_on_the_line():
    with logged() as lines:
        logger.error("It failed", exc_info=RuntimeError("ours"))

    assert members(lines, "message", "exc_info") == [("It failed", "RuntimeError: ours")]


def test_a_tills_call_tells_its_deeds_and_itself_with_all_that_they_are_about(till):
    token = AccessToken.objects.get().lookup_id

    with logged() as lines:
        answer = till.start(headers={"X-Request-Id": "till-says-1"})

    about = ("request_id", "merchant", "token", "terminal", "payment", "order")
    expected = ("till-says-1", "KINO1", token, till.terminal_id, answer["paymentId"], "order-1")
    assert members(lines, "level", "message") == [
        ("INFO", "Began a payment"),
        ("INFO", "A payment changed its state"),
        ("INFO", "POST payment/start: ok"),
    ]
    assert members(lines, *about) == [expected] * 3
    assert members(lines, "action", "by", "outcome", "status") == [
        ("payment:noted", token, None, None),
        ("payment:moved", token, None, None),
        (None, None, "ok", 200),
    ]
    assert [line["details"] for line in lines[:2]] == [
        {"to_state": "Created", "amount": "27.06 DKK"},
        {"to_state": "Initiated"},
    ]


def test_a_refund_at_a_till_names_the_refund_the_payment_and_the_order(till, customer):
    sold = scenarios.sell(till, customer)

    with logged() as lines:
        refund = scenarios.refund_id(scenarios.give_back(till, sold))

    [line] = of_calls(lines)
    assert members([line], "payment", "refund", "order") == [(str(sold.pk), str(refund), "refund-1")]


def test_a_call_about_a_point_of_sale_names_it(till, pos):
    pos_id = str(pos.pos_id)

    with logged() as lines:
        call("POST", "payment/start/byPosId", token=till.token, **as_json([("posId", pos_id), ("orderId", "o-1")]))
        till.post("payment/start/byPosId", posId=pos_id, orderId="o-1", amount="1.00")

    assert members(of_calls(lines), "pos", "outcome") == [(None, "parameter_missing"), (pos_id, "ok")]


def test_a_refused_call_of_somebody_unknown_names_no_merchant_and_no_secret(till):
    with written() as text:
        call("POST", "payment/start", token="guess-12345", query=f"accessToken={till.token}")

    assert '"outcome": "not_authenticated"' in text.getvalue()
    assert [word for word in ("merchant", "guess-12345", till.token, till.token[-20:]) if word in text.getvalue()] == []


def test_no_token_is_ever_written(till, merchants):
    with written() as text:
        till.start()
        till.get("payment/status", paymentId="x", accessToken=till.token, bioCode="KINO1")
        till.get("manage/token/reset", bioCode="KINO1", previousAccessToken=till.token)

    assert text.getvalue() != ""
    assert [word for word in (till.token, till.token[-20:]) if word in text.getvalue()] == []


def test_what_one_call_is_about_does_not_reach_the_next(till, stranger):
    with logged() as lines:
        till.start()
        call("GET", "payment/status")
        stranger.start()

    assert members(of_calls(lines), "merchant", "order") == [("KINO1", "order-1"), (None, None), ("BAGER7", "order-1")]
    assert request_context.request_id() not in {line["request_id"] for line in lines}


def test_djangos_own_line_about_a_refusal_has_the_id_of_its_request(till):
    with logged() as lines:
        till.get("nothing", headers={"X-Request-Id": "till-says-2"})

    assert members(lines, "logger", "level", "request_id") == [
        ("portal.tillapi.calls", "INFO", "till-says-2"),
        ("django.request", "WARNING", "till-says-2"),
    ]
    assert all("request" not in line for line in lines)


@pytest.mark.parametrize("path", ["/{}/", "/api/pos/{}", "/merchants/{}/"])
def test_an_address_that_does_not_exist_is_not_written(till, path):
    with logged() as lines:
        call("GET", path.format(till.token))

    [line] = [line for line in lines if line["logger"] == "django.request"]
    assert line["message"] == "Not Found: an address that does not exist"


def test_an_address_is_written_as_the_pattern_it_matches(till, administrator):
    with logged() as lines:
        administrator.get(f"payments/{UUID(int=7)}/")

    [line] = [line for line in lines if line["logger"] == "django.request"]
    assert line["message"] == "Not Found: /merchants/<int:merchant_id>/payments/<uuid:payment_id>/"


def test_a_page_names_the_merchant_and_the_payment_of_its_address(till, customer, administrator):
    payment_id = reserve(till, customer)
    scenarios.prove(administrator)

    with logged() as lines:
        administrator.post(f"payments/{payment_id}/capture/", amount="27.06")

    assert Payment.objects.get().state == "Captured"
    deeds = of_deeds(lines)
    assert members(deeds, "action", "by") == [
        ("payment:intended", "anna@kino.example"),
        ("payment:moved", "anna@kino.example"),
    ]
    assert members(deeds, "merchant", "payment") == [(str(administrator.merchant.pk), payment_id)] * 2
    assert len({line["request_id"] for line in deeds}) == 1
