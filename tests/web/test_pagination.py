"""Pages by key: every row once and in order, whichever way somebody walks, and no cursor breaks a page."""

import base64
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
import pytest

from payments.models import Payment
from portal.audit.models import Entry
from portal.web.pagination import LAST, Page, paginate
from terminals.models import Merchant
from tests.payments.factories import new_payment, new_pos

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
# One database for all examples: each takes its rows back.
with_rows = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def _taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _entries(minutes):
    """Entries at these minutes; many may share one."""
    entries = [Entry(action="token:reset", at=START + timedelta(minutes=minute), details={}) for minute in minutes]
    return Entry.objects.filter(pk__in=[entry.pk for entry in Entry.objects.bulk_create(entries)])


def _cursor(*place):
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def _walk(queryset, *, order, size, step, cursor):
    """All pages from a cursor on, in the direction of `step`."""
    pages = [paginate(queryset, order=order, cursor=cursor, size=size)]
    while leads_on := getattr(pages[-1], step):
        pages.append(paginate(queryset, order=order, cursor=leads_on, size=size))
    return pages


def _keys(pages):
    return [row.pk for page in pages for row in page.rows]


def _check_every_way(queryset, *, order, size):
    field, is_falling = order.removeprefix("-"), order.startswith("-")
    expected = [
        row.pk
        for row in sorted(queryset, key=lambda row: (getattr(row, field), _as_stored(row.pk)), reverse=is_falling)
    ]

    forwards = _walk(queryset, order=order, size=size, step="after", cursor="")
    backwards = _walk(queryset, order=order, size=size, step="before", cursor=LAST)[::-1]

    assert _keys(forwards) == _keys(backwards) == expected
    assert [page.is_live for page in forwards] == [True] + [False] * (len(forwards) - 1)
    assert [page.is_live for page in backwards] == [True] + [False] * (len(backwards) - 1)
    assert {len(page.rows) for page in forwards[:-1]} <= {size}
    assert {len(page.rows) for page in backwards[1:]} <= {size}
    for page, following in pairwise(forwards):
        assert paginate(queryset, order=order, cursor=following.before, size=size).rows == page.rows


def _as_stored(pk):
    return pk if isinstance(pk, int) else pk.hex


@given(some.lists(some.integers(0, 4), max_size=12), some.integers(1, 5), some.sampled_from(["at", "-at"]))
@with_rows
@pytest.mark.django_db
def test_every_row_comes_once_and_in_order_walking_either_way(minutes, size, order):
    with _taken_back():
        _check_every_way(_entries(minutes), order=order, size=size)


