from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.client import RemoteDisconnected
from time import monotonic

import pytest

from portal.mobilepay.simulator.core.faults import A_GATEWAYS_PAGE, Kind
from tests.mobilepay.simulator.client import KEY, OK, order, wait_until

PAYMENTS = "/pos/v10/payments"


def payments_in(world):
    with world.present():
        return len(list(world.payments))


def payments_of(api, pos):
    return len(api.get("/payments", posId=pos["posId"])["paymentIds"])


@pytest.mark.parametrize(("kind", "payments"), [(Kind.FAIL_BEFORE, 0), (Kind.FAIL_AFTER, 1)])
def test_a_failing_call_answers_500_done_or_not(api, pos, server, kind, payments):
    server.faults.add(kind, "POST", PAYMENTS)

    answer = api.post("/payments", order(pos))

    assert answer.outcome == (500, "2000")
    assert payments_of(api, pos) == payments


@pytest.mark.parametrize(("kind", "payments"), [(Kind.CUT_BEFORE, 0), (Kind.CUT_AFTER, 1)])
def test_a_cut_call_gets_no_answer_done_or_not(api, pos, server, kind, payments):
    server.faults.add(kind, "POST", PAYMENTS)

    with pytest.raises(RemoteDisconnected):
        api.post("/payments", order(pos))

    api.close()
    assert payments_of(api, pos) == payments
    assert [call.status for call in server.calls.find("POST", PAYMENTS)] == [None]


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.SLOW])
def test_a_late_or_slow_call_is_done_and_takes_its_time(api, pos, server, kind):
    server.faults.add(kind, "POST", PAYMENTS, seconds=0.05)
    begun = monotonic()

    answer = api.post("/payments", order(pos))

    assert answer.outcome == OK
    assert monotonic() - begun >= 0.05


@pytest.mark.parametrize(("kind", "payments"), [(Kind.LATE, 1), (Kind.SLOW, 0)])
def test_a_waiting_fault_does_not_keep_the_server_from_stopping(api, pos, server, world, kind, payments):
    server.faults.add(kind, "POST", PAYMENTS, seconds=60)
    server.calls.clear()
    begun = monotonic()
    with ThreadPoolExecutor() as pool:
        lost = pool.submit(api.post, "/payments", order(pos))
        wait_until(lambda: server.calls.find("POST", PAYMENTS) and payments_in(world) == payments)

        server.stop()

    assert isinstance(lost.exception(), ConnectionResetError)
    assert monotonic() - begun < 5
    assert payments_in(world) == payments


@pytest.mark.parametrize(("code", "outcome"), [("1301", (409, "1301")), (None, (409, None))])
def test_a_refused_call_is_not_done(api, pos, server, code, outcome):
    server.faults.add("refuse", "POST", PAYMENTS, status=409, code=code)

    answer = api.post("/payments", order(pos))

    assert answer.outcome == outcome
    assert payments_of(api, pos) == 0


def test_a_garbled_answer_is_half_a_body_of_a_call_that_was_done(api, pos, server):
    server.faults.add("garble", "POST", f"{PAYMENTS}.*", times=2)

    initiated = api.post("/payments", order(pos))
    (payment_id,) = api.get("/payments", posId=pos["posId"])["paymentIds"]
    cancelled = api.post(f"/payments/{payment_id}/cancel")

    assert (initiated.status, initiated.body) == (200, None)
    assert initiated.text.startswith(b'{"paymentId"')
    assert (cancelled.status, cancelled.text) == (200, b"{")
    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByClient"


HTML, JSON = ("<html>Blocked</html>", "text/html; charset=utf-8"), ('{"message": "no Route"}', "application/json")


@pytest.mark.parametrize(("kind", "payments"), [(Kind.FOREIGN_BEFORE, 0), (Kind.FOREIGN_AFTER, 1)])
@pytest.mark.parametrize(("body", "content_type"), [HTML, JSON, ("", "application/json")], ids=["html", "json", "none"])
def test_a_gateway_in_front_answers_with_words_of_its_own_done_or_not(
    api, pos, server, kind, payments, body, content_type
):
    server.faults.add(kind, "POST", PAYMENTS, status=404, body=body)

    answer = api.post("/payments", order(pos))

    assert (answer.status, answer.text, answer.headers["content-type"]) == (404, body.encode(), content_type)
    assert "location" not in answer.headers
    assert payments_of(api, pos) == payments


