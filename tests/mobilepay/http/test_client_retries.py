"""Which calls are made again, how often, after which pause, and what is left of them."""

from time import monotonic
from uuid import uuid4

import pytest

from portal.mobilepay.errors import Busy, Reason, Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.http import client
from portal.money import Money
from tests.mobilepay.clients import CORRELATION_ID, an_order, answer, looked_up

AMOUNT = Money(2706, "DKK")
PAYMENTS = "/pos/v10/payments"


def initiate(mobilepay, pos_id, key):
    return mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=key)


def statuses(simulator):
    return [call.status for call in simulator.calls.find("POST", PAYMENTS)]


@pytest.mark.parametrize("kind", ["fail_before", "fail_after", "cut_before", "cut_after"])
def test_lost_call_is_repeated_with_the_same_key_until_it_succeeds_once(simulator, mobilepay, pos_id, pauses, kind):
    key = uuid4()
    simulator.faults.add(kind, "POST", PAYMENTS, times=2)

    remote_id = initiate(mobilepay, pos_id, key)

    calls = simulator.calls.find("POST", PAYMENTS)
    assert [call.idempotency_key for call in calls] == [str(key)] * 3
    assert [call.correlation_id for call in calls] == [CORRELATION_ID] * 3
    assert [call.body for call in calls] == [calls[0].body] * 3
    assert [call.status for call in calls] == [500 if "fail" in kind else None] * 2 + [200]
    assert mobilepay.search.open_on(pos_id) == [remote_id]
    assert len(pauses) == 2
    assert 0.05 <= pauses[0] <= 0.15
    assert 0.1 <= pauses[1] <= 0.3


def test_three_failures_are_unreachable_with_the_facts_for_support(simulator, mobilepay, pos_id, pauses):
    simulator.faults.add("fail_before", "POST", PAYMENTS, times=4)

    with pytest.raises(Unreachable) as failure:
        initiate(mobilepay, pos_id, uuid4())

    assert (str(failure.value), failure.value.code, failure.value.trace_id) == (
        "HTTP 500",
        "2000",
        CORRELATION_ID,
    )
    assert statuses(simulator) == [500, 500, 500]
    assert len(pauses) == 2
    assert mobilepay.search.open_on(pos_id) == []


def test_three_cut_connections_are_unreachable_without_facts(simulator, mobilepay, pos_id):
    simulator.faults.add("cut_before", "POST", PAYMENTS, times=3)

    with pytest.raises(Unreachable) as failure:
        initiate(mobilepay, pos_id, uuid4())

    assert str(failure.value) == "no answer: ConnectionError"
    assert (failure.value.code, failure.value.trace_id) == ("", "")
    assert statuses(simulator) == [None, None, None]


def test_nobody_listening_is_unreachable(http, script, pauses):
    port_of_nobody = script.url.rpartition(":")[0] + ":1"

    with pytest.raises(Unreachable, match=r"^no answer: ConnectionError$"):
        http.send("GET", port_of_nobody, read=looked_up, headers={})

    assert len(pauses) == 2


def test_write_is_waited_for_two_seconds_then_repeated_and_done_once(simulator, mobilepay, pos_id):
    simulator.faults.add("late", "POST", PAYMENTS, seconds=30)
    begun = monotonic()

    remote_id = initiate(mobilepay, pos_id, uuid4())

    assert 2 <= monotonic() - begun < 10
    assert len(simulator.calls.find("POST", PAYMENTS)) == 2
    assert mobilepay.search.open_on(pos_id) == [remote_id]


def test_read_is_waited_for_half_a_second_only(simulator, mobilepay):
    simulator.faults.add("slow", "GET", "/pos/v10/stores/detailed", seconds=1.5)

    found = mobilepay.stores.all()

    assert len(found) == 1
    assert len(simulator.calls.find("GET", "/pos/v10/stores/detailed")) == 2


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, Reason.OTHER), (403, Reason.OTHER), (404, Reason.NOT_FOUND), (409, Reason.OTHER)],
)
def test_refusal_is_final_and_never_repeated(simulator, mobilepay, pos_id, pauses, status, reason):
    simulator.faults.add("refuse", "POST", PAYMENTS, status=status, code="1099", times=2)

    with pytest.raises(Rejected) as refusal:
        initiate(mobilepay, pos_id, uuid4())

    assert refusal.value.reason is reason
    assert (str(refusal.value), refusal.value.code) == (f"HTTP {status}", "1099")
    assert refusal.value.trace_id == CORRELATION_ID
    assert refusal.value.is_certain is True
    assert statuses(simulator) == [status]
    assert pauses == []
    assert mobilepay.search.open_on(pos_id) == []


