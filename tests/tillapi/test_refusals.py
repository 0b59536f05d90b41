"""What every call can be refused with, asked of every call: what the wire gives, the description lists."""

import pytest

from portal.tillapi import catalogue, refusals, samples
from portal.tillapi.throttles import _limiter
from tests.tillapi.endpoints import ENDPOINTS
from tests.tillapi.raw_calls import as_form, as_query, call

# Of a kind that no parameter can be.
NONSENSE = "漢" * 201
WITHOUT_PROOF = {"manage/token", "manage/token/reset"}
every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)


def listed(endpoint, method):
    [found] = [each for each in catalogue.calls() if each.path == endpoint.path]
    return {(refusal.status, refusal.code) for refusal in refusals.of(found.view, method)}


def refused(endpoint, method, till, **more):
    reply = call(method, endpoint.path, token=till.token, **more)
    return {(reply.status, code) for code in reply.codes}


@every_endpoint
def test_what_is_wrong_with_the_parameters_of_any_call_is_listed(endpoint, till):
    for method in endpoint.methods.split():
        names = [*endpoint.parameters, *(["bioCode"] if endpoint.path not in WITHOUT_PROOF else [])]
        twice = [(names[-1], "a"), (names[-1], "b")]
        many = [(f"x{number}", "") for number in range(1001)]
        given = [[], [(name, NONSENSE) for name in endpoint.parameters], twice, many]

        found = set().union(*(refused(endpoint, method, till, **as_query(each)) for each in given))

        codes = {"parameter_repeated", "request_unusable"}
        codes |= {"parameter_missing", "parameter_invalid"} if endpoint.parameters else set()
        assert {code for status, code in found if status == 400} == codes
        assert found - listed(endpoint, method) == set()


@every_endpoint
def test_what_is_wrong_with_the_body_of_any_call_is_listed(endpoint, till):
    for method in set(endpoint.methods.split()) - {"GET"}:
        large = as_form([("x", "y" * 70_000)])

        found = [
            refused(endpoint, method, till, body=b"{", content_type="application/json"),
            refused(endpoint, method, till, body=b"x", content_type="text/csv"),
            refused(endpoint, method, till, **large),
        ]

        assert found == [{(400, "body_unreadable")}, {(415, "unsupported_media_type")}, {(413, "body_too_large")}]
        assert set().union(*found) - listed(endpoint, method) == set()
        assert {code for _, code in listed(endpoint, "GET")} & {"body_unreadable", "body_too_large"} == set()


@every_endpoint
def test_a_key_that_is_no_key_is_listed_where_one_is_taken(endpoint, till):
    [found] = [each for each in catalogue.calls() if each.path == endpoint.path]

    codes = refused(endpoint, endpoint.methods.split()[-1], till, headers={"Idempotency-Key": " "}, **full(endpoint))

    is_refused = (400, "idempotency_key_invalid") in codes
    is_listed = (400, "idempotency_key_invalid") in listed(endpoint, endpoint.methods.split()[-1])
    assert is_refused == is_listed == found.view.takes_key


@every_endpoint
def test_who_may_not_call_is_listed(endpoint, till, merchants):
    previous = [("bioCode", "KINO1"), ("previousAccessToken", till.token)]
    wrong = as_query([("bioCode", "NOBODY"), ("previousAccessToken", "x")])
    # Who asks for a token without proof learns nothing about any merchant.
    closed = {(403, "enrolment_closed")} if endpoint.path == "manage/token" else None
    for method in endpoint.methods.split():
        reply = call(method, endpoint.path, **wrong)
        assert {(reply.status, *reply.codes)} == (closed or {(401, "not_authenticated")})
        assert (closed or {(401, "not_authenticated")}) <= listed(endpoint, method)
    merchants["KINO1"].is_active = False
    merchants["KINO1"].save()

    found = set().union(*(refused(endpoint, method, till, **as_query(previous)) for method in endpoint.methods.split()))

    assert found == (closed or {(403, "merchant_disabled")})
    assert found - listed(endpoint, "GET") == set()


@every_endpoint
def test_too_many_calls_are_listed(endpoint, till, settings):
    settings.TILL_RATE_LIMIT = settings.WRONG_TOKEN_RATE_LIMIT = "1/minute"
    _limiter.storage.reset()
    wrong = as_query([("bioCode", "NOBODY"), ("previousAccessToken", "x")])

    replies = [
        call("GET", endpoint.path, **(wrong if endpoint.path in WITHOUT_PROOF else {"token": till.token}))
        for _ in range(2)
    ]
    _limiter.storage.reset()

    assert (replies[1].status, replies[1].codes) == (429, ["too_many_calls"])
    assert (429, "too_many_calls") in listed(endpoint, "GET")


def test_what_any_address_may_answer_is_known():
    assert [(each.status, each.code) for each in refusals.anywhere()] == [
        (400, "host_unknown"),
        (405, "method_not_allowed"),
        (404, "not_found"),
        (500, "internal_error"),
    ]


def test_every_refusal_says_what_it_means_in_a_sentence_of_its_own():
    found = [refusal for each in catalogue.calls() for refusal in each.refusals]

    assert [each for each in found if not each.meaning.endswith(".") or "\n" in each.meaning] == []
    assert [each for each in found if not each.sentence.endswith(".")] == []


def full(endpoint):
    """Parameters of the right kind, of things that there are not."""
    [found] = [each for each in catalogue.calls() if each.path == endpoint.path]
    return as_query(samples.parameters(found.view).items())