def test_a_gateway_that_names_no_words_shows_a_page_and_redirects_to_its_own_sign_in(api, server):
    server.faults.add("foreign_before", "GET", "/pos/v10/stores", status=302)

    answer = api.get("/stores")

    assert (answer.status, answer.headers["location"], answer.text) == (302, "/sign-in", A_GATEWAYS_PAGE.encode())


def test_an_altered_answer_has_other_members_and_the_deed_is_as_it_was(api, pay, server):
    payment_id = pay()
    server.faults.add("alter", "GET", f"{PAYMENTS}/[^/]+", members={"amount": 99, "orderId": None, "colour": "red"})

    altered = api.get(f"/payments/{payment_id}").body
    own = api.get(f"/payments/{payment_id}").body

    assert altered == {name: own[name] for name in own if name != "orderId"} | {"amount": 99, "colour": "red"}
    assert (own["amount"], own["orderId"]) == (Decimal("12.50"), "ORDER-1")


def test_there_is_nothing_to_alter_in_a_refusal_or_in_a_success_without_a_body(api, pay, server):
    payment_id = pay()
    server.faults.add("alter", None, f"{PAYMENTS}/.*", times=2, members={"amount": 99, "code": "1000"})

    refused = api.post(f"/payments/{payment_id}/capture", {"amount": Decimal("12.51")})
    cancelled = api.post(f"/payments/{payment_id}/cancel")

    assert refused.outcome == (409, "1305")
    assert "amount" not in refused.body
    assert (cancelled.status, cancelled.text) == (200, b"")
    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByClient"


def test_a_retry_with_the_same_key_heals_a_lost_answer(api, pos, server):
    server.faults.add("fail_after", "POST", PAYMENTS, times=2)

    answers = [api.post("/payments", order(pos), **{KEY: "key-1"}) for _ in range(3)]

    assert [answer.outcome for answer in answers] == [(500, "2000"), (500, "2000"), OK]
    assert payments_of(api, pos) == 1


def test_a_fault_befalls_only_what_it_names_and_as_often_as_it_says(api, server):
    server.faults.add("refuse", "GET", "/pos/v10/stores", status=503, times=2)

    answers = [
        api.get("/stores/detailed"),
        api.send("DELETE", "/pos/v10/stores"),
        api.get("/stores"),
        api.get("/stores"),
        api.get("/stores"),
    ]

    assert [answer.status for answer in answers] == [200, 405, 503, 503, 200]


def test_a_fault_without_a_method_befalls_all_and_the_earliest_comes_first(api, server):
    server.faults.add("refuse", None, ".*", status=503)
    server.faults.add("refuse", None, "/pos/v10/stores", status=418)

    answers = [api.get("/stores") for _ in range(3)]

    assert [answer.status for answer in answers] == [503, 418, 200]


def test_cleared_faults_do_not_fire(api, server):
    server.faults.add("refuse", "GET", ".*")

    server.faults.clear()

    assert api.get("/stores").outcome == OK


def test_the_token_endpoint_can_fail_too(api, server):
    server.faults.add("fail_before", "POST", "/integrator-authentication/connect/token")

    answer = api.token(grant_type="client_credentials")

    assert answer.outcome == (500, "2000")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "explode"}, "'explode' is not a valid Kind"),
        ({"path": "("}, "path is no regular expression"),
        ({"times": 0}, "times must be positive"),
        ({"seconds": -1}, "seconds not negative"),
        ({"status": 99}, "status from 200 to 599"),
    ],
)
def test_nonsense_faults_are_refused(server, changes, sentence):
    fault = {"kind": "refuse", "method": "GET", "path": ".*", **changes}

    with pytest.raises(ValueError, match=sentence):
        server.faults.add(**fault)
