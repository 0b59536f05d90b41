"""How the list of refunds is narrowed down; its query string is the page's address."""

from typing import Any

from django import forms
from django.http import QueryDict
import django_filters as filters

from portal.accounts.models import User
from portal.roles import Right
from portal.web.filters import Choice, FromDay, ListFilter, SearchFilter, ToDay
from portal.web.search import Found
from refunds import states
from refunds.models import Refund
from refunds.querysets import RefundQuerySet
from refunds.services import search
from refunds.states import Origin, State
from terminals.models import Merchant, Store

MINE, ASKED = "mine", "asked"
TABS = {
    MINE: "Waiting for you",
    ASKED: "Asked by you",
    "waiting": "Waiting",
    "progress": "In progress",
    "done": "Done",
}
CONTRADICTED = "contradicted"
_STATES = [(CONTRADICTED, "MobilePay says otherwise"), *State.choices]
_OF_TABS = {
    "waiting": (State.REQUESTED,),
    "progress": tuple(state for state in states.OPEN if state != State.REQUESTED),
    "done": (*states.PAID, *states.UNPAID),
}


def _states_of(tab: str) -> list[tuple[str, str]]:
    """The states that refunds of a tab can be in; of what only waits here, MobilePay cannot say otherwise."""
    found = {*_OF_TABS[tab], *(() if tab == "waiting" else (CONTRADICTED,))}
    return [choice for choice in _STATES if choice[0] in found]


class RefundFilter(ListFilter):
    """What is asked for of the refunds of one merchant, as far as the reader may see them."""

    tab = filters.ChoiceFilter(choices=list(TABS.items()), method="by_tab", widget=forms.HiddenInput)
    q = SearchFilter(label="Order or id", placeholder="Order or any id")
    state = filters.ChoiceFilter(
        label="State", choices=_STATES, method="by_state", empty_label="Any state", widget=Choice
    )
    store = filters.ModelChoiceFilter(
        label="Store", queryset=Store.objects.none(), empty_label="All stores", widget=Choice
    )
    person = filters.ModelChoiceFilter(
        label="Person", queryset=User.objects.none(), method="by_person", empty_label="Anybody", widget=Choice
    )
    origin = filters.ChoiceFilter(label="Asked at", choices=Origin.choices, empty_label="Anywhere")
    first = FromDay(label="From", field_name="created_at")
    last = ToDay(label="To", field_name="created_at")

    class Meta:
        model = Refund
        fields = ()

    def __init__(self, data: QueryDict, *, merchant: Merchant, user: User) -> None:
        super().__init__(data, Refund.objects.visible_to(user).for_merchant(merchant))
        self._user, self._merchant = user, merchant
        stores: Any = self.form.fields["store"]
        stores.queryset = Store.objects.visible_to(user).for_merchant(merchant).order_by("name", "pk")
        stores.label_from_instance = lambda store: store.name
        people: Any = self.form.fields["person"]
        took_part = Refund.objects.visible_to(user).for_merchant(merchant).people()
        people.queryset = User.objects.filter(took_part).order_by("name", "pk")
        people.label_from_instance = lambda person: person.name
        if self.chosen_tab in _OF_TABS:
            offered: Any = self.form.fields["state"].widget
            offered.choices = [("", "Any state"), *_states_of(self.chosen_tab)]

    @property
    def is_narrowed(self) -> bool:
        return any(name != "tab" for name in self.question)

    @property
    def chosen_tab(self) -> str:
        tab = self.form.data.get("tab", "")
        return tab if tab in TABS else ""

    @property
    def kept(self) -> str:
        """What stays in the address when the filters are cleared."""
        return f"tab={self.chosen_tab}" if self.chosen_tab else ""

    @property
    def ordering(self) -> str:
        """Whoever has waited longest comes first where somebody is to act; else what is new."""
        return "created_at" if self.chosen_tab in {MINE, "waiting"} else "-created_at"

    @property
    def caption(self) -> str:
        return "Refunds, oldest first" if self.ordering == "created_at" else "Refunds, newest first"

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """The tabs that mean something to this reader."""
        needs = {MINE: (Right.APPROVE_REFUNDS, Right.REVIEW_REFUNDS), ASKED: (Right.ASK_FOR_REFUNDS,)}
        return [
            (name, label)
            for name, label in [*TABS.items(), ("", "All")]
            if name not in needs or any(self._user.holds(right, self._merchant) for right in needs[name])
        ]

    def by_tab(self, refunds: RefundQuerySet, _name: str, tab: str) -> RefundQuerySet:
        if tab == MINE:
            return refunds.waiting_for(self._user, self._merchant)
        if tab == ASKED:
            return refunds.filter(requester__in=self._user.accounts)
        return refunds.filter(state__in=_OF_TABS[tab])

    def find(self, refunds: Any, typed: str) -> Found:
        return search.find(refunds, typed)

    def by_person(self, refunds: RefundQuerySet, _name: str, person: User) -> RefundQuerySet:
        return refunds.in_which(person)

    def by_state(self, refunds: RefundQuerySet, _name: str, state: str) -> RefundQuerySet:
        return refunds.contradicted() if state == CONTRADICTED else refunds.filter(state=state)
