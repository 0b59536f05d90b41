"""The audit log as a file: who takes it away stands in it."""

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from tests.reading import column
from tests.tillapi.wire import rows

LOG = "audit/"


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
    assert entry.facts == {"question": {"actor": "x" * 100, "kind": "person"}}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_question_that_makes_no_sense_is_explained_instead_of_answered_by_a_file(kind, auditor):
    stored = rows()

    response = auditor.get(f"{LOG}export.{kind}", first="yesterday", action="token:reset")

    assert (response.status_code, response.url) == (302, f"{auditor.url(LOG)}?first=yesterday&action=token%3Areset")
    assert rows()["audit_entry"] == stored["audit_entry"]


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
        "Changed a merchant before: is active yes, currencies DKK, EUR · stores: Aarhus, Randers"
    ]
