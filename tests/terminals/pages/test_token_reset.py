"""Replacing the access token in the browser, with and without an overlap, and never from an old page."""

from datetime import timedelta

from django.db import connection
import pytest

from portal import clock
from portal.audit.models import Entry
from terminals.models import AccessToken, Merchant
from terminals.services import access
from tests.pages import all_of, errors, filled, one, said, table, words
from tests.tillapi.raw_calls import call, rows

STALE = (
    "Somebody else has changed this since you opened it: the merchant has another access token by now. "
    "Nothing was saved; look at your values again and save them if they still hold."
)


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


@pytest.fixture
def overlapping(kino):
    Merchant.objects.filter(pk=kino.pk).update(token_overlap=timedelta(hours=2))


def form(person, **fields):
    return filled(person.get("token/reset/"), reason="the till was stolen", **fields)


def shown(page):
    return words(one(page, "div[@class='secret']//code"))


def works(token):
    return call("GET", "manage/stores", token=token).status == 200


def unmoved():
    stored = rows()
    return stored["terminals_accesstoken"], stored["audit_entry"]


def test_the_question_says_what_will_happen(administrator, till):
    page = administrator.get("token/reset/")

    assert said(page, "h1") == ["Reset the access token?"]
    assert said(page, "div[@id='dialog-content']/p") == [
        (
            "1 terminal stops selling now. The merchant has no overlap. "
            "A till that stops sells again when it has the new token, which is shown once."
        )
    ]
    assert said(page, "label") == ["Reason"]


def test_without_an_overlap_the_old_token_stops_at_once(administrator, till, stranger):
    page = administrator.send("token/reset/", **form(administrator))

    assert (works(shown(page)), works(till.token), works(stranger.token)) == (True, False, True)
    entries = Entry.objects.filter(actor_kind="person", action__startswith="token:").order_by("pk")
    assert [(each.action, each.actor, each.details) for each in entries] == [
        ("token:reset", "anna@kino.example", {"reason": "the till was stolen"}),
        ("token:issued", "anna@kino.example", {}),
    ]


def test_with_an_overlap_the_old_token_works_on_for_so_long(administrator, till, overlapping, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    question = administrator.get("token/reset/")
    token = shown(administrator.send("token/reset/", **form(administrator)))

    seen = []
    for minutes in (0, 119, 120):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        seen.append((works(token), works(till.token)))

    assert said(question, "label") == ["Reason", "The old token works for 2 hours more"]
    assert "checked" in one(question, "input[@name='keeps_old']").attrib
    assert seen == [(True, True), (True, True), (True, False)]


def test_an_hour_is_said_in_the_singular(administrator, till, kino):
    Merchant.objects.filter(pk=kino.pk).update(token_overlap=timedelta(hours=1))

    assert said(administrator.get("token/reset/"), "label")[1] == "The old token works for 1 hour more"


def test_an_overlap_can_be_declined(administrator, till, overlapping):
    page = administrator.send("token/reset/", **form(administrator, keeps_old=None))

    assert (works(shown(page)), works(till.token)) == (True, False)


def test_where_there_is_no_overlap_none_can_be_had_by_asking_for_it(administrator, till):
    page = administrator.send("token/reset/", **form(administrator, keeps_old="on"))

    assert (works(shown(page)), works(till.token)) == (True, False)


def test_a_page_older_than_somebody_elses_reset_replaces_nothing(administrator, platform, till, overlapping):
    stale = form(administrator)
    newest = shown(platform.send("token/reset/", **form(platform)))
    before = unmoved()

    refused = administrator.send("token/reset/", **stale)
    is_unmoved = unmoved() == before
    meant = administrator.send("token/reset/", **filled(refused))

    assert (refused.status_code, errors(refused), is_unmoved) == (422, [STALE], True)
    assert (works(shown(meant)), works(newest), works(till.token)) == (True, True, False)


def test_a_form_that_is_sent_twice_resets_once(administrator, till):
    fields = form(administrator)
    token = shown(administrator.send("token/reset/", **fields))
    before = unmoved()

    second = administrator.send("token/reset/", **fields)

    assert (second.status_code, errors(second), unmoved() == before, works(token)) == (422, [STALE], True, True)


def test_a_page_older_than_the_tills_own_reset_replaces_nothing(administrator, till):
    stale = form(administrator)
    reset = call("GET", "manage/token/reset", query=f"bioCode=KINO1&previousAccessToken={till.token}")
    before = unmoved()

    refused = administrator.send("token/reset/", **stale)

    assert (refused.status_code, errors(refused), unmoved() == before) == (422, [STALE], True)
    assert works(reset.json["message"])


def test_a_page_older_than_a_revocation_replaces_nothing(administrator, till, kino):
    stale = form(administrator)
    access.revoke(token=AccessToken.objects.get(), by=administrator.user.actor, now=clock.now(), reason="stolen")
    before = unmoved()

    refused = administrator.send("token/reset/", **stale)

    assert (refused.status_code, errors(refused), unmoved() == before) == (422, [STALE], True)


def test_a_reset_without_a_current_token_gives_one(administrator, kino):
    page = administrator.send("token/reset/", **form(administrator))

    assert works(shown(page))
    assert [row[1] for row in table(administrator.get("token/"))] == ["Current"]


def test_a_token_that_overlaps_already_ends_with_a_second_reset(administrator, till, overlapping):
    second = shown(administrator.send("token/reset/", **form(administrator)))
    third = shown(administrator.send("token/reset/", **form(administrator)))

    assert [works(token) for token in (till.token, second, third)] == [False, True, True]
    refused, *tokens = table(administrator.get("token/"))
    assert [row[1].split()[0] for row in tokens] == ["Current", "Overlaps", "Revoked"]
    lookup_id = till.token.split("_")[1]
    assert refused[1] == f"Its access token was replaced or revoked token {lookup_id}"


def test_a_token_that_is_revoked_while_it_overlaps_stops_at_once(administrator, till, overlapping):
    token = shown(administrator.send("token/reset/", **form(administrator)))

    administrator.post(f"token/{till.token.split('_')[1]}/revoke/", reason="found in the bin")

    assert (works(till.token), works(token)) == (False, True)


def test_of_two_resets_at_the_same_moment_one_counts(administrator, platform, till, kino):
    fields, first = form(administrator), []

    def be_overtaken(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not first and sql.startswith("SELECT") and "terminals_accesstoken" in sql:
            first.append(None)
            first[0] = access.reset(
                merchant=kino, previous=None, by=platform.user.actor, now=clock.now(), reason="mine"
            )
        return result

    with connection.execute_wrapper(be_overtaken):
        second = administrator.send("token/reset/", **fields)

    assert (second.status_code, all_of(second, "div[@class='secret']")) == (422, [])
    assert works(first[0])
    assert Entry.objects.filter(action="token:reset").count() == 1
