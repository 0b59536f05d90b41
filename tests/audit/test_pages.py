"""Reading the audit log: narrowed down, page by page, and as a file."""

import csv
from datetime import UTC, datetime, timedelta
import io

from openpyxl import load_workbook
import pytest

from portal.audit.models import Entry
from portal.roles import Role
from terminals.models import Merchant
from tests.pages import all_of, column, errors, one, table, words
from tests.people import hire
from tests.tillapi.raw_calls import rows

NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
LOG = "audit/"
WHEN = "When (Europe/Copenhagen)"
HEADING = [
    *(WHEN, "Who", "By", "Token", "What", "On what", "Kind", "Id", "Amount", "Currency", "Changes", "State"),
    *("Asked for", "Role", "Stores", "Outcome", "Cause", "Reason", "Note", "Problem", "MobilePay says"),
    *("MobilePay's code", "Correlation id", "Other details", "From where", "How", "Request"),
]


@pytest.fixture
def log(administrator, time_machine):
    """A new log of the administrator's merchant: `log(actor="anna@kino.example", minutes=5)` adds to it."""
    time_machine.move_to(NOW, tick=False)

    def write(*, merchant=administrator.merchant, minutes=0, **fields):
        facts = {
            "action": "token:reset",
            "actor_kind": "person",
            "actor": "anna@kino.example",
            "merchant_id": merchant.pk if merchant else None,
            "subject_kind": "merchant",
            "subject_id": "7",
            "subject": "Kino Nord (KINO1)",
            "request_id": "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01",
            "at": NOW - timedelta(minutes=minutes),
            **fields,
        }
        return Entry.objects.create(**facts)

    return write


def _subjects(person, **question):
    """What the entries that were asked for are about."""
    return [row.partition(" ")[0] for row in column(person.get(LOG, **question), 3)]


def _file(person, kind, /, **question):
    response = person.get(f"{LOG}export.{kind}", **question)
    content = b"".join(response.streaming_content)
    response.close()
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_an_entry_is_shown_with_who_what_where_and_its_facts(log, auditor):
    Merchant.objects.update(time_zone="Europe/Helsinki")
    log(
        details={"by": None, "new": 0, "note": "", "after": {}, "reason": "lost", "keeps_old": False},
        address="203.0.113.5",
    )
    log(minutes=60 * 24, actor_kind="till", actor="abcdefghij", subject="Kasse 1", subject_kind="terminal")

    shown = table(auditor.get(LOG, action="token:reset"))

    assert shown == [
        [
            "14:30:00",
            "anna@kino.example person",
            "Reset an access token Reason: lost · New: 0 · Keeps old: no",
            "Kino Nord (KINO1) merchant",
            "203.0.113.5 6f1c3a52…1a01",
        ],
        [
            "14 Jan 2026, 14:30",
            "A till token abcdefghij",
            "Reset an access token",
            "Kasse 1 terminal",
            "— 6f1c3a52…1a01",
        ],
    ]


def test_a_log_is_its_merchants_alone(log, administrator, rival, platform, merchants):
    log(subject="ours")
    log(subject="theirs", merchant=merchants["BAGER7"])
    log(subject="nobodys", merchant=None)

    shown = [_subjects(person, action="token:reset") for person in (administrator, rival, platform)]

    assert shown == [["ours"], ["theirs"], ["ours"]]


def test_the_whole_log_is_the_platforms(log, platform, merchants):
    log(subject="nobodys", merchant=None, minutes=0)
    log(subject="theirs", merchant=merchants["BAGER7"], minutes=1)
    log(subject="ours", minutes=2)

    page = platform.get("/audit/", action="token:reset")

    assert [(row[0], row[1], row[4].partition(" ")[0]) for row in table(page)] == [
        ("12:30:00", "—", "nobodys"),
        ("12:29:00", "Bageriet Syd", "theirs"),
        ("12:28:00", "Kino Nord", "ours"),
    ]


@pytest.mark.parametrize("who", ["clerk", "approver"])
@pytest.mark.parametrize("path", [LOG, f"{LOG}export.csv", f"{LOG}export.xlsx"])
def test_who_handles_payments_does_not_read_the_log(path, who, request):
    response = request.getfixturevalue(who).get(path)

    assert (response.status_code, words(one(response, "h1"))) == (403, "You may not read the audit log here")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize("path", [LOG, f"{LOG}export.csv"])
