"""What people fill in about refunds; whether it may be done is the services' business."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from payments.models import Payment
from portal.money import Money
from portal.web.forms import FreshForm, MoneyField, NoteField, ReasonField
from refunds.models import Policy, Refund, longest_window
from refunds.services.rules import NAMES
from refunds.states import RefundReason, Review

# A till's word, not one for people.
_REASONS = [choice for choice in RefundReason.choices if choice[0] != RefundReason.TILL]


class AskForm(forms.Form):
    """How much of a payment to give back, and why."""

    # Sent twice, the same form is one request.
    order = forms.UUIDField(widget=forms.HiddenInput)
    amount = MoneyField(currency="DKK")
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *_REASONS])
    note = NoteField(required=False, help_text="Whoever approves it reads this.")

    def __init__(self, data: QueryDict | None = None, *, payment: Payment) -> None:
        super().__init__(data, initial={"order": uuid4()})
        self.fields["amount"] = MoneyField(
            currency=payment.currency, label=f"Amount in {payment.currency}", initial=payment.refundable
        )

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if self.cleaned_data.get("reason") == RefundReason.OTHER and not note:
            raise ValidationError("Say what the reason is.")
        return note


class ApproveForm(FreshForm):
    """Whether the request is approved as the page shows it."""

    def __init__(self, data: QueryDict | None = None, *, refund: Refund) -> None:
        payment = refund.payment
        current = {
            "state": refund.state,
            "approvals": refund.approvals,
            "payment": payment.state,
            "left": payment.refundable.minor,
        }
        super().__init__(data, current=current)
        self._payment = payment

    def now(self) -> str:
        return f"{self._payment.refundable} are left of the payment now"


class ApproveInEmergencyForm(ApproveForm):
    reason = ReasonField(help_text="Somebody else reads it when they review what you did.")


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(choices=Review.choices, widget=forms.RadioSelect)
    note = ReasonField(help_text="It stays with the refund.")


class PolicyForm(FreshForm):
    """A merchant's rules for refunds in one currency."""

    till_limit = MoneyField(currency="DKK", required=False)
    terminal_day_limit = MoneyField(currency="DKK", required=False)
    tills_day_limit = MoneyField(currency="DKK", required=False)
    desk_limit = MoneyField(currency="DKK", required=False)
    two_approvers_above = MoneyField(currency="DKK", required=False)
    person_day_limit = MoneyField(currency="DKK", required=False)
    day_limit = MoneyField(currency="DKK", required=False)
    lifetime_hours = forms.IntegerField(
        label="Requests lapse after, in hours", min_value=1, max_value=14 * 24, help_text="Unless somebody decides."
    )
    window_days = forms.IntegerField(label="Refunds are possible for, in days", min_value=1)
    opens_at = forms.TimeField(label="Shops open at", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    closes_at = forms.TimeField(
        label="and close at",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="A request that comes in outside these hours is marked for whoever approves it.",
    )

    _LIMITS: ClassVar = {
        "till_limit": "Empty: every refund at a till waits for approval.",
        "terminal_day_limit": "What is more waits for approval, whatever its amount. Empty: no limit.",
        "tills_day_limit": "The same for all of them. Empty: no limit.",
        "desk_limit": "Empty: every refund at the desk needs one.",
        "two_approvers_above": "Empty: one is always enough.",
        "person_day_limit": "Empty: no limit.",
        "day_limit": "Tills included. Empty: no limit.",
    }

    def __init__(self, data: QueryDict | None = None, *, policy: Policy) -> None:
        current: dict[str, Any] = {
            "lifetime_hours": policy.lifetime // timedelta(hours=1),
            "window_days": policy.window.days,
            "opens_at": policy.opens_at,
            "closes_at": policy.closes_at,
        }
        for name in self._LIMITS:
            amount: Money | None = getattr(policy, name)
            current[name] = amount if amount and amount.minor else None
        super().__init__(data, current=current)
        longest = longest_window(policy.merchant).days
        self.fields["window_days"] = forms.IntegerField(
            label="Refunds are possible for, in days",
            min_value=1,
            max_value=longest,
            help_text=f"Counted from the capture; MobilePay allows {longest} days.",
        )
        for name, help_text in self._LIMITS.items():
            label = f"{NAMES[f'{name}_minor']} ({policy.currency})"
            field = MoneyField(currency=policy.currency, required=False, label=label, help_text=help_text)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        free, second = cleaned.get("desk_limit"), cleaned.get("two_approvers_above")
        if free and second and second.minor < free.minor:
            self.add_error("two_approvers_above", "This cannot be less than what needs no approver at all.")
        at_once = cleaned.get("till_limit")
        if at_once and second and second.minor < at_once.minor:
            self.add_error("two_approvers_above", "This cannot be less than what tills give back at once.")
        return cleaned

    @property
    def rules(self) -> dict[str, Any]:
        given = self.cleaned_data
        minor = {f"{name}_minor": given[name].minor if given[name] else None for name in self._LIMITS}
        # Nothing at all is let through without an approver, rather than anything.
        none = {name: minor[name] or 0 for name in ("till_limit_minor", "desk_limit_minor")}
        return {
            **minor,
            **none,
            "lifetime": timedelta(hours=given["lifetime_hours"]),
            "window": timedelta(days=given["window_days"]),
            "opens_at": given["opens_at"],
            "closes_at": given["closes_at"],
        }
