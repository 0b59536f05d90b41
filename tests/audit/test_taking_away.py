"""The audit log as a file: who takes it away stands in it."""

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.web import export
from tests.pages import column
from tests.tillapi.raw_calls import rows

LOG = "audit/"


def _change(merchant, *, times):
    for number in range(times):
        audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=merchant, merchant_id=merchant.pk, change=number)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_taking_the_log_away_is_written_down_with_what_was_asked_for(kind, auditor):
    response = auditor.get(f"{LOG}export.{kind}", actor="x" * 110, kind="person", page="last", order="x", unknown="y")
    b"".join(response.streaming_content)

    entry = Entry.objects.get(action="audit:exported")
    assert (entry.actor, entry.subject, entry.merchant_id) == (
        "otto@kino.example",
        "Kino Nord (KINO1)",
        auditor.merchant.pk,
    )
    assert entry.details == {"question": {"actor": "x" * 100, "kind": "person"}}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_question_that_makes_no_sense_is_explained_instead_of_answered_by_a_file(kind, auditor):
    stored = rows()

    response = auditor.get(f"{LOG}export.{kind}", first="yesterday", action="token:reset")

    assert (response.status_code, response.url) == (302, f"{auditor.url(LOG)}?first=yesterday&action=token%3Areset")
    assert rows()["audit_entry"] == stored["audit_entry"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_log_too_long_for_one_file_is_not_cut_short_but_asked_for_in_parts(kind, auditor, monkeypatch):
    for number in range(3):
        audit.record(
            Action.MERCHANT_CHANGED, by=COMMAND, on=auditor.merchant, merchant_id=auditor.merchant.pk, n=number
        )
    monkeypatch.setitem(export.MOST_ROWS, kind, 2)
    stored = rows()

    refused = auditor.get(f"{LOG}export.{kind}", action="merchant:changed")
    explained = auditor.get(refused.url)

    assert (refused.status_code, refused.url) == (302, f"{auditor.url(LOG)}?action=merchant%3Achanged")
    assert (
        "No file was made: it would have more than 2 rows, the most that one "
        f"{kind.upper()} file may have. Choose fewer days, or narrow the list in another way, and export it in parts."
    ) in explained.content.decode()
    assert rows()["audit_entry"] == stored["audit_entry"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_log_that_just_fits_is_one_file(kind, auditor, monkeypatch):
    for number in range(2):
        audit.record(
            Action.MERCHANT_CHANGED, by=COMMAND, on=auditor.merchant, merchant_id=auditor.merchant.pk, n=number
        )
    monkeypatch.setitem(export.MOST_ROWS, kind, 2)

    response = auditor.get(f"{LOG}export.{kind}", action="merchant:changed")

    assert (response.status_code, response.streaming) == (200, True)
    response.close()


def test_facts_within_facts_are_told_in_words(auditor):
    audit.record(
        Action.MERCHANT_CHANGED,
        by=COMMAND,
        on=auditor.merchant,
        merchant_id=auditor.merchant.pk,
        before={"is_active": True, "currencies": ["DKK", "EUR"]},
        after={},
        stores=["Aarhus", "Randers"],
    )

    assert column(auditor.get(LOG, action="merchant:changed"), 2) == [
        "Changed a merchant Currencies: DKK, EUR → nothing · Active: yes → nothing · Stores: Aarhus, Randers"
    ]