def test_who_is_limited_to_stores_does_not_read_what_reaches_beyond_them(path, role, merchants, one_factor):
    store = merchants["KINO1"].stores.get()
    person = hire("local@kino.example", merchants["KINO1"], role, stores=[store])

    assert person.get(path).status_code == 403


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"actor": "anna@kino.example"}, ["a", "c", "d", "e"]),
        ({"actor": " ANNA@Kino.Example "}, ["a", "c", "d", "e"]),
        ({"actor": "anna"}, []),
        ({"actor": "anna_kino.example"}, []),
        ({"kind": "till"}, ["b"]),
        ({"action": "token:issued"}, ["c"]),
        ({"subject": "42"}, ["d"]),
        ({"subject": "4"}, []),
        ({"subject": "merchant 42"}, ["d"]),
        ({"subject": "user 42"}, []),
        ({"kind": "person", "action": "token:reset", "subject": "7"}, ["a", "e"]),
        ({"first": "2026-01-15", "action": "token:reset"}, ["a", "b", "d"]),
        ({"last": "2026-01-14", "action": "token:reset"}, ["e"]),
        ({"first": "2026-01-14", "last": "2026-01-14"}, ["e"]),
        ({"first": "2026-01-15", "last": "2026-01-14"}, []),
        ({"first": "0001-01-01", "last": "9999-12-31", "subject": "42"}, ["d"]),
    ],
)
def test_the_log_is_narrowed_down(question, found, log, auditor):
    log(subject="a", minutes=1)
    log(subject="b", minutes=2, actor_kind="till", actor="abcdefghij")
    log(subject="c", minutes=3, action="token:issued")
    log(subject="d", minutes=60 * 13 + 29, subject_id="42")
    # One minute before the day began in Copenhagen.
    log(subject="e", minutes=60 * 13 + 31)

    assert _subjects(auditor, **question) == found
    assert [row[5] for row in _file(auditor, "csv", **question)[1:]] == found


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"kind": "ghost"}, "Select a valid choice. ghost is not one of the available choices."),
        ({"action": "token:eaten"}, "Select a valid choice. token:eaten is not one of the available choices."),
        ({"first": "yesterday"}, "Enter a valid date."),
        ({"last": "2026-02-30"}, "Enter a valid date."),
        ({"actor": "x" * 121}, "Ensure this value has at most 120 characters (it has 121)."),
        ({"subject": "x" * 58}, "Ensure this value has at most 57 characters (it has 58)."),
        ({"actor": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_a_question_that_makes_no_sense_finds_nothing_and_says_why(question, says, log, auditor):
    log()

    response = auditor.get(LOG, **question)

    assert (response.status_code, errors(response), table(response)) == (200, [says], [])
    assert words(one(response, "p", "empty")) == "Nothing here fits this question. Show all"
    exported = auditor.get("audit/export.csv", **question)
    assert errors(auditor.browser.get(exported.url)) == [says]


def test_a_question_can_be_taken_back(log, auditor):
    log()

    narrowed, all_there_is = auditor.get(LOG, kind="person"), auditor.get(LOG, kind="", page="last")

    links = [
        [link.get("href") for link in all_of(page, "form[@class='filters']//a")] for page in (narrowed, all_there_is)
    ]
    assert links == [["?"], []]


def test_a_long_log_is_read_page_by_page_and_keeps_its_question(log, auditor):
    for number in range(55):
        log(subject=f"{number:02}", minutes=number // 3)
    first = auditor.get(LOG, kind="person", action="token:reset")
    older, last = [link.get("href") for link in all_of(first, "nav[@class='pager']//a")]

    second = auditor.browser.get(f"{auditor.url(LOG)}{older}")
    newest, newer = [link.get("href") for link in all_of(second, "nav[@class='pager']//a")]
    back = auditor.browser.get(f"{auditor.url(LOG)}{newer}")

    shown = [row[:2] for row in (*column(first, 3), *column(second, 3))]
    assert sorted(shown) == [f"{number:02}" for number in range(55)]
    assert shown == [entry.subject for entry in Entry.objects.filter(action="token:reset").order_by("-at", "-pk")]
    assert (newest, last) == ("?kind=person&action=token%3Areset", "?kind=person&action=token%3Areset&page=last")
    assert column(back, 3) == column(first, 3)


@pytest.mark.parametrize("entries", [1, 20])
def test_the_log_asks_as_many_questions_for_many_entries_as_for_one(entries, log, auditor, django_assert_num_queries):
    for _ in range(entries):
        log()

    auditor.get(LOG, action="token:reset")
    with django_assert_num_queries(8):
        response = auditor.get(LOG, action="token:reset")

    assert len(table(response)) == entries


def test_a_part_of_the_log_is_its_table(log, auditor):
    log(subject="ours")

    part = auditor.part(LOG, "audit-table", action="token:reset")

    assert (part.status_code, column(part, 3)) == (200, ["ours merchant"])
    assert part.content.strip().startswith(b'<div id="audit-table">')


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_holds_everything_that_was_asked_for(kind, log, auditor):
    log(
        subject="first",
        details={"old": 1, "reason": "mæt"},
        address="203.0.113.5",
        credential_source="GET query",
        minutes=1,
    )
    log(subject="second")
    log(subject="another", action="token:issued")

    shown = _file(auditor, kind, action="token:reset", page="nonsense", order="x")

    at = {
        "csv": ["2026-01-15 13:30:00", "2026-01-15 13:29:00"],
        "xlsx": [datetime(2026, 1, 15, 13, 30), datetime(2026, 1, 15, 13, 29)],  # noqa: DTZ001 - sheets know no zones
    }[kind]
    common = {
        "Who": "anna@kino.example",
        "By": "Person",
        "What": "Reset an access token",
        "Kind": "merchant",
        "Id": "7",
        "Request": "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01",
    }
    assert shown[0] == HEADING
    assert [{title: cell for title, cell in zip(HEADING, row, strict=True) if cell} for row in shown[1:]] == [
        {WHEN: at[0], "On what": "second", **common},
        {
            WHEN: at[1],
            "On what": "first",
            "Reason": "mæt",
            "Other details": "Old: 1",
            "From where": "203.0.113.5",
            "How": "GET query",
            **common,
        },
    ]


def test_a_file_is_called_by_the_merchants_day(log, auditor, time_machine):
    time_machine.move_to(datetime(2026, 1, 15, 23, 30, tzinfo=UTC), tick=False)

    response = auditor.get(f"{LOG}export.csv")

    b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-2026-01-16.csv"'


def test_a_file_holds_more_than_a_page_and_nothing_of_others(log, auditor, merchants):
    for number in range(60):
        log(subject=str(number), minutes=number)
    log(subject="theirs", merchant=merchants["BAGER7"])
    log(subject="nobodys", merchant=None)

    shown = _file(auditor, "csv", action="token:reset")

    assert [row[5] for row in shown[1:]] == [str(number) for number in range(60)]


def test_nothing_that_was_written_down_becomes_a_formula_or_a_tag(log, auditor):
    log(
        subject="=1+1",
        actor="@SUM(A1)",
        details={"<b>": "<script>alert(1)</script>"},
        credential_source="-1",
        address="+1",
    )

    page, file = auditor.get(LOG, action="token:reset"), _file(auditor, "csv", action="token:reset")

    assert column(page, 2) == ["Reset an access token <b>: <script>alert(1)</script>"]
    assert [file[1][place] for place in (1, 5, 24, 25)] == ["'@SUM(A1)", "'=1+1", "'+1", "'-1"]


@pytest.mark.parametrize("kind", ["pdf", "CSV", "xlsx.exe", "..", "csv/"])
def test_there_are_no_files_of_other_kinds(kind, log, auditor):
    assert auditor.get(f"{LOG}export.{kind}").status_code == 404


@pytest.mark.parametrize("path", [LOG, f"{LOG}export.csv", "/audit/"])
def test_the_log_is_only_read(path, log, administrator, platform):
    log()
    stored = rows()

    answers = [
        person.browser.generic(method, person.url(path))
        for person in (administrator, platform)
        for method in ("POST", "PUT", "DELETE")
    ]

    assert [answer.status_code for answer in answers] == [405] * 6
    assert rows() == stored


def test_entries_about_one_thing_are_found_by_it(log, administrator):
    kino = administrator.merchant
    ours = log(subject_id=str(kino.pk))
    log(subject_id=str(kino.pk), subject_kind="store")

    found = Entry.objects.about(kino).filter(action="token:reset")

    assert list(found) == [ours]