@pytest.mark.parametrize("status", [302, 402, 405, 410, 422])
def test_status_that_mobilepay_does_not_have_is_no_answer_even_with_a_code(simulator, mobilepay, pos_id, status):
    simulator.faults.add("refuse", "POST", PAYMENTS, status=status, code="1099", times=3)

    with pytest.raises(Unreadable, match=f"^HTTP {status} that is not MobilePay's own$"):
        initiate(mobilepay, pos_id, uuid4())

    assert statuses(simulator) == [status] * 3
    assert mobilepay.search.open_on(pos_id) == []


@pytest.mark.parametrize("kind", ["foreign_before", "foreign_after"])
@pytest.mark.parametrize("status", [200, 202, 302, 403, 404])
def test_answer_of_a_gateway_in_front_is_asked_for_again_and_the_payment_is_one(
    simulator, mobilepay, pos_id, pauses, kind, status
):
    key = uuid4()
    simulator.faults.add(kind, "POST", PAYMENTS, status=status, times=2)

    remote_id = initiate(mobilepay, pos_id, key)

    assert statuses(simulator) == [status, status, 200]
    assert {call.idempotency_key for call in simulator.calls.find("POST", PAYMENTS)} == {str(key)}
    assert mobilepay.search.open_on(pos_id) == [remote_id]
    assert len(pauses) == 2


@pytest.mark.parametrize("status", [408, 423, 425, 429])
def test_busy_mobilepay_is_left_alone(simulator, mobilepay, pos_id, pauses, status):
    simulator.faults.add("refuse", "POST", PAYMENTS, status=status, times=2)

    with pytest.raises(Busy, match=f"^HTTP {status}$"):
        initiate(mobilepay, pos_id, uuid4())

    assert statuses(simulator) == [status]
    assert pauses == []
    assert mobilepay.search.open_on(pos_id) == []


@pytest.mark.parametrize("lost", ["fail_before", "fail_after", "cut_after"])
def test_refusal_after_a_lost_try_is_not_certain(simulator, mobilepay, pos_id, lost):
    simulator.faults.add(lost, "POST", PAYMENTS)
    simulator.faults.add("refuse", "POST", PAYMENTS, code="1301")

    with pytest.raises(Rejected) as refusal:
        initiate(mobilepay, pos_id, uuid4())

    assert refusal.value.is_certain is False
    assert len(statuses(simulator)) == 2


def test_answer_cut_in_half_is_asked_for_again(simulator, mobilepay, pos_id, pauses):
    simulator.faults.add("garble", "POST", PAYMENTS)

    remote_id = initiate(mobilepay, pos_id, uuid4())

    assert mobilepay.search.open_on(pos_id) == [remote_id]
    assert statuses(simulator) == [200, 200]
    assert len(pauses) == 1


def test_answer_that_is_never_json_is_unreadable(script, http):
    script.will_answer(*[answer(b"<html>Welcome</html>")] * 3)

    with pytest.raises(Unreadable, match=r"^HTTP 200 with a body that is not JSON$"):
        http.send("GET", f"{script.url}/x", read=looked_up, headers={})

    assert script.lines == ["GET /x"] * 3


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Later", "504 Late", "599 Odd"])
def test_every_5xx_is_theirs_to_mend_and_repeated(script, http, status):
    script.will_answer(answer(status=status), answer({"is": "well"}))

    body = http.send("POST", f"{script.url}/x", read=looked_up, headers={}, json={})

    assert body == {"is": "well"}
    assert script.lines == ["POST /x", "POST /x"]


def test_401_on_a_repeated_try_is_not_certain_either(script, http):
    script.will_answer(answer(status="500 Oops"), answer(status="401 Who"))

    with pytest.raises(Unauthorized) as refusal:
        http.send("POST", f"{script.url}/x", read=looked_up, headers={}, json={})

    assert refusal.value.is_certain is False


@pytest.mark.parametrize(("attempt", "shortest", "longest"), [(1, 0.05, 0.15), (2, 0.1, 0.3), (3, 0.2, 0.6)])
def test_pause_doubles_and_jitters_by_half(attempt, shortest, longest):
    pauses = [client.pause(attempt) for _ in range(500)]

    middle = (shortest + longest) / 2
    assert shortest <= min(pauses) < middle < max(pauses) <= longest
