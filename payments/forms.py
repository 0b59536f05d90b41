"""What people fill in about a payment; whether it may be done is the services' business."""

from django import forms
from django.http import QueryDict

from payments.models import Payment
from payments.services.captures import must_be_whole
from portal.web.forms import MoneyField


class CaptureForm(forms.Form):
    """How much of the reserved money to take: all of it, unless somebody writes less."""

    def __init__(self, data: QueryDict | None = None, *, payment: Payment) -> None:
        super().__init__(data)
        self.fields["amount"] = MoneyField(
            currency=payment.currency, label=f"Amount in {payment.currency}", initial=payment.amount
        )
        if must_be_whole(payment):
            self.fields["amount"].help_text = "MobilePay allows no partial capture of this payment."
