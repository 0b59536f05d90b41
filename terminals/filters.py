"""How the lists of terminals and stores are narrowed down; the query string is the page's address."""

from typing import Any

from django.db.models import Q
from django.http import QueryDict
import django_filters as filters

from portal import clock
from portal.accounts.models import User
from portal.web.filters import Choice, ListFilter, SearchFilter
from terminals.models import Merchant, Store, Terminal
from terminals.querysets import TerminalQuerySet
from terminals.services import fleet_status
from terminals.services.fleet_status import Problem, TerminalStatus

ANY_PROBLEM = "any"


class TerminalFilter(ListFilter):
    """What is asked for of the terminals of one merchant, as far as the reader may see them."""

    q = SearchFilter(label="Name or terminal id", placeholder="Name or terminal id", method="by_name", max_length=36)
    store = filters.ModelChoiceFilter(
        label="Store", queryset=Store.objects.none(), empty_label="All stores", widget=Choice
    )
    problem = filters.ChoiceFilter(
        label="Attention",
        choices=[(ANY_PROBLEM, "Needs attention"), *Problem.choices],
        method="by_problem",
        empty_label="All terminals",
    )

    class Meta:
        model = Terminal
        fields = ()

    def __init__(self, data: QueryDict, *, merchant: Merchant, user: User) -> None:
        self._watched: dict[int, TerminalStatus] | None = None
        super().__init__(data, Terminal.objects.visible_to(user).for_merchant(merchant))
        stores: Any = self.form.fields["store"]
        stores.queryset = Store.objects.visible_to(user).for_merchant(merchant).order_by("name", "pk")
        stores.label_from_instance = lambda store: store.name

    def by_name(self, terminals: TerminalQuerySet, _name: str, text: str) -> TerminalQuerySet:
        return terminals.filter(Q(name__icontains=text) | Q(folded_id=text))

    def by_problem(self, terminals: TerminalQuerySet, _name: str, problem: str) -> TerminalQuerySet:
        wanted = set(Problem) if problem == ANY_PROBLEM else {Problem(problem)}
        watched = fleet_status.status_of(terminals.select_related("store"), now=clock.now())
        self._watched = {each.terminal.pk: each for each in watched if each.problem in wanted}
        return terminals.filter(pk__in=self._watched)

    def watch(self, terminals: list[Terminal]) -> list[TerminalStatus]:
        """How the terminals of a page are doing, looked up once."""
        if self._watched is None:
            return fleet_status.status_of(terminals, now=clock.now())
        return [self._watched[terminal.pk] for terminal in terminals]