@pytest.mark.parametrize("order", ["amount_minor", "-amount_minor", "-created_at"])
def test_rows_whose_keys_are_no_numbers_are_walked_too(order, db):
    pos = new_pos()
    for number in range(11):
        created_at = START + timedelta(microseconds=number // 3)
        new_payment(pos, state="CancelledByUser", amount_minor=1 + number // 4, created_at=created_at)

    _check_every_way(Payment.objects.all(), order=order, size=3)


def test_rows_are_walked_by_their_names_too(db):
    for number, name in enumerate(["Å", "æ", "", "'", '"', "å", "b", "B", "ß", "b"]):
        Merchant.objects.create(bio_code=str(number), name=name, vat_number="DK1", currencies=[])

    pages = _walk(Merchant.objects.all(), order="name", size=3, step="after", cursor="")

    assert _keys(pages) == list(Merchant.objects.order_by("name", "pk").values_list("pk", flat=True))


def test_no_rows_are_one_empty_page(db):
    pages = [paginate(Entry.objects.none(), order="-at", cursor=cursor) for cursor in ("", LAST, "nonsense")]

    assert pages == [Page([], before=None, after=None)] * 3


def test_rows_that_come_while_somebody_reads_move_no_other_row(db):
    entries = _entries(range(6))
    keys = [entry.pk for entry in entries.order_by("-at")]
    first = paginate(entries, order="-at", size=2)
    _entries([10, 11, 12])

    second = paginate(Entry.objects.all(), order="-at", cursor=first.after, size=2)
    back = paginate(Entry.objects.all(), order="-at", cursor=second.before, size=2)

    assert _keys([second]) == keys[2:4]
    assert (back.rows, back.is_live) == (first.rows, False)


@pytest.mark.parametrize("order", ["-at", "at"])
def test_a_page_asked_for_by_its_own_place_stays_where_it_is_and_counts_what_came_in_front(db, order):
    entries = _entries(range(6))
    first = paginate(entries, order=order, size=2)
    _entries([6, 7, 8] if order == "-at" else [-1, -2, -3])

    same = paginate(Entry.objects.all(), order=order, cursor=first.here, size=2)
    afresh = paginate(Entry.objects.all(), order=order, size=2)

    assert (same.rows, same.before, same.after, same.here) == (first.rows, None, first.after, first.here)
    assert (first.newer, same.newer, afresh.newer) == (0, 3, 0)
    assert (first.is_live, same.is_live, same.has_many_newer) == (True, True, False)
    assert set(afresh.rows).isdisjoint(first.rows)


def test_a_page_keeps_its_place_when_its_first_row_has_gone(db):
    entries = _entries(range(6))
    first = paginate(entries, order="-at", size=2)
    first.rows[0].pk, gone = None, first.rows[0].pk

    same = paginate(entries.exclude(pk=gone), order="-at", cursor=first.here, size=2)

    assert [row.at for row in same.rows] == [START + timedelta(minutes=minute) for minute in (4, 3)]


def test_more_new_rows_than_are_counted_are_only_said_to_be_many(db):
    first = paginate(_entries([0]), order="-at")
    _entries(range(1, 200))

    same = paginate(Entry.objects.all(), order="-at", cursor=first.here)

    assert (same.newer, same.has_many_newer) == (100, True)


def test_a_page_costs_one_question_however_many_rows_there_are(db, django_assert_num_queries):
    entries = _entries(range(60))
    cursor = paginate(entries, order="-at").after

    with django_assert_num_queries(1):
        page = paginate(entries, order="-at", cursor=cursor)

    assert len(page.rows) == 10


AT = "2026-01-15T12:03:00+00:00"
NONSENSE = {
    "a word": "nonsense",
    "no letters of base64": "æøå",
    "padding": "====",
    "bytes that are no text": base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(),
    "nothing": _cursor(),
    "too little": _cursor("a", AT),
    "too much": _cursor("a", AT, 1, 2),
    "no list": base64.urlsafe_b64encode(b"null").decode(),
    "three letters": base64.urlsafe_b64encode(b'"abc"').decode(),
    "no end": base64.urlsafe_b64encode(b"[" * 20_000).decode(),
    "no moment": _cursor("a", "yesterday", 1),
    "an empty moment": _cursor("a", None, 1),
    "a day alone": _cursor("a", "2026-01-15", 1),
    "a moment nowhere": _cursor("a", "2026-01-15T12:03:00", 1),
    "a moment before all time": _cursor("a", "0001-01-01T00:00:00+14:00", 1),
    "a moment after all time": _cursor("b", "9999-12-31T23:59:59-14:00", 1),
    "a list of moments": _cursor("a", [AT], 1),
    "a number of moments": _cursor("a", 5, 1),
    "no key": _cursor("a", AT, None),
    "an empty key": _cursor("a", AT, ""),
    "a word as a key": _cursor("a", AT, "x"),
    "a list of keys": _cursor("a", AT, [1]),
    "a key that is no number": _cursor("a", AT, float("nan")),
    "a key beyond all numbers": _cursor("a", AT, float("inf")),
    "no side": _cursor("x", AT, 1),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_means_the_first_page(kind, db):
    entries = _entries(range(6))

    page = paginate(entries, order="-at", cursor=NONSENSE[kind], size=2)

    assert page == paginate(entries, order="-at", size=2)


@pytest.mark.parametrize("name", ["\ud800", "\x00", "x" * 10_000, ["x"], {}, 5, True])
def test_a_name_that_no_row_can_have_breaks_nothing(name, db):
    Merchant.objects.create(bio_code="KINO1", name="Kino", vat_number="DK1", currencies=[])

    page = paginate(Merchant.objects.all(), order="name", cursor=_cursor("a", name, 1))

    assert {merchant.name for merchant in page.rows} <= {"Kino"}


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9) | some.datetimes().map(str),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(some.sampled_from("abx"), anything, anything)
@example("a", AT, 1)
@example("a", AT, 10**30)
@example("b", AT, -(10**30))
@example("a", 2**63, "00000000-0000-4000-8000-000000000000")
@with_rows
@pytest.mark.django_db
def test_no_cursor_that_somebody_makes_up_breaks_a_page(side, value, pk):
    with _taken_back():
        entries, payments = _entries(range(3)), Payment.objects.all()

        pages = [
            paginate(entries, order="-at", cursor=_cursor(side, value, pk)),
            paginate(payments, order="-amount_minor", cursor=_cursor(side, value, pk)),
        ]

    assert [type(page) for page in pages] == [Page, Page]


@pytest.mark.parametrize("kind", ["a word", "no end", "an empty moment", "a key beyond all numbers"])
def test_nonsense_in_the_address_is_no_error(kind, administrator):
    cursor = NONSENSE[kind]

    answers = [administrator.get(path, page=cursor) for path in ("payments/", "people/", "audit/", "stores/")]

    assert [answer.status_code for answer in answers] == [200] * 4
