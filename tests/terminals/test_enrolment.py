"""The enrolment window: one token without proof, while an administrator holds the door open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
import re

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
import pytest

from portal import clock
from portal.audit.actors import Actor, ActorKind
from portal.audit.models import Entry
from terminals.models import AccessToken, Merchant
from terminals.services import access
from terminals.services.access import TokenExists
from tests.tillapi.raw_calls import BODIES, as_query, call, refusal, rows

ADMIN = Actor(ActorKind.PERSON, "chief@kino.example")
CLOSED = "No access token can be created now. Ask an administrator to open the enrolment window, then try again."
EXISTS = "The merchant has an access token already. Reset it with the previous one instead."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def _opened(merchant, *, ago=timedelta(0)):
    return access.open_enrolment(merchant=merchant, by=ADMIN, now=clock.now() - ago)


def _left_open(merchant):
    """A window that stands open although there is a token: by no way through the portal."""
    Merchant.objects.filter(pk=merchant.pk).update(enrolment_open_until=clock.now() + timedelta(minutes=1))


@pytest.mark.parametrize(("method", "encode"), [("GET", as_query), *[("POST", each) for each in (as_query, *BODIES)]])
def test_an_open_window_gives_one_token(method, encode, kino):
    until = _opened(kino)

    first = call(method, "manage/token", **encode([("bioCode", "KINO1")]))
    second = call(method, "manage/token", **encode([("bioCode", "KINO1")]))

    token = first.json["message"]
    assert (first.status, first.json) == (200, {"message": token, "success": True, "errors": [], "errorCodes": []})
    assert call("GET", "manage/stores", token=token).status == 200
    assert (second.status, second.json) == (403, refusal(own=["message"], code="enrolment_closed", sentence=CLOSED))
    opened, issued = Entry.objects.filter(action__in=["enrolment:opened", "token:issued"]).order_by("pk")
    assert (opened.actor, opened.details, opened.subject) == (ADMIN.name, {"until": until.isoformat()}, str(kino))
    assert (issued.actor_kind, issued.actor, issued.credential_source) == ("till", "enrolment", f"{method} none")


def test_a_window_is_open_for_a_quarter_of_an_hour(kino, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    until = _opened(kino)

    time_machine.move_to(start + timedelta(minutes=15), tick=False)
    late = call("POST", "manage/token", query="bioCode=KINO1")
    time_machine.move_to(start + timedelta(minutes=14, seconds=59), tick=False)
    in_time = call("POST", "manage/token", query="bioCode=KINO1")

    assert until == start + timedelta(minutes=15)
    assert (late.status, late.codes) == (403, ["enrolment_closed"])
    assert in_time.status == 200


def test_without_a_window_there_is_no_token(kino):
    stored = rows()

    reply = call("GET", "manage/token", query="bioCode=KINO1")

    assert (reply.status, reply.codes) == (403, ["enrolment_closed"])
    assert rows() == stored


def test_a_merchant_with_a_live_token_gets_no_second_one(kino, till):
    _left_open(kino)
    stored = rows()

    reply = call("POST", "manage/token", query="bioCode=KINO1")

    assert (reply.status, reply.json) == (409, refusal(own=["message"], code="token_exists", sentence=EXISTS))
    assert rows() == stored


def test_an_overlapping_token_is_a_live_one_too(kino, till):
    AccessToken.objects.update(expires_at=clock.now() + timedelta(minutes=1))
    _left_open(kino)

    assert call("POST", "manage/token", query="bioCode=KINO1").codes == ["token_exists"]


def test_a_merchant_whose_tokens_are_all_dead_may_enrol(kino, till):
    AccessToken.objects.update(revoked_at=clock.now())
    _opened(kino)

    assert call("POST", "manage/token", query="bioCode=KINO1").status == 200


@pytest.mark.parametrize("expires", [None, timedelta(minutes=1)], ids=["current", "overlapping"])
def test_no_window_is_opened_while_a_token_lives(kino, till, expires):
    AccessToken.objects.update(expires_at=expires and clock.now() + expires)
    stored = rows()

    with pytest.raises(TokenExists):
        _opened(kino)

    assert rows() == stored


def test_a_token_that_is_issued_by_hand_closes_the_window(kino):
    _opened(kino)

    access.issue(merchant=kino, by=ADMIN)

    kino.refresh_from_db()
    assert kino.enrolment_open_until is None


def test_a_stranger_cannot_tell_a_merchant_from_none_while_no_window_is_open(kino, merchants):
    """The same words, the same code, and the same questions to the database, so that it takes as long."""
    _opened(merchants["BAGER7"])
    merchants["BAGER7"].is_active = False
    merchants["BAGER7"].save(update_fields=["is_active"])
    stored = rows()

    def ask(name):
        with CaptureQueriesContext(connection) as queries:
            reply = call("POST", "manage/token", query=f"bioCode={name}")
        return reply, [re.sub(r"'[^']*'", "'…'", query["sql"]) for query in queries]

    asked = [ask(name) for name in ("KINO1", "NOBODY", "BAGER7", "kino1", "KINO2")]

    replies, questions = [reply for reply, _ in asked], [queries for _, queries in asked]
    assert [(reply.status, reply.codes) for reply in replies] == [(403, ["enrolment_closed"])] * 5
    assert {reply.content for reply in replies} == {replies[0].content}
    assert questions == [questions[0]] * 5
    assert rows() == stored


def test_the_window_of_one_merchant_opens_no_other(kino, merchants):
    _opened(merchants["BAGER7"])

    assert call("POST", "manage/token", query="bioCode=KINO1").codes == ["enrolment_closed"]


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("name", ["KINO1", "NOBODY"])
def test_a_stranger_who_enrols_waits_for_nobody(kino, name):
    def enrol():
        try:
            return call("POST", "manage/token", query=f"bioCode={name}")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Merchant.objects.select_for_update().get(pk=kino.pk)
        Merchant.objects.filter(pk=kino.pk).update(name="Locked by somebody at work")
        reply = pool.submit(enrol).result(timeout=5)

    assert reply.status == 403
    assert AccessToken.objects.count() == 0


def test_enrolments_that_fail_count_as_guesses_and_who_may_enrol_never_waits(kino, settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "2/hour"
    guesser, neighbour = "203.0.113.31", "203.0.113.32"
    stored = rows()

    failed = [call("POST", "manage/token", query="bioCode=KINO1", address=guesser) for _ in range(4)]
    elsewhere = call("POST", "manage/token", query="bioCode=KINO1", address=neighbour)
    is_unmoved = rows() == stored
    _opened(kino)
    enrolled = call("POST", "manage/token", query="bioCode=KINO1", address=guesser)

    assert [(reply.status, *reply.codes) for reply in failed] == [
        *[(403, "enrolment_closed")] * 2,
        *[(429, "too_many_calls")] * 2,
    ]
    assert (elsewhere.status, is_unmoved) == (403, True)
    assert enrolled.status == 200
