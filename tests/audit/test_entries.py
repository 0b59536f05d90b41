"""One row per deed, in the deed's own transaction."""

from urllib.parse import urlencode

from django.db import DatabaseError, connection
from django.http import QueryDict
import pytest

from portal import clock
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND, WORKER, Actor, ActorKind
from portal.audit.filters import EntryFilter
from portal.audit.models import Entry
from terminals import import_file
from terminals.services import access, imports
from tests.shop import KINO
from tests.tillapi.raw_calls import as_query, call, rows

RENAMED = {**KINO, "name": "Kino Nord A/S", "stores": []}


def test_an_entry_says_who_did_what_to_what(merchants):
    kino = merchants["KINO1"]
    chief = Actor(ActorKind.PERSON, "chief@kino.example")

    audit.record(Action.TOKEN_RESET, by=chief, on=kino, merchant_id=kino.pk, reason="lost")

    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.actor_kind, entry.actor, entry.credential_source) == (
        "token:reset",
        "person",
        chief.name,
        "",
    )
    assert (entry.subject_kind, entry.subject_id, entry.subject) == ("merchant", str(kino.pk), "Kino Nord (KINO1)")
    assert (entry.merchant_id, entry.details, entry.address) == (kino.pk, {"reason": "lost"}, "")
    assert str(entry) == f"{entry.at:%Y-%m-%d %H:%M:%S} chief@kino.example Reset an access token: Kino Nord (KINO1)"


def test_a_long_subject_is_cut_to_what_the_log_holds(merchants):
    kino = merchants["KINO1"]
    kino.name = "x" * 200

    audit.record(Action.TOKEN_RESET, by=COMMAND, on=kino, merchant_id=None)

    entry = Entry.objects.latest("pk")
    assert (entry.subject, entry.merchant_id) == ("x" * 120, None)


def test_workers_and_commands_have_names():
    assert [(each.kind, each.name, each.credential_source) for each in (WORKER, COMMAND)] == [
        ("worker", "worker", ""),
        ("command", "manage.py", ""),
    ]


@pytest.mark.parametrize("action", Action)
def test_every_action_is_spoken_as_subject_and_deed(action):
    subject, _, deed = action.value.partition(":")

    assert (subject.isidentifier(), deed.isidentifier(), len(action.value) <= 40) == (True, True, True)
    assert action.label[0].isupper()


@pytest.mark.parametrize(
    "deed",
    [
        lambda kino: access.reset(merchant=kino, previous=None, by=COMMAND, now=clock.now()),
        lambda kino: access.revoke(token=kino.tokens.get(), by=COMMAND, now=clock.now(), reason="stolen"),
        lambda _kino: imports.import_merchants(merchants=import_file.read({"merchants": [RENAMED]}), by=COMMAND),
    ],
    ids=["reset", "revoke", "import"],
)
def test_no_deed_is_done_that_cannot_be_written_down(deed, till, merchants):
    stored = rows()

    with connection.execute_wrapper(_log_is_full), pytest.raises(DatabaseError, match=r"^full$"):
        deed(merchants["KINO1"])

    assert rows() == stored


@pytest.mark.parametrize("path", ["payment/start", "payment/prepare", "manage/delete", "manage/stores"])
def test_no_till_does_a_deed_that_cannot_be_written_down(path, till, simulator):
    stored = rows()

    with connection.execute_wrapper(_log_is_full):
        query = as_query({"terminalId": till.terminal_id, "orderId": "order-1", "amount": "1"}.items())
        reply = call("GET", path, token=till.token, **query)

    assert (reply.status, reply.codes) == (500, ["internal_error"])
    assert rows() == stored
    assert simulator.calls.find("DELETE") + simulator.calls.find("POST", "/pos/v10/payments.*") == []


def _log_is_full(execute, sql, params, many, context):
    if sql.startswith('INSERT INTO "audit_entry"'):
        raise DatabaseError("full")
    return execute(sql, params, many, context)


TILL = Actor(ActorKind.TILL, "1ZKIZWQvGl", "POST header")
PERSON = Actor(ActorKind.PERSON, "chief@kino.example")


@pytest.mark.parametrize(
    ("action", "by", "is_routine"),
    [
        (Action.PAYMENT_NOTED, TILL, True),
        (Action.PAYMENT_MOVED, TILL, True),
        (Action.PAYMENT_INTENDED, TILL, True),
        (Action.PAYMENT_REFUSED, TILL, False),
        (Action.REFUND_MOVED, TILL, False),
        (Action.PAYMENT_INTENDED, PERSON, False),
        (Action.PAYMENT_MOVED, WORKER, True),
        (Action.PAYMENT_INTENDED, WORKER, True),
        (Action.PAYMENT_REFUSED, WORKER, False),
        (Action.REFUND_MOVED, WORKER, False),
        (Action.PAYMENT_MOVED, COMMAND, False),
    ],
)
def test_only_what_every_sale_at_a_till_leaves_is_routine_whether_the_till_or_the_portal_leads(
    merchants, action, by, is_routine
):
    audit.record(action, by=by, on=merchants["KINO1"], merchant_id=None)

    assert Entry.objects.latest("pk").is_routine is is_routine


def test_every_filter_finds_routine_and_rare_entries_alike(merchants):
    for action in (Action.PAYMENT_MOVED, Action.TOKEN_REVOKED):
        for by in (TILL, PERSON, WORKER):
            audit.record(action, by=by, on=merchants["KINO1"], merchant_id=None, whose=str(by.kind))

    def found(**question):
        query = QueryDict(urlencode({"subject": str(merchants["KINO1"].pk), **question}))
        entries = EntryFilter(query, entries=Entry.objects.filter(details__has_key="whose")).found
        return [(entry.action, entry.details["whose"]) for entry in entries.order_by("pk")]

    moved = [("payment:moved", "till"), ("payment:moved", "person"), ("payment:moved", "worker")]
    revoked = [("token:revoked", "till"), ("token:revoked", "person"), ("token:revoked", "worker")]
    assert found() == moved + revoked
    assert found(action="payment:moved") == moved
    assert found(action="token:revoked") == revoked
    assert found(kind="till") == [moved[0], revoked[0]]
    assert found(kind="person") == [moved[1], revoked[1]]
    assert found(kind="person", action="payment:moved") == [moved[1]]
    assert found(actor="1ZKIZWQvGl") == [moved[0], revoked[0]]
    assert found(actor="Chief@Kino.example") == [moved[1], revoked[1]]
