"""What the filters of lists share: days are the page's, and sorting narrows nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
import pytest

from payments.filters import PaymentFilter
from portal.audit.filters import EntryFilter
from portal.audit.models import Entry
from tests.pages import one

PLACEHOLDER = "Order or any id"
COPENHAGEN, HELSINKI = ZoneInfo("Europe/Copenhagen"), ZoneInfo("Europe/Helsinki")


def _found(zone, first, last):
    with timezone.override(zone):
        found = EntryFilter(QueryDict(f"first={first}&last={last}"), entries=Entry.objects.all()).found
        return [f"{entry.at:%d %H:%M}" for entry in found.order_by("at")]


def _entry_every_hour(day, hours):
    start = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(hours=3)
    Entry.objects.bulk_create(Entry(action="token:reset", at=start + timedelta(hours=hour)) for hour in range(hours))


@pytest.mark.parametrize(
    ("zone", "day", "first", "last", "hours"),
    [
        (UTC, "2026-01-15", "15 00:00", "15 23:00", 24),
        (COPENHAGEN, "2026-01-15", "14 23:00", "15 22:00", 24),
        (HELSINKI, "2026-01-15", "14 22:00", "15 21:00", 24),
        (COPENHAGEN, "2026-07-15", "14 22:00", "15 21:00", 24),
        (COPENHAGEN, "2026-03-29", "28 23:00", "29 21:00", 23),
        (COPENHAGEN, "2026-10-25", "24 22:00", "25 22:00", 25),
    ],
)
def test_a_day_is_a_day_where_the_page_is(zone, day, first, last, hours, db):
    _entry_every_hour(datetime.fromisoformat(day), 30)

    found = _found(zone, day, day)

    assert (found[0], found[-1], len(found)) == (first, last, hours)


@pytest.mark.parametrize("days", [("0001-01-01", ""), ("", "9999-12-31"), ("0001-01-01", "9999-12-31")])
@pytest.mark.parametrize("zone", [UTC, COPENHAGEN, ZoneInfo("America/New_York")])
def test_the_first_and_the_last_day_of_all_hold_everything(zone, days, db):
    _entry_every_hour(datetime(2026, 1, 15, tzinfo=UTC), 5)

    assert len(_found(zone, *days)) == 5


@pytest.mark.parametrize(
    ("question", "is_narrowed"),
    [
        *[("", False), ("page=last", False), ("order=largest", False), ("q=", False), ("unknown=1", False)],
        *[("q=1", True), ("state=open&order=oldest", True), ("first=2026-01-15", True), ("state=nonsense", True)],
    ],
)
def test_sorting_and_turning_pages_narrow_nothing(question, is_narrowed, administrator):
    found = PaymentFilter(QueryDict(question), merchant=administrator.merchant, user=administrator.user)

    assert found.is_narrowed is is_narrowed


def test_a_question_is_told_in_its_own_words_without_what_no_filter_knows(administrator):
    asked = QueryDict("q=order+1&state=&order=oldest&page=last&secret=x&first=nonsense&q=order+2")

    found = PaymentFilter(asked, merchant=administrator.merchant, user=administrator.user)

    assert found.question == {"q": "order 2", "first": "nonsense", "order": "oldest"}


def test_the_search_field_says_what_it_takes_and_can_be_gone_to(administrator):
    field = one(administrator.get("payments/"), "input[@name='q']")

    shown = {name: field.get(name) for name in ("type", "placeholder", "data-search", "maxlength")}
    assert shown == {"type": "search", "placeholder": PLACEHOLDER, "data-search": "", "maxlength": "100"}
    assert one(administrator.get("payments/"), "input[@name='first']").get("type") == "date"
