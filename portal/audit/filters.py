"""How the audit log is narrowed down; its query string is the page's address."""

from django.http import QueryDict
import django_filters as filters

from portal.audit.actions import ROUTINE, Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.web.filters import FromDay, ListFilter, SearchFilter, ToDay


class EntryFilter(ListFilter):
    """What is asked for of the entries that somebody may read."""

    actor = SearchFilter(label="Who", placeholder="E-mail or token id", method="by_actor", max_length=120)
    kind = filters.ChoiceFilter(label="By", method="by_kind", choices=ActorKind.choices, empty_label="Anybody")
    action = filters.ChoiceFilter(label="What", method="by_action", choices=Action.choices, empty_label="Anything")
    subject = filters.CharFilter(label="On what (id)", field_name="subject_id", max_length=36)
    first = FromDay(label="From", field_name="at")
    last = ToDay(label="To", field_name="at")

    class Meta:
        model = Entry
        fields = ()

    def __init__(self, data: QueryDict, *, entries: EntryQuerySet) -> None:
        super().__init__(data, entries)

    def by_actor(self, entries: EntryQuerySet, _name: str, text: str) -> EntryQuerySet:
        # Addresses are written small; the ids of tokens are not.
        return entries.filter(actor=text.lower() if "@" in text else text)

    def by_kind(self, entries: EntryQuerySet, _name: str, kind: str) -> EntryQuerySet:
        found = entries.filter(actor_kind=kind)
        return found if kind == ActorKind.TILL else found.unusual()

    def by_action(self, entries: EntryQuerySet, _name: str, action: str) -> EntryQuerySet:
        found = entries.filter(action=action)
        return found if action in ROUTINE else found.unusual()
