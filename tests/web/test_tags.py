"""The tags and filters that every page may use."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template import Context, Template
from django.utils import timezone
import pytest

from portal.money import Money
from portal.web.templatetags import portal

NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
COPENHAGEN, HELSINKI = ZoneInfo("Europe/Copenhagen"), ZoneInfo("Europe/Helsinki")
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def _render(source, **context):
    return Template("{% load portal %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("amount", "with_currency", "alone"),
    [
        (Money(123_450, "DKK"), "1,234.50\u00a0DKK", "1,234.50"),
        (Money(0, "EUR"), "0.00\u00a0EUR", "0.00"),
        (Money(-5, "EUR"), "-0.05\u00a0EUR", "-0.05"),
        (None, "—", "—"),
    ],
)
def test_an_amount_stands_with_its_currency_or_alone(amount, with_currency, alone):
    assert _render("{{ it|money }} {{ it|amount }}", it=amount) == f"{with_currency} {alone}"


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (datetime(2026, 1, 15, 7, 5, 9, tzinfo=UTC), COPENHAGEN, "08:05:09"),
        (datetime(2026, 1, 15, 7, 5, 9, tzinfo=UTC), HELSINKI, "09:05:09"),
        (datetime(2026, 1, 14, 22, 59, 59, tzinfo=UTC), COPENHAGEN, "14 Jan 2026, 23:59"),
        (datetime(2026, 1, 14, 23, 0, tzinfo=UTC), COPENHAGEN, "00:00:00"),
        (datetime(2026, 1, 15, 22, 59, 59, tzinfo=UTC), COPENHAGEN, "23:59:59"),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), COPENHAGEN, "16 Jan 2026, 00:00"),
        (datetime(2025, 7, 1, 22, 30, tzinfo=UTC), COPENHAGEN, "2 Jul 2025, 00:30"),
        (datetime(2025, 1, 15, 12, 30, tzinfo=UTC), UTC, "15 Jan 2025, 12:30"),
    ],
)
def test_a_moment_of_today_is_a_time_and_any_other_a_day_in_the_pages_zone(moment, zone, text):
    with timezone.override(zone):
        shown = _render("{{ it|when }}", it=moment)

    title = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    assert shown == f'<time datetime="{moment.isoformat()}" title="{title}">{text}</time>'


@pytest.mark.parametrize("filter_name", ["when", "ago", "until"])
def test_a_moment_that_never_was_is_a_dash(filter_name):
    assert _render(f"{{{{ it|{filter_name} }}}}", it=None) == "—"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        *[(timedelta(0), "0 s"), (timedelta(milliseconds=999), "0 s"), (timedelta(seconds=1), "1 s")],
        *[(timedelta(seconds=59.9), "59 s"), (timedelta(seconds=60), "1 min"), (timedelta(minutes=59), "59 min")],
        *[(timedelta(hours=1), "1 h"), (timedelta(hours=23, minutes=59), "23 h"), (timedelta(days=1), "1 d")],
        *[(timedelta(days=400), "400 d"), (timedelta(seconds=-1), "0 s"), (timedelta(days=-3), "0 s")],
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(length, text):
    ago, until = _render("{{ it|ago }}", it=NOW - length), _render("{{ it|until }}", it=NOW + length)

    assert (portal.duration(length), ago.rpartition(">")[0].rpartition("<")[0].rpartition(">")[2]) == (
        text,
        f"{text} ago",
    )
    assert until.removesuffix("</time>").rpartition(">")[2] == f"in {text}"


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        (UUID("6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01"), "6f1c3a52…1a01"),
        ("6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01", "6f1c3a52…1a01"),
        ("x" * 16, "x" * 16),
        ("12345678901234567", "12345678…4567"),
        ("", ""),
    ],
)
def test_a_long_id_is_shortened_to_its_ends(identifier, text):
    assert _render("{{ it|short }}", it=identifier) == text


def test_a_value_can_be_copied_whole_and_is_shown_short_or_whole():
    identifier = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01"

    short, whole = (
        _render('{% copy it "the id" %}', it=identifier),
        _render('{% copy it "the id" all_stores=True %}', it=identifier),
    )

    for shown, text in ((short, "6f1c3a52…1a01"), (whole, identifier)):
        assert f'<code title="{identifier}">{text}</code>' in shown
        assert f'data-copy="{identifier}" aria-label="Copy the id" hidden' in shown


def test_nothing_that_somebody_wrote_becomes_part_of_a_page():
    shown = [
        _render('{% copy it "the id" all_stores=True %}', it=SCRIPT),
        _render("{% copy it it %}", it=SCRIPT),
        _render("{{ it|short }}", it=SCRIPT),
        _render("{{ it|money }}", it=Money(1, SCRIPT)),
    ]

    assert [each for each in shown if "<script" in each or '="">' in each] == []


def test_an_icon_is_hidden_from_those_who_hear_the_page():
    small, usual = _render('{% icon "x-mark" 16 %}'), _render('{% icon "x-mark" %}')

    for shown, size in ((small, 16), (usual, 20)):
        assert shown.startswith("<svg ")
        assert [
            f'{name}="{value}"' in shown
            for name, value in (("width", size), ("height", size), ("aria-hidden", "true"), ("class", "icon"))
        ] == [True] * 4
