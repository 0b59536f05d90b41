"""What figures are asked for: a period by its name or by its days, and one store or all that the reader may see."""

from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict

from portal.accounts.models import User
from portal.dashboard.periods import LONGEST, Named, Period, named
from terminals.models import Merchant, Store

_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 30)


class _Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.DateInput(attrs={"type": "date"}), **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not _EARLIEST <= value <= _LATEST:
            raise forms.ValidationError("Choose a day of this century.")


class FiguresForm(forms.Form):
    """The question that the address of the page asks; days that are named count more than a period's name."""

    period = forms.ChoiceField(choices=Named.choices, required=False, widget=forms.HiddenInput)
    first = _Day(label="From")
    last = _Day(label="To")
    store = forms.ModelChoiceField(
        label="Store", queryset=Store.objects.none(), required=False, empty_label="All stores"
    )

    def __init__(self, data: QueryDict, *, merchant: Merchant, user: User, today: date) -> None:
        super().__init__(data)
        self.today = today
        stores = cast("Any", self.fields["store"])
        stores.queryset = Store.objects.visible_to(user).for_merchant(merchant).order_by("name", "pk")
        stores.label_from_instance = lambda store: store.name

    @property
    def address(self) -> str:
        """The question without what is empty, or says the same twice."""
        wanted = cast("QueryDict", self.data).copy()
        if wanted.get("first") or wanted.get("last"):
            wanted.pop("period", None)
        for name in [name for name, value in wanted.items() if not value]:
            del wanted[name]
        return wanted.urlencode()

    @property
    def is_tidy(self) -> bool:
        return self.address == cast("QueryDict", self.data).urlencode()

    @property
    def question(self) -> dict[str, str]:
        """What is asked for, in the words of the address."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    @property
    def chosen(self) -> str:
        """The name of the period; empty where days are named."""
        if self.data.get("first") or self.data.get("last"):
            return ""
        return str(self.data.get("period") or Named.TODAY)

    @property
    def found(self) -> Period:
        """The days that a valid question is about."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first is None:
            return named(self.chosen, today=self.today)
        return Period(first, last or max(first, self.today))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        end = last or self.today
        if last and not first and "first" not in self.errors:
            self.add_error("first", "Choose from which day on.")
        if first and last and last < first:
            self.add_error("last", "Choose a day that is not before the first one.")
        if first and end - first >= LONGEST:
            self.add_error("first", "Choose ten years at most.")
        return cleaned
