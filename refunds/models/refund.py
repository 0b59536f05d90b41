"""Refunds, what happened to them, and who is to be told."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from payments.models import Payment
from portal import clock
from portal.mobilepay.types import RefundOrder, RefundRef
from portal.money import Money
from portal.operations.models import Change, Observed, Operation
from refunds import states
from refunds.querysets import NotificationQuerySet, RefundQuerySet
from refunds.states import Ceiling, Origin, RefundReason, Review, State
from terminals.models import Merchant, Store


class Refund(Observed):
    """Money on its way back from one payment; its primary key is the till's `refundId`.

    What was asked for never changes: triggers in the database see to that.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="refunds")
    # The store of the payment; it decides who may see the refund.
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    origin = models.CharField(max_length=11, choices=Origin)
    refund_order_id = models.CharField(max_length=36)
    amount_minor = models.BigIntegerField()
    refundable_before_minor = models.BigIntegerField(help_text="What was left of the payment when it was asked for.")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=20, choices=RefundReason)
    note = models.CharField(max_length=200, blank=True)
    approvals_needed = models.PositiveSmallIntegerField()
    ceiling = models.CharField(  # noqa: DJ001 - empty without touching the table's triggers
        max_length=8, choices=Ceiling, null=True, help_text="Which one it would have broken without an approver."
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="refunds_requested",
        help_text="Empty when a till asked.",
    )
    idempotency_key = models.CharField(max_length=64, null=True, help_text="The till's own.")  # noqa: DJ001
    created_at = models.DateTimeField(default=clock.now)
    lapses_at = models.DateTimeField(help_text="Until then it can be approved.")

    first_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="refunds_approved_first"
    )
    second_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="refunds_approved_second"
    )
    is_emergency = models.BooleanField(default=False, help_text="An administrator stood in for an approver.")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="refunds_reviewed"
    )
    review = models.CharField(max_length=20, choices=Review, blank=True)

    state = models.CharField(max_length=20, choices=State)
    remote_id = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique where known
    stray_id = models.CharField(max_length=64, blank=True, help_text="A second refund there, which is called off.")
    stray_due_at = models.DateTimeField(null=True, help_text="When to try again to call it off.")
    refused_reason = models.CharField(  # noqa: DJ001 - empty without touching the table's triggers
        max_length=20, null=True, help_text="Why MobilePay did not take the refund."
    )
    refused_code = models.CharField(max_length=8, blank=True, help_text="MobilePay's, when it did not take the refund.")

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="refund_order_once_per_payment", fields=["payment", "refund_order_id"]),
            models.UniqueConstraint(name="refund_key_once_per_merchant", fields=["merchant", "idempotency_key"]),
            models.CheckConstraint(name="refund_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="refund_within_what_was_left",
                condition=Q(amount_minor__gt=0, amount_minor__lte=F("refundable_before_minor")),
            ),
            models.CheckConstraint(
                name="refund_requester_is_a_person_at_the_desk",
                condition=Q(origin__in=[Origin.TILL, Origin.NETWORK], requester=None)
                | Q(origin=Origin.BACK_OFFICE, requester__isnull=False),
            ),
            models.CheckConstraint(
                name="first_approver_is_not_the_requester", condition=~Q(first_approver=F("requester"))
            ),
            models.CheckConstraint(
                name="second_approver_is_somebody_else",
                condition=~Q(second_approver=F("requester")) & ~Q(second_approver=F("first_approver")),
            ),
            models.CheckConstraint(
                name="second_approver_comes_second",
                condition=Q(second_approver=None) | Q(first_approver__isnull=False),
            ),
            models.CheckConstraint(
                name="reviewer_took_no_part",
                condition=~Q(reviewer=F("requester"))
                & ~Q(reviewer=F("first_approver"))
                & ~Q(reviewer=F("second_approver")),
            ),
            models.CheckConstraint(
                name="review_has_its_reviewer",
                condition=Q(reviewer=None, review="") | ~Q(reviewer=None) & ~Q(review=""),
            ),
            models.CheckConstraint(
                name="nothing_moves_without_its_approvals",
                condition=Q(state__in=states.NOT_APPROVED)
                | Q(approvals_needed=0)
                | Q(approvals_needed=1, first_approver__isnull=False)
                | Q(approvals_needed=2, second_approver__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="refund_newest", fields=["merchant", "-created_at"]),
            models.Index(name="refund_by_order", fields=["merchant", "refund_order_id"]),
            models.Index(name="refund_by_state", fields=["merchant", "state", "-created_at"]),
            models.Index(name="refund_by_requester", fields=["requester", "-created_at"]),
            models.Index(name="refund_paid", fields=["merchant", "changed_at"], condition=Q(state__in=states.PAID)),
            models.Index(name="refund_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="refund_owing", fields=["operation_since"], condition=~Q(operation=Operation.NONE)),
            models.Index(name="refund_stray", fields=["stray_due_at"], condition=~Q(stray_id="")),
            models.Index(name="refund_contradicted", fields=["merchant"], condition=Q(contradicted_at__isnull=False)),
            models.Index(
                name="refund_to_review", fields=["merchant"], condition=Q(is_emergency=True, reviewer__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"refund {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("refunds:detail", args=[self.merchant_id, self.pk])

    @property
    def place(self) -> str:
        """What people call the till that its payment was taken at."""
        return f"{self.payment.terminal.name}, {self.store.name}"

    @property
    def asker(self) -> str:
        """Who asked for it, as pages call them."""
        places = {Origin.TILL: "a till", Origin.NETWORK: "MobilePay's own portal"}
        return self.requester.name if self.requester else places[Origin(self.origin)]

    @property
    def order(self) -> RefundOrder:
        """What a network is told when it is to be opened there."""
        return RefundOrder(
            refund_id=self.pk,
            payment=self.payment.ref,
            refund_order_id=self.refund_order_id,
            amount=self.amount,
        )

    @property
    def ref(self) -> RefundRef:
        """How a network knows it, once it has been opened there."""
        return RefundRef(str(self.remote_id), self.payment.ref, self.pk)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def refundable_before(self) -> Money:
        """What was left of the payment before."""
        return Money(self.refundable_before_minor, self.currency)

    @property
    def refundable_after(self) -> Money:
        return self.refundable_before - self.amount

    @property
    def word(self) -> str:
        """The state in the contract's words."""
        return states.CONTRACT_WORDS[State(self.state)]

    @property
    def state_in_a_sentence(self) -> str:
        return State(self.state).in_a_sentence

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def is_requested(self) -> bool:
        return self.state == State.REQUESTED

    @property
    def is_at_mobilepay(self) -> bool:
        return self.state in states.REMOTE and not self.is_unsent

    @property
    def is_unsent(self) -> bool:
        """Whether only the portal has reserved it: a network that pays in one step is told when it is paid."""
        return self.state == State.RESERVED and self.remote_id is None and not self.is_in_doubt

    @property
    def is_paid(self) -> bool:
        return self.state in states.PAID

    @property
    def is_decided(self) -> bool:
        """Whether people at the desk want it paid; otherwise the till that asked for it still has to say so."""
        return self.origin == Origin.BACK_OFFICE or self.approvals_needed > 0

    @property
    def was_refused(self) -> bool:
        """Whether it ended without MobilePay ever having taken it."""
        return self.state == State.CANCELLED_BY_MOBILEPAY and self.remote_id is None

    @property
    def approvals(self) -> int:
        return sum(each is not None for each in (self.first_approver_id, self.second_approver_id))

    @property
    def why_it_waits(self) -> str:
        """In words, when it is not its amount that makes somebody approve it; else empty."""
        if self.ceiling == Ceiling.TERMINAL:
            return "This terminal has reached what it may give back by itself in a day"
        is_of_all = self.ceiling == Ceiling.TILLS
        return "All tills together have reached what they may give back by themselves in a day" if is_of_all else ""

    @property
    def people(self) -> set[int]:
        """Who has taken part in deciding; none of them can do so again."""
        return {each for each in (self.requester_id, self.first_approver_id, self.second_approver_id) if each}

    @property
    def is_to_be_reviewed(self) -> bool:
        """Whether somebody must look at an emergency approval; while another one may follow, there is no judging it."""
        return self.is_emergency and self.reviewer_id is None and not self.is_requested


class RefundEvent(Change):
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="events")
    cause = models.CharField(max_length=300)


class Notification(models.Model):
    """A letter that is owed about a refund, noted with the deed; a worker writes it to whoever still wants it."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Approval is asked for"
        NEWS = "news", "How the request fares"
        EMERGENCY = "emergency", "Approved in an emergency"

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=20, choices=State, help_text="The refund's at that time.")
    cause = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now, help_text="When to send it, or to try again.")
    sent_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="notice_kind_known", condition=Q(kind__in=["asked", "news", "emergency"])),
        )
        indexes = (models.Index(name="notice_due", fields=["due_at"], condition=Q(sent_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.refund_id}"
