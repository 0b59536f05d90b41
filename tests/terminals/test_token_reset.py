"""A new token for the previous one."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import COMMAND, Actor, ActorKind
from portal.audit.models import Entry
from terminals.models import AccessToken
from terminals.services import access
from terminals.services.access import NotAuthenticated, TokenExists
from tests.tillapi.raw_calls import BODIES, as_json, as_query, call, rows


def _reset(token, bio_code="KINO1", method="GET", encode=as_query):
    pairs = [("bioCode", bio_code), ("previousAccessToken", token)]
    return call(method, "manage/token/reset", **encode(pairs))


def _works(token):
    return call("POST", "manage/create", token=token).status == 400


@pytest.fixture
def overlapping(merchants):
    merchants["KINO1"].token_overlap = timedelta(hours=1)
    merchants["KINO1"].save()


@pytest.mark.parametrize(("method", "encode"), [("GET", as_query), *[("POST", each) for each in (as_query, *BODIES)]])
def test_a_reset_gives_a_new_token_and_stops_the_old_one_at_once(method, encode, till):
    reply = _reset(till.token, method=method, encode=encode)

    token = reply.json["message"]
    assert (reply.status, reply.json) == (200, {"message": token, "success": True, "errors": [], "errorCodes": []})
    assert (_works(token), _works(till.token), token != till.token) == (True, False, True)
    entries = Entry.objects.filter(action__startswith="token:", actor_kind="till").order_by("pk")
    assert [(each.action, each.credential_source) for each in entries] == [
        ("token:reset", f"{method} reset"),
        ("token:issued", f"{method} reset"),
    ]


def test_with_an_overlap_the_old_token_works_on_for_so_long(till, overlapping, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    token = _reset(till.token).json["message"]
    seen = [(_works(till.token), _works(token))]

    for minutes in (59, 60):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        seen.append((_works(till.token), _works(token)))

    assert seen == [(True, True), (True, True), (False, True)]


def test_a_reset_whose_answer_was_lost_is_asked_again_and_prolongs_nothing(till, overlapping, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    lost = _reset(till.token).json["message"]
    time_machine.move_to(start + timedelta(minutes=30), tick=False)

    found = _reset(till.token).json["message"]

    assert (_works(lost), _works(found), _works(till.token)) == (False, True, True)
    time_machine.move_to(start + timedelta(minutes=60), tick=False)
    assert (_works(found), _works(till.token)) == (True, False)


@pytest.mark.parametrize(
    "wrong", ["x", "mpp_", "x" * 200, "' OR 1=1 --", "🍕", "%00", "0", "null", " "], ids=lambda text: text[:8]
)
def test_a_wrong_previous_token_resets_nothing(wrong, till):
    stored = rows()

    replies = [_reset(wrong, method="POST", encode=as_json), _reset(till.token, "NOBODY"), _reset(till.token, "BAGER7")]

    assert {reply.status for reply in replies} <= {400, 401}
    assert [reply.json["message"] for reply in replies] == [None] * 3
    assert rows() == stored
    assert _works(till.token)


@pytest.mark.parametrize("hostile", ["a\x00b", "\ud800", "\x1b[2J", "a\nb"])
def test_a_hostile_previous_token_gets_a_sentence_that_a_cashier_can_read(hostile, till):
    stored = rows()

    reply = _reset(hostile, method="POST", encode=as_json)

    assert reply.status in {400, 401}
    assert reply.sentences[0] in {
        "The merchant or the access token is not valid. Nothing was done.",
        "The parameter previousAccessToken is missing.",
        *[each for each in reply.sentences if each.startswith("The parameter previousAccessToken must ")],
    }
    assert rows() == stored


def test_a_token_that_is_replaced_cannot_reset_again(till):
    _reset(till.token)
    stored = rows()

    assert _reset(till.token).codes == ["not_authenticated"]
    assert rows() == stored


def test_a_merchant_that_is_switched_off_cannot_reset(till, merchants):
    merchants["KINO1"].is_active = False
    merchants["KINO1"].save()

    assert (_reset(till.token).status, AccessToken.objects.count()) == (403, 1)


def test_a_token_that_died_between_proof_and_reset_resets_nothing(till, merchants):
    previous = AccessToken.objects.get(lookup_id=till.token.split("_")[1])
    access.revoke(token=previous, by=COMMAND, now=clock.now(), reason="just now")
    stored = rows()

    with pytest.raises(NotAuthenticated):
        access.reset(merchant=merchants["KINO1"], previous=previous, by=COMMAND, now=clock.now())

    assert rows() == stored


def test_staff_reset_without_the_previous_token_and_say_why(till, stranger, merchants):
    admin = Actor(ActorKind.PERSON, "chief@kino.example")

    token = access.reset(
        merchant=merchants["KINO1"], previous=None, by=admin, now=clock.now(), reason="the till was stolen"
    )

    assert (_works(token), _works(till.token), _works(stranger.token)) == (True, False, True)
    entry = Entry.objects.get(action="token:reset")
    assert (entry.actor, entry.subject_kind, entry.details) == (
        admin.name,
        "merchant",
        {"reason": "the till was stolen"},
    )


def test_a_merchant_has_one_current_token(till, merchants):
    stored = rows()

    with pytest.raises(TokenExists):
        access.issue(merchant=merchants["KINO1"], by=COMMAND)

    assert rows() == stored
