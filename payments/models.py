"""Payments and what happened to them."""

import json
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from payments import states
from payments.fields import ReversedField
from payments.querysets import NAMES_CUSTOMER, PaymentQuerySet
from payments.states import Flow, State
from portal import clock
from portal.database.encrypted_fields import EncryptedTextField
from portal.mobilepay.types import PaymentOrder, PaymentRef
from portal.money import Money
from portal.operations.models import Change, Observed, Operation
from terminals.models import Merchant, PointOfSale, ProviderAccount, Store, Terminal


class Payment(Observed):
    """One payment from start to captured or cancelled; its primary key is the till's `paymentId`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payments")
    # The store it was taken in, wherever the terminal may stand later; it decides who may see it.
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="payments")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="payments")
    point_of_sale = models.ForeignKey(PointOfSale, on_delete=models.PROTECT, related_name="payments")
    # The one it was taken through, whatever network its store is at later: captures and refunds go the same way.
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="payments")
    flow = models.CharField(max_length=10, choices=Flow)
    order_id = models.CharField(max_length=36)
    reversed_order_id = ReversedField(of="order_id", max_length=36)
    amount_minor = models.BigIntegerField(null=True, help_text="Empty until a prepared payment is ready.")
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField(default=0)
    # The part of it that others captured at the network, found out afterwards: all else never changes.
    captured_elsewhere_minor = models.BigIntegerField(default=0)
    # What is asked for, on its way or paid back already; `refunded_minor` is the part that has been paid back.
    refund_committed_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)

    state = models.CharField(max_length=40, choices=State, default=State.CREATED)
    remote_id = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique where known
    idempotency_key = models.CharField(max_length=64, null=True, help_text="The till's own.")  # noqa: DJ001

    operation_minor = models.BigIntegerField(null=True, help_text="What is to be asked for or captured.")

    created_at = models.DateTimeField(default=clock.now)

    expires_at = models.DateTimeField(null=True)
    partial_capture_possible = models.BooleanField(null=True)
    customer_token = EncryptedTextField(null=True)
    customer_receipt_token = EncryptedTextField(null=True)
    loyalty_ids_json = EncryptedTextField(null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_active_payment_per_pos",
                fields=["point_of_sale"],
                condition=Q(state__in=states.ACTIVE),
            ),
            models.UniqueConstraint(
                name="one_open_payment_per_order",
                fields=["point_of_sale", "order_id"],
                condition=Q(state__in=states.OPEN) & ~Q(flow=Flow.ADOPTED),
            ),
            models.UniqueConstraint(name="idempotency_key_once_per_merchant", fields=["merchant", "idempotency_key"]),
            models.CheckConstraint(name="payment_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="amount_positive", condition=Q(amount_minor=None) | Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="operation_has_its_amount",
                condition=~Q(operation__in=[Operation.READY, Operation.CAPTURE])
                | Q(operation_minor__isnull=False, operation_minor__gt=0),
            ),
            models.CheckConstraint(
                name="captured_within_amount",
                condition=(~Q(state=State.CAPTURED) & Q(captured_minor=0))
                | Q(
                    state=State.CAPTURED,
                    amount_minor__isnull=False,
                    captured_minor__gt=0,
                    captured_minor__lte=F("amount_minor"),
                ),
            ),
            models.CheckConstraint(
                name="captured_elsewhere_within_captured",
                condition=Q(captured_elsewhere_minor__gte=0, captured_elsewhere_minor__lte=F("captured_minor")),
            ),
            models.CheckConstraint(
                name="refunded_within_committed_within_captured",
                condition=Q(
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("refund_committed_minor"),
                    refund_committed_minor__lte=F("captured_minor"),
                ),
            ),
        )
        indexes = (
            models.Index(name="payment_newest", fields=["merchant", "-created_at"]),
            models.Index(name="payment_by_order", fields=["merchant", "order_id", "-created_at"]),
            # PostgreSQL finds beginnings by indexes of this kind alone.
            models.Index(
                name="payment_by_order_beginning",
                fields=["merchant", "order_id"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                name="payment_by_order_end",
                fields=["merchant", "reversed_order_id"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
            models.Index(name="payment_by_state", fields=["merchant", "state", "-created_at"]),
            models.Index(
                name="payment_refunded", fields=["merchant", "-created_at"], condition=Q(refunded_minor__gt=0)
            ),
            models.Index(name="payment_by_amount", fields=["merchant", "-amount_minor"]),
            models.Index(name="payment_by_store", fields=["store", "-created_at"]),
            models.Index(
                name="payment_taken",
                fields=["merchant", "changed_at", "store", "currency", "captured_minor"],
                condition=Q(state=State.CAPTURED),
            ),
            models.Index(name="payment_by_terminal", fields=["terminal", "-created_at"]),
            models.Index(name="payment_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="payment_owing", fields=["operation_since"], condition=~Q(operation=Operation.NONE)),
            models.Index(
                name="payment_elsewhere",
                fields=["merchant", "changed_at"],
                condition=Q(captured_elsewhere_minor__gt=0),
            ),
            # Nearly empty: what is over its time leaves it.
            models.Index(name="payment_names_customer", fields=["changed_at"], condition=NAMES_CUSTOMER),
            models.Index(name="payment_contradicted", fields=["merchant"], condition=Q(contradicted_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"payment {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("payments:detail", args=[self.merchant_id, self.pk])

    @property
    def place(self) -> str:
        """What people call the till that it was taken at, in the store where that stood."""
        return f"{self.terminal.name}, {self.store.name}"

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def order(self) -> PaymentOrder:
        """What a network is told when it is to be opened there."""
        return PaymentOrder(
            payment_id=self.pk,
            pos_id=str(self.point_of_sale.pos_id),
            order_id=self.order_id,
            amount=self.amount,
            store=self.store.name,
            terminal=self.terminal.terminal_id,
        )

    @property
    def ref(self) -> PaymentRef:
        """How a network knows it, once it has been opened there."""
        return PaymentRef(str(self.remote_id), self.pk)

    @property
    def is_unsent(self) -> bool:
        """Whether its network has not been told of it: the portal waits, for its amount or for a customer."""
        return self.remote_id is None and not self.is_in_doubt

    @property
    def opening(self) -> Operation:
        """How it is opened at its network, whatever is owed besides by now."""
        return Operation.PREPARE if self.amount_minor is None else Operation.CREATE

    @property
    def is_opening(self) -> bool:
        """Whether its network may have it already, under an id that we do not know yet."""
        return self.is_open and self.remote_id is None and self.is_in_doubt

    @property
    def operation_amount(self) -> Money | None:
        return None if self.operation_minor is None else Money(self.operation_minor, self.currency)

    @property
    def captured(self) -> Money:
        return Money(self.captured_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)

    @property
    def refund_committed(self) -> Money:
        return Money(self.refund_committed_minor, self.currency)

    @property
    def refund_pending(self) -> Money:
        """What is promised and not paid back yet."""
        return self.refund_committed - self.refunded

    @property
    def refundable(self) -> Money:
        """What can still be given back, and is not promised to be."""
        return self.captured - self.refund_committed

    @property
    def loyalty_ids(self) -> list[str] | None:
        return None if self.loyalty_ids_json is None else list(json.loads(self.loyalty_ids_json))

    @property
    def state_word(self) -> str:
        """How it is, in the words of pages and files; an unknown outcome is a state of its own."""
        if self.contradicted_at:
            return "MobilePay says otherwise"
        if self.is_in_doubt:
            return "Not known yet"
        if self.refunded_minor:
            return "Refunded" if self.refunded_minor == self.captured_minor else "Partly refunded"
        return self.get_state_display()

    @property
    def state_in_a_sentence(self) -> str:
        return State(self.state).in_a_sentence

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def can_change(self) -> bool:
        """Whether anything about it can change by itself: its state, or what goes back of it."""
        return self.is_open or self.refund_committed_minor != self.refunded_minor

    @property
    def is_active(self) -> bool:
        return self.state in states.ACTIVE

    @property
    def was_refused(self) -> bool:
        """Whether it ended without MobilePay ever having taken it."""
        return self.state == State.CANCELLED_BY_MOBILEPAY and self.remote_id is None


class TillKey(models.Model):
    """An Idempotency-Key that a till has used, for a payment or a refund: a key is one call's."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="till_keys")
    key = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(name="till_key_once_per_merchant", fields=["merchant", "key"]),)

    def __str__(self) -> str:
        return f"{self.key} of merchant {self.merchant_id}"


class PaymentEvent(Change):
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
