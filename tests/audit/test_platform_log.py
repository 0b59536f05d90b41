"""The platform's log: of all merchants and of none, in one time zone, by merchant and as a file."""

import csv
import io

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from tests.pages import all_of, column, errors, one, options, said, table, words
from tests.tillapi.raw_calls import rows

LOG = "/audit/"
QUESTION = {"action": "merchant:changed"}


@pytest.fixture
def log(platform, merchants, time_machine):
    """One deed at each merchant and one at none, in the night of a day to the next in Copenhagen."""
    time_machine.move_to("2026-07-14T22:30:00+00:00", tick=False)
    for merchant, note in ((merchants["KINO1"], "kino"), (merchants["BAGER7"], "bager")):
        audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=merchant, merchant_id=merchant.pk, note=note)
    audit.record(Action.MERCHANT_CHANGED, by=COMMAND, on=platform.user, merchant_id=None, note="none")


def notes(page):
    return sorted(cell.partition("Note: ")[2] for cell in column(page, 3))


def test_the_log_says_which_merchant_it_was_and_which_time_zone_its_times_are_in(platform, log):
    page = platform.get(LOG, **QUESTION)

    assert sorted(column(page, 1)) == ["Bageriet Syd", "Kino Nord", "—"]
    assert set(column(page, 0)) == {"22:30:00"}
    assert words(one(page, "p", "aside")) == "Times are in UTC."
    assert said(page, "caption") == ["Deeds, newest first, with times in UTC"]


def test_a_merchants_log_says_that_its_times_are_the_merchants(auditor):
    page = auditor.get(LOG.strip("/") + "/")

    assert words(one(page, "p", "aside")).startswith("Times are in the merchant's time zone, Europe/Copenhagen.")
    assert said(page, "th") == ["When", "Who", "What", "On what", "From where"]


@pytest.mark.parametrize(("day", "count"), [("2026-07-14", 3), ("2026-07-15", 0)])
def test_a_day_of_the_log_is_one_in_that_time_zone(platform, log, day, count):
    assert len(table(platform.get(LOG, first=day, last=day, **QUESTION))) == count


def test_the_log_is_narrowed_to_one_merchant_or_to_none(platform, log, merchants):
    offered = options(platform.get(LOG), "merchant")

    found = {
        each: notes(platform.get(LOG, merchant=each, **QUESTION))
        for each in (str(merchants["KINO1"].pk), str(merchants["BAGER7"].pk), "none", "")
    }

    assert offered == ["All merchants", "No merchant", "Bageriet Syd (BAGER7)", "Kino Nord (KINO1)"]
    assert list(found.values()) == [["kino"], ["bager"], ["none"], ["bager", "kino", "none"]]


def test_a_merchant_that_is_none_is_told(platform, log):
    page = platform.get(LOG, merchant="4711")

    assert (errors(page), table(page)) == (
        ["Select a valid choice. That choice is not one of the available choices."],
        [],
    )


def test_the_log_leads_to_its_files_with_the_question(platform, log):
    buttons = all_of(platform.get(LOG, page="last", **QUESTION), "div[@class='top']//a")

    assert [each.get("href") for each in buttons] == [
        f"/audit/export.{kind}?action=merchant%3Achanged" for kind in ("csv", "xlsx")
    ]


def test_a_file_names_merchants_and_its_time_zone(platform, log):
    response = platform.get(f"{LOG}export.csv", **QUESTION)

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["When (UTC)"] for line in lines} == {"2026-07-14 22:30:00"}
    assert {(line["Merchant"], line["Note"]) for line in lines} == {
        ("Kino Nord", "kino"),
        ("Bageriet Syd", "bager"),
        ("", "none"),
    }
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-2026-07-14.csv"'


def test_taking_the_log_away_is_written_down_on_who_took_it(platform, log, merchants):
    key = str(merchants["KINO1"].pk)

    b"".join(platform.get(f"{LOG}export.xlsx", merchant=key).streaming_content)

    entry = Entry.objects.get(action="audit:exported")
    assert (entry.actor, entry.subject_kind, entry.subject_id, entry.merchant_id) == (
        platform.user.email,
        "user",
        str(platform.user.pk),
        None,
    )
    assert entry.details == {"question": {"merchant": key}}


def test_a_question_that_makes_no_sense_leads_back_to_the_log(platform, log):
    stored = rows()

    response = platform.get(f"{LOG}export.csv", merchant="4711")

    assert (response.status_code, response.url) == (302, "/audit/?merchant=4711")
    assert rows()["audit_entry"] == stored["audit_entry"]


@pytest.mark.parametrize("kind", ["pdf", "CSV"])
def test_there_are_no_files_of_other_kinds(platform, log, kind):
    assert platform.get(f"{LOG}export.{kind}").status_code == 404
