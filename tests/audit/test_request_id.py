"""Every request has an id: in the answer, in the log, in the audit log and at MobilePay."""

import logging
from uuid import UUID

import pytest

from payments.models import PaymentEvent
from portal.audit.models import Entry
from portal.observability import request_context
from portal.observability.log_filters import ContextFilter
from portal.observability.request_context import RequestContext
from tests.tillapi.raw_calls import as_json, call


@pytest.mark.parametrize("offered", ["abcdefgh", "A.b_c-1234", "x" * 64, "3974eae6-e36f-4148-b5ee-22689e528c75"])
def test_a_decent_request_id_is_echoed_and_travels_everywhere(offered, till, simulator):
    pairs = {"orderId": "order-1", "terminalId": till.terminal_id}.items()

    reply = call(
        "POST",
        "payment/prepare",
        token=till.token,
        address="203.0.113.5",
        headers={"X-Request-Id": offered},
        **as_json(pairs),
    )

    entries = Entry.objects.filter(action__startswith="payment:")
    assert reply.headers["X-Request-Id"] == offered
    assert {(each.request_id, each.address) for each in entries} == {(offered, "203.0.113.5")}
    assert set(PaymentEvent.objects.values_list("correlation_id", flat=True)) == {offered}
    [upstream] = simulator.calls.find("POST", "/pos/v10/payments/prepare")
    assert upstream.correlation_id == offered


@pytest.mark.parametrize(
    "offered",
    [
        "",
        "short",
        "x" * 65,
        "two words",
        "a\tb-cdefgh",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "ææææææææ",
        "%0d%0aSet-Cookie:x",
    ],
)
def test_any_other_request_id_is_replaced(offered, merchants):
    reply = call("GET", "manage/stores", headers={"X-Request-Id": offered})

    given = reply.headers["X-Request-Id"]
    assert str(UUID(given)) == given


def test_every_request_without_an_id_gets_one_of_its_own(merchants):
    given = {call("GET", path).headers["X-Request-Id"] for path in ("manage/stores", "nothing", "/no/such/page")}

    assert len(given) == 3


def test_behind_our_proxy_the_audit_log_names_the_proxys_last_word(till, settings):
    settings.TRUST_PROXY = True
    forwarded = {"X-Forwarded-For": "10.0.0.1, 198.51.100.77"}

    pairs = {"orderId": "order-1", "terminalId": till.terminal_id}.items()
    call("POST", "payment/prepare", token=till.token, headers=forwarded, **as_json(pairs))

    assert set(Entry.objects.filter(action="payment:noted").values_list("address", flat=True)) == {"198.51.100.77"}


@pytest.mark.parametrize(
    ("said", "kept"), [("a\x00b\u202e\x9b", "ab"), ("x" * 500, "x" * 45), ("1.2.3.4\u2028", "1.2.3.4")]
)
def test_what_our_proxy_passes_on_is_cleaned(till, settings, said, kept):
    settings.TRUST_PROXY = True

    pairs = {"orderId": "order-1", "terminalId": till.terminal_id}.items()
    reply = call("POST", "payment/prepare", token=till.token, headers={"X-Forwarded-For": said}, **as_json(pairs))

    assert reply.status == 200
    assert set(Entry.objects.filter(action="payment:noted").values_list("address", flat=True)) == {kept}


def test_outside_of_requests_there_is_an_id_and_no_address():
    first, second = request_context.request_id(), request_context.request_id()

    assert str(UUID(first)) == first != second
    assert request_context.client_ip() == ""


def test_a_log_record_carries_the_request_id_even_after_the_request():
    record = logging.makeLogRecord({})
    refused = logging.makeLogRecord({"request": type("Request", (), {"request_id": "of-the-refused"})()})
    inside = logging.makeLogRecord({})
    entered = request_context.enter(RequestContext("of-this-one", "127.0.0.1"))
    try:
        assert ContextFilter().filter(inside) is True
    finally:
        request_context.leave(entered)

    assert [ContextFilter().filter(each) for each in (record, refused)] == [True, True]
    assert [each.request_id for each in (record, refused, inside)] == ["-", "of-the-refused", "of-this-one"]


def test_a_request_that_fails_leaves_its_id_behind_it(till, pos, settings):
    call("GET", "manage/checkInStatus/byposId", token=till.token, query=f"posId={pos.pos_id}")
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]

    reply = call(
        "GET",
        "manage/checkInStatus/byposId",
        token=till.token,
        query=f"posId={pos.pos_id}",
        headers={"X-Request-Id": "failing-1"},
    )

    assert (reply.status, reply.headers["X-Request-Id"]) == (500, "failing-1")
    assert request_context.request_id() != "failing-1"
