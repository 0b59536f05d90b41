"""How the list of payments is narrowed down and sorted; its query string is the page's address."""

from typing import Any, cast

from django.http import QueryDict
import django_filters as filters

from payments.models import Payment
from payments.querysets import PaymentQuerySet
from payments.services import search
from payments.states import State
from portal.accounts.models import User
from portal.money import Money
from portal.web.filters import Choice, FromDay, ListFilter, SearchFilter, ToDay
from portal.web.forms import MoneyField
from portal.web.search import Found
from terminals.models import Merchant, Store, Terminal

IN_DOUBT = "in-doubt"
OPEN = "open"
CONTRADICTED = "contradicted"
PARTLY_REFUNDED, REFUNDED = "partly-refunded", "refunded"
_STATES = [
    (OPEN, "Any that is open"),
    (IN_DOUBT, "Not known yet"),
    (CONTRADICTED, "MobilePay says otherwise"),
    *State.choices,
    (PARTLY_REFUNDED, "Partly refunded"),
    (REFUNDED, "Refunded"),
]
NEWEST = "newest"
# The whitelist: what the address may say, the field it means, the word for it, and what the list is called then.
ORDERS = {
    NEWEST: ("-created_at", "Newest first", "Payments, newest first"),
    "oldest": ("created_at", "Oldest first", "Payments, oldest first"),
    "largest": ("-amount_minor", "Largest amount first", "Payments, largest amount first"),
}


class _AmountFilter(filters.Filter):
    field_class = MoneyField


class PaymentFilter(ListFilter):
    """What is asked for of the payments of one merchant, as far as the reader may see them."""

    q = SearchFilter(label="Order or id", placeholder="Order or any id")
    state = filters.ChoiceFilter(label="State", choices=_STATES, method="by_state", empty_label="Any state")
    store = filters.ModelChoiceFilter(
        label="Store", queryset=Store.objects.none(), empty_label="All stores", widget=Choice
    )
    terminal = filters.ModelChoiceFilter(
        label="Terminal", queryset=Terminal.objects.none(), empty_label="All terminals", widget=Choice
    )
    first = FromDay(label="From", field_name="created_at")
    last = ToDay(label="To", field_name="created_at")
    least = _AmountFilter(label="At least", method="at_least", currency="DKK")
    most = _AmountFilter(label="At most", method="at_most", currency="DKK")
    order = filters.ChoiceFilter(
        label="Sort",
        choices=[(name, word) for name, (_, word, _) in ORDERS.items()],
        method="sorted",
        empty_label=None,
        initial=NEWEST,
    )

    class Meta:
        model = Payment
        fields = ()

    def __init__(self, data: QueryDict, *, merchant: Merchant, user: User) -> None:
        super().__init__(data, Payment.objects.visible_to(user).for_merchant(merchant))
        stores, terminals = cast("Any", self.form.fields["store"]), cast("Any", self.form.fields["terminal"])
        stores.queryset = Store.objects.visible_to(user).for_merchant(merchant).order_by("name", "pk")
        stores.label_from_instance = lambda store: store.name
        all_terminals = Terminal.objects.visible_to(user).for_merchant(merchant).with_names()
        terminals.queryset = all_terminals.order_by("store__name", "name", "pk")
        terminals.label_from_instance = lambda terminal: terminal.place

    @property
    def ordering(self) -> str:
        return ORDERS[self._order][0]

    @property
    def caption(self) -> str:
        return ORDERS[self._order][2]

    @property
    def found(self) -> PaymentQuerySet:
        """The payments that were asked for; none when the question makes no sense."""
        found: PaymentQuerySet = super().found
        # What has no amount yet has no place among amounts.
        return found.exclude(amount_minor=None) if "amount" in self.ordering else found

    @property
    def _order(self) -> str:
        chosen = self.form.cleaned_data.get("order") if self.form.is_valid() else ""
        return chosen or NEWEST

    def find(self, payments: Any, typed: str) -> Found:
        return search.find(payments, typed)

    def by_state(self, payments: PaymentQuerySet, _name: str, state: str) -> PaymentQuerySet:
        few = {IN_DOUBT: payments.in_doubt, OPEN: payments.open, CONTRADICTED: payments.contradicted}
        if state in few:
            return few[state]().found_first()
        some = {PARTLY_REFUNDED: payments.partly_refunded, REFUNDED: payments.refunded}
        return some[state]() if state in some else payments.filter(state=state)

    def at_least(self, payments: PaymentQuerySet, _name: str, amount: Money) -> PaymentQuerySet:
        return payments.filter(amount_minor__gte=amount.minor)

    def at_most(self, payments: PaymentQuerySet, _name: str, amount: Money) -> PaymentQuerySet:
        return payments.filter(amount_minor__lte=amount.minor)

    def sorted(self, payments: PaymentQuerySet, _name: str, _order: str) -> PaymentQuerySet:
        # The page sorts, because it also has to know where it stands.
        return payments
