"""How the audit log is narrowed down; its query string is the page's address."""

from typing import Any

from django import forms
from django.http import QueryDict
import django_filters as filters

from portal.audit.actions import OF_NO_MERCHANT, ROUTINE, Action, is_routine
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.web.filters import FromDay, ListFilter, SearchFilter, ToDay
from terminals.models import Merchant

NO_MERCHANT = "none"


class EntryFilter(ListFilter):
    """What is asked for of the entries of one merchant.

    People come first: what tills' sales leave, most of any log, is folded away unless the question is about it.
    """

    actor = SearchFilter(label="Who", placeholder="E-mail or token id", method="by_actor", max_length=120)
    kind = filters.ChoiceFilter(label="By", field_name="actor_kind", choices=ActorKind.choices, empty_label="Anybody")
    action = filters.ChoiceFilter(
        label="What",
        choices=[choice for choice in Action.choices if choice[0] not in OF_NO_MERCHANT],
        empty_label="Anything",
    )
    subject = filters.CharFilter(label="On what (id)", method="by_subject", max_length=57)
    first = FromDay(label="From", field_name="at")
    last = ToDay(label="To", field_name="at")
    sales = filters.BooleanFilter(label="Tills' sales too", method="unfolded", widget=forms.CheckboxInput)

    class Meta:
        model = Entry
        fields = ()

    def __init__(self, data: QueryDict, *, entries: EntryQuerySet) -> None:
        super().__init__(data, entries)

    @property
    def ordering(self) -> str:
        return "-at"

    @property
    def is_folded(self) -> bool:
        """Whether what tills' sales leave would be in the list, had it been asked for."""
        return self.form.is_valid() and self._fits_sales and not self._names_sales

    def filter_queryset(self, queryset: Any) -> Any:
        found: Any = super().filter_queryset(queryset)
        # Said even where it follows from the rest: the indexes of the few entries are known by it.
        return found if self._fits_sales and self._names_sales else found.unusual()

    @property
    def _fits_sales(self) -> bool:
        asked = self.form.cleaned_data
        kinds = [asked["kind"]] if asked["kind"] else list(ROUTINE)
        return any(is_routine(asked["action"], by=kind) if asked["action"] else kind in ROUTINE for kind in kinds)

    @property
    def _names_sales(self) -> bool:
        asked = self.form.cleaned_data
        named = any(asked[name] for name in ("sales", "action", "actor", "subject"))
        return named or asked["kind"] == ActorKind.TILL

    def by_actor(self, entries: EntryQuerySet, _name: str, text: str) -> EntryQuerySet:
        # Addresses are written small; the ids of tokens are not.
        return entries.filter(actor=text.lower() if "@" in text else text)

    def by_subject(self, entries: EntryQuerySet, _name: str, text: str) -> EntryQuerySet:
        """By its id, or by its kind and id where another kind of thing may have the same."""
        kind, _, pk = text.rpartition(" ")
        found = entries.filter(subject_id=pk)
        return found.filter(subject_kind=kind) if kind else found

    def unfolded(self, entries: EntryQuerySet, _name: str, _value: bool) -> EntryQuerySet:  # noqa: FBT001
        # All of the question decides that together.
        return entries


class _MerchantFirst(forms.Form):
    field_order = ("merchant",)


class PlatformEntryFilter(EntryFilter):
    """The same of the whole log, with what belongs to no merchant."""

    merchant = filters.ModelChoiceFilter(
        label="Merchant",
        queryset=Merchant.objects.order_by("name", "pk"),
        method="by_merchant",
        empty_label="All merchants",
        null_label="No merchant",
        null_value=NO_MERCHANT,
    )
    action = filters.ChoiceFilter(label="What", choices=Action.choices, empty_label="Anything")

    class Meta(EntryFilter.Meta):
        form = _MerchantFirst

    def by_merchant(self, entries: EntryQuerySet, _name: str, merchant: Merchant | str) -> EntryQuerySet:
        return entries.for_merchant(merchant) if isinstance(merchant, Merchant) else entries.filter(merchant_id=None)
