"""Ways to look at payments: a till starts from its merchant, a page from what its reader may see."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q

from payments import states
from payments.states import Flow, State
from portal.operations.models import Operation
from portal.operations.querysets import ObservedQuerySet

if TYPE_CHECKING:
    from payments.models import Payment  # noqa: F401 - named in quotes below

NAMES_CUSTOMER = (
    Q(customer_token__isnull=False) | Q(customer_receipt_token__isnull=False) | Q(loyalty_ids_json__isnull=False)
)


class PaymentQuerySet(ObservedQuerySet["Payment"]):
    def open(self) -> Self:
        return self.filter(state__in=states.OPEN)

    def closed(self) -> Self:
        """Those that cannot change any more."""
        return self.exclude(state__in=states.OPEN)

    def naming_customers(self, *, ended_before: datetime) -> Self:
        """Those that ended before that, and still say who paid."""
        return self.filter(NAMES_CUSTOMER, changed_at__lt=ended_before).closed()

    def active(self) -> Self:
        return self.filter(state__in=states.ACTIVE)

    def with_money(self) -> Self:
        """Those that were paid, still may be, or owe their network something."""
        return self.exclude(state__in=states.UNPAID, operation=Operation.NONE)

    def begun_here(self) -> Self:
        """Without those that were only found at MobilePay, and begun by nobody here."""
        return self.exclude(flow=Flow.ADOPTED)

    def found_first(self) -> Self:
        """The same payments, for when they are few of very many: sorting them walks through none of the others."""
        return type(self)(self.model, using=self.db).filter(pk__in=list(self.values_list("pk", flat=True)))

    def captured(self) -> Self:
        return self.filter(state=State.CAPTURED)

    def taken_between(self, start: datetime, end: datetime) -> Self:
        """Those captured in that time: a captured payment's last move is its capture."""
        return self.captured().filter(changed_at__gte=start, changed_at__lt=end)

    def partly_refunded(self) -> Self:
        """Those of which some has been paid back, and not all."""
        return self.filter(refunded_minor__gt=0, refunded_minor__lt=F("captured_minor"))

    def refunded(self) -> Self:
        """Those of which all has been paid back."""
        return self.filter(refunded_minor__gt=0, refunded_minor=F("captured_minor"))

    def newest_first(self) -> Self:
        return self.order_by("-created_at")

    def whole(self) -> Self:
        return self.select_related("merchant", "store", "terminal", "point_of_sale", "account")

    def with_names(self) -> Self:
        """Along with what a page calls the places by."""
        return self.select_related("terminal", "store")
