"""What the filters of all lists share: the query string is the page's address, days are the reader's."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
import django_filters as filters

from portal.web.search import LONGEST, Found

_FEWEST = 2
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2999, 12, 30)


class ListFilter(filters.FilterSet):
    """What is asked for of a list."""

    # Says how rows are sorted and not which.
    SORTING = "order"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.near = ""

    def find(self, rows: QuerySet[Any], typed: str) -> Found:
        """What is called so, where a list has a search field without a method of its own."""
        raise NotImplementedError

    def by_search(self, rows: QuerySet[Any], _name: str, typed: str) -> QuerySet[Any]:
        """What is called so; `near` is set when nothing is, and these only come near."""
        found = self.find(rows, typed)
        self.near = typed if found.is_near else ""
        shown: QuerySet[Any] = found.rows
        return shown

    @property
    def ordering(self) -> str:
        """The field that its rows are sorted by, `-` before it for the newest or largest first."""
        raise NotImplementedError

    @property
    def is_narrowed(self) -> bool:
        return any(name != self.SORTING for name in self.question)

    @property
    def usual(self) -> dict[str, str]:
        """What holds when nothing is asked for: an address need not say it."""
        return {name: str(field.initial) for name, field in self.form.fields.items() if field.initial}

    @property
    def asked_count(self) -> int:
        """How many of the fields that fold away on small screens say something."""
        fields = self.form.fields
        folding = [name for name, field in fields.items() if "data-search" not in field.widget.attrs]
        return sum(name in folding and name != self.SORTING for name in self.question)

    @property
    def question(self) -> dict[str, str]:
        """What the address asks for, in its own words and without what no filter knows."""
        return {name: self.form.data[name] for name in self.filters if self.form.data.get(name)}

    @property
    def found(self) -> Any:
        """The rows that were asked for; none when the question makes no sense."""
        return self.qs if self.form.is_valid() else cast("QuerySet[Any]", self.queryset).none()


class Choice(forms.Select):
    """A list of rows to choose from. With one row in it there is nothing to choose: it is hidden, and still read."""

    @cached_property
    def is_hidden(self) -> bool:
        # Asked of the database once, and only by a page that shows the filters; a list would count them first.
        self.choices = list(iter(self.choices))
        return sum(1 for value, _ in self.choices if value) < _FEWEST

    def render(self, name: str, value: Any, *args: Any, **options: Any) -> SafeString:
        return (
            forms.HiddenInput().render(name, value) if self.is_hidden else super().render(name, value, *args, **options)
        )


class SearchFilter(filters.CharFilter):
    """The list's search field, which `/` goes to; the list says how it looks for what is typed there."""

    def __init__(self, *, placeholder: str, **options: Any) -> None:
        attributes = {"type": "search", "placeholder": placeholder, "data-search": ""}
        usual = {"method": "by_search", "max_length": LONGEST}
        super().__init__(widget=forms.TextInput(attrs=attributes), **{**usual, **options})


class _DayFilter(filters.DateFilter):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), **options)


class FromDay(_DayFilter):
    """Rows of a day or of one after it, in the page's time zone."""

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__gte": _midnight(value)}) if value else qs


class ToDay(_DayFilter):
    """Rows of a day or of one before it, in the page's time zone."""

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return (
            qs.filter(**{f"{self.field_name}__lt": _midnight(min(value, _LAST_DAY) + timedelta(days=1))})
            if value
            else qs
        )


def _midnight(day: date) -> datetime:
    # The very ends of the calendar have no midnight in every zone, and nothing happened near them.
    return timezone.make_aware(datetime.combine(max(min(day, _LAST_DAY), _FIRST_DAY), time.min))
