"""Refusals as a till gets them: statuses, headers, merchants that want 200 always, and the unexpected."""

import logging

import pytest

from portal.tillapi.errors import BadParameters, Problem
from tests.tillapi.raw_calls import as_json, as_query, call, refusal, rows


@pytest.fixture
def polite(merchants):
    """Kino Nord reads a body only when the status is 200."""
    merchants["KINO1"].answers_always_200 = True
    merchants["KINO1"].save()
    return merchants["KINO1"]


@pytest.mark.parametrize(
    ("method", "path", "parameters", "status", "code"),
    [
        ("GET", "payment/status", {}, 400, "parameter_missing"),
        ("GET", "manage/create", {"terminalId": "00000000-0000-4000-8000-000000000000"}, 404, "terminal_not_found"),
        ("POST", "manage/create", {"terminalId": "mine"}, 409, "pos_exists"),
        ("PUT", "manage/create", {}, 405, "method_not_allowed"),
    ],
)
def test_a_merchant_that_wants_200_gets_it_with_the_same_envelope(
    method, path, parameters, status, code, till, merchants
):
    parameters = {name: till.terminal_id if value == "mine" else value for name, value in parameters.items()}
    usual = call(method, path, token=till.token, **as_query(parameters.items()))

    merchants["KINO1"].answers_always_200 = True
    merchants["KINO1"].save()
    always = call(method, path, token=till.token, **as_query(parameters.items()))

    assert (usual.status, usual.codes) == (status, [code])
    assert (always.status, always.content) == (200, usual.content)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"{", "application/json"), (b" " * 100_000, "application/json"), (b"x", "text/plain")],
)
def test_a_merchant_that_wants_200_gets_it_for_a_wrong_body_too(body, content_type, till, polite):
    reply = call("POST", "payment/start", token=till.token, body=body, content_type=content_type)

    assert (reply.status, reply.json["success"], len(reply.codes)) == (200, False, 1)


def test_a_merchant_that_wants_200_hears_of_its_own_limit_in_the_body(till, polite, settings):
    settings.TILL_RATE_LIMIT = "1/hour"
    call("GET", "manage/stores", token=till.token)

    reply = call("GET", "manage/stores", token=till.token)

    assert (reply.status, reply.codes, reply.headers["Retry-After"]) == (200, ["too_many_calls"], "1")


def test_who_is_not_known_gets_401_even_at_a_merchant_that_wants_200(till, polite):
    reply = call("GET", "manage/stores", query=f"bioCode={polite.bio_code}&accessToken=wrong")

    assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_an_unexpected_failure_is_an_envelope_without_any_detail(till, pos, settings, caplog):
    call("GET", "manage/checkInStatus/byposId", token=till.token, query=f"posId={pos.pos_id}")
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]

    query = as_query({"terminalId": till.terminal_id, "accessToken": till.token, "bioCode": "KINO1"}.items())
    reply = call("GET", "manage/checkInStatus/byterminalId", **query)

    sentence = "The portal failed. Ask for the payment's status before you try again."
    assert (reply.status, reply.json) == (
        500,
        refusal(own=["checkInStatus"], code="internal_error", sentence=sentence),
    )
    logged = [each for each in caplog.records if each.name == "portal.tillapi.errors"]
    assert [(each.levelno, each.exc_info is not None) for each in logged] == [(logging.ERROR, True)]
    assert till.token not in caplog.text


def test_no_token_reaches_the_log(till, caplog):
    for path in ("payment/start", "nothing", "manage/token/reset", "payment/status"):
        for method in ("GET", "POST", "PUT"):
            for token in (till.token, f"{till.token}x"):
                pairs = {"bioCode": "KINO1", "accessToken": token, "amount": "x", "orderId": token}.items()
                call(method, path, **as_query(pairs))
                call(method, path, **as_json(pairs))
                call(method, path, token=token)

    assert caplog.records
    assert till.token not in caplog.text


def test_every_answer_of_the_till_api_forbids_storing_it(till):
    replies = [
        call("GET", "manage/stores", token=till.token),
        call("GET", "manage/stores"),
        call("GET", "payment/status", token=till.token),
        call("GET", "manage/stores", token=till.token, headers={"Accept": "text/xml"}),
        call("POST", "payment/start", token=till.token, body=b"{", content_type="application/json"),
    ]

    assert [reply.headers["Cache-Control"] for reply in replies] == ["no-store"] * len(replies)


def test_bad_parameters_say_all_of_their_problems_when_they_are_logged():
    refusal = BadParameters([Problem("a", "The first."), Problem("b", "The second.")])

    assert (str(refusal), refusal.status) == ("The first. The second.", 400)


@pytest.mark.parametrize("key", ["", " ", "x" * 65, "two words", "æ", "tab\tbed", "\x7f"])
@pytest.mark.parametrize("path", ["payment/start", "payment/prepare"])
def test_an_unusable_idempotency_key_is_refused_by_name(key, path, till, simulator):
    stored, calls = rows(), len(simulator.calls.find())
    pairs = {"orderId": "order-1", "amount": "5", "terminalId": till.terminal_id}.items()

    reply = call("POST", path, token=till.token, headers={"Idempotency-Key": key}, **as_json(pairs))

    sentence = "The header Idempotency-Key must be 1 to 64 visible ASCII characters."
    assert (reply.status, reply.json) == (
        400,
        refusal(own=["paymentId"], code="idempotency_key_invalid", sentence=sentence),
    )
    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("key", ["k", "x" * 64, "!~{}", "order-1"])
def test_an_equal_idempotency_key_is_the_same_call(key, till):
    pairs = {"orderId": "order-1", "amount": "5", "terminalId": till.terminal_id}.items()

    replies = [
        call(method, "payment/start", token=till.token, headers={"Idempotency-Key": key}, **encode(pairs))
        for method, encode in (("POST", as_json), ("GET", as_query))
    ]

    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].json == replies[1].json


def test_an_idempotency_key_means_nothing_where_a_call_repeats_by_itself(till):
    reply = call("GET", "manage/stores", token=till.token, headers={"Idempotency-Key": "x" * 65})

    assert reply.status == 200
