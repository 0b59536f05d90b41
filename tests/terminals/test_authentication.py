"""Who is calling: every way to prove it, and every way to fail."""

from datetime import timedelta

import pytest

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from terminals.models import AccessToken
from terminals.services import access
from terminals.tokens import TokenText
from tests.tillapi.raw_calls import as_form, as_json, as_query, as_xml, call, refusal, rows

SENTENCE = "The merchant or the access token is not valid. Nothing was done."
WAYS = [
    ("GET", as_query, "GET query"),
    ("POST", as_query, "POST query"),
    ("POST", as_json, "POST body"),
    ("POST", as_xml, "POST body"),
    ("POST", as_form, "POST body"),
]


@pytest.mark.parametrize(("method", "encode", "form"), WAYS)
def test_the_proof_may_stand_among_the_parameters(method, encode, form, till):
    pairs = {"orderId": "o", "terminalId": till.terminal_id, "accessToken": till.token, "bioCode": "KINO1"}.items()

    reply = call(method, "payment/prepare", **encode(pairs))

    assert (reply.status, Payment.objects.get().order_id) == (200, "o")
    entry = Entry.objects.get(action="payment:noted")
    assert (entry.actor_kind, entry.actor, entry.credential_source) == ("till", till.token.split("_")[1], form)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
@pytest.mark.parametrize("bio_code", [[], [("bioCode", "KINO1")]])
def test_the_proof_may_stand_in_the_header_and_the_merchant_need_not_be_named(scheme, bio_code, till):
    pairs = [("orderId", "o"), ("terminalId", till.terminal_id), *bio_code]

    reply = call("POST", "payment/prepare", headers={"Authorization": f"{scheme} {till.token} "}, **as_json(pairs))

    assert reply.status == 200
    assert Entry.objects.get(action="payment:noted").credential_source == "POST header"


def test_a_header_decides_and_the_parameter_is_not_looked_at(till):
    assert call("GET", "manage/stores", token=till.token, query="accessToken=wrong").status == 200
    assert call("GET", "manage/stores", token="wrong", query=f"accessToken={till.token}").status == 401


def test_another_scheme_is_no_proof_but_the_parameter_is(till):
    basic = {"Authorization": "Basic bXBwOm1wcA=="}

    with_parameter = call("GET", "manage/stores", headers=basic, query=f"accessToken={till.token}&bioCode=KINO1")

    assert call("GET", "manage/stores", headers=basic).status == 401
    assert with_parameter.status == 200


def test_every_wrong_proof_gets_the_very_same_answer_and_moves_nothing(till, stranger, simulator):
    lookup_id = till.token.split("_")[1]
    forged = TokenText.make().text
    queries = [
        "",
        "bioCode=KINO1",
        "bioCode=NOBODY",
        f"bioCode=NOBODY&accessToken={till.token}",
        f"bioCode=BAGER7&accessToken={till.token}",
        f"bioCode=KINO1&accessToken={stranger.token}",
        f"bioCode=KINO1&accessToken={till.token[:-1]}",
        f"bioCode=kino1&accessToken={till.token}",
        f"bioCode=KINO1&accessToken={forged}",
        f"bioCode=NOBODY&accessToken={forged}",
        f"bioCode=KINO1&accessToken=mpp_{lookup_id}_{forged.split('_')[2]}",
        "bioCode=KINO1&accessToken=",
        "bioCode=KINO1&accessToken=%00%ff' OR 1=1",
        f"bioCode=KINO1&accessToken={'x' * 5000}",
        f"bioCode={'x' * 5000}&accessToken={till.token}",
    ]
    stored, calls = rows(), len(simulator.calls.find())

    replies = {query: call("GET", "payment/prepare", query=f"{query}&orderId=o") for query in queries}
    headers = [
        call("GET", "payment/prepare", headers={"Authorization": text}) for text in ("Bearer", "Bearer ", "", "æ")
    ]

    expected = refusal(own=["paymentId"], code="not_authenticated", sentence=SENTENCE)
    assert replies[""].json == expected
    for query, reply in replies.items():
        assert (reply.status, reply.content) == (401, replies[""].content), query
        assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert {(reply.status, reply.content) for reply in headers} == {(401, replies[""].content)}
    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("value", [[], {}, ["KINO1"], {"a": "b"}, True, False, 7, 1.5, "\ud800", [[]]])
@pytest.mark.parametrize("name", ["accessToken", "bioCode"])
def test_a_proof_of_the_wrong_type_is_no_proof(name, value, till):
    pairs = {"accessToken": till.token, "bioCode": "KINO1", name: value}.items()

    reply = call("POST", "manage/create", **as_json(pairs))

    assert (reply.status, reply.codes) == (401, ["not_authenticated"])


@pytest.mark.parametrize("value", [[], {}, {"a": "b"}])
def test_a_merchant_of_the_wrong_type_disagrees_with_any_token(value, till):
    reply = call("POST", "manage/create", token=till.token, **as_json([("bioCode", value)]))

    assert (reply.status, reply.codes) == (401, ["not_authenticated"])


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic bXBwOm1wcA=="])
@pytest.mark.parametrize("query", ["bioCode=KINO1", "bioCode=", "biocode=KINO1&bioCode=", ""])
def test_a_header_that_says_nothing_leaves_the_proof_to_the_parameters(header, query, till):
    reply = call("GET", "manage/stores", headers={"Authorization": header}, query=f"{query}&accesstoken={till.token}")

    assert reply.status == 200


@pytest.mark.parametrize("name", ["accessToken", "bioCode"])
def test_a_null_is_as_good_as_nothing(name, till):
    reply = call("POST", "manage/create", token=till.token, **as_json([(name, None), ("terminalId", till.terminal_id)]))

    assert (reply.status, reply.codes) == (409, ["pos_exists"])


def test_a_revoked_token_stops_at_once(till):
    token = AccessToken.objects.get(lookup_id=till.token.split("_")[1])

    access.revoke(token=token, by=COMMAND, now=clock.now(), reason="stolen till")
    access.revoke(token=token, by=COMMAND, now=clock.now(), reason="asked again")

    assert till.get("manage/stores").codes == ["not_authenticated"]
    entry = Entry.objects.get(action="token:revoked")
    assert (entry.actor_kind, entry.subject_id, entry.details) == ("command", str(token.pk), {"reason": "stolen till"})


def test_an_overlapping_token_works_until_its_end_and_not_a_moment_longer(till, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    ends = start + timedelta(hours=1)
    AccessToken.objects.filter(lookup_id=till.token.split("_")[1]).update(expires_at=ends)

    statuses = []
    for moment in (start, ends - timedelta(seconds=1), ends, ends + timedelta(days=1)):
        time_machine.move_to(moment, tick=False)
        statuses.append(call("POST", "manage/create", token=till.token).status)

    assert statuses == [400, 400, 401, 401]


def test_a_merchant_that_is_switched_off_can_do_nothing(till, merchants, simulator):
    merchants["KINO1"].is_active = False
    merchants["KINO1"].save()
    stored, calls = rows(), len(simulator.calls.find())

    reply = call("POST", "payment/prepare", token=till.token, **as_json([("terminalId", till.terminal_id)]))

    sentence = "This merchant is switched off in the portal. Nothing was done; call the service desk."
    assert (reply.status, reply.json) == (
        403,
        refusal(own=["paymentId"], code="merchant_disabled", sentence=sentence),
    )
    assert call("POST", "payment/prepare", token=f"{till.token}x").status == 401
    assert rows() == stored
    assert len(simulator.calls.find()) == calls
