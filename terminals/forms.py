"""What people fill in about merchants, terminals and tokens; whether it may be done is the services' business."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict

from portal.accounts.models import User
from portal.mobilepay import charset
from portal.money import CURRENCIES
from portal.web.forms import FreshForm, NameField, ReasonField
from terminals.import_file import VAT_NUMBER
from terminals.models import Merchant, PointOfSale, Store, Terminal

_CURRENCIES = [(currency, currency) for currency in CURRENCIES]
_LONGEST_OVERLAP = timedelta(hours=24)


class MobilePayTextField(forms.CharField):
    """1 to 36 of the characters that MobilePay takes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=charset.MAX_LENGTH, **options)
        self.validators.append(_require_known_characters)


def _require_known_characters(value: str) -> None:
    # What is too long is told so by the field itself.
    if not charset.is_valid(value[: charset.MAX_LENGTH]):
        raise ValidationError("MobilePay takes no line breaks, emoji or foreign scripts here.")


class _StoreField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable when it runs
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def _stores(merchant: Merchant, user: User) -> Any:
    return Store.objects.visible_to(user).for_merchant(merchant).order_by("name", "pk")


class AddTerminalForm(forms.Form):
    store = _StoreField(queryset=Store.objects.none(), empty_label="Choose a store")
    name = MobilePayTextField(help_text="As it stands on the register, such as Kasse 3.")
    terminal_id = MobilePayTextField(
        label="Terminal id", help_text="What the till calls itself; keep this one unless the till has its own."
    )

    def __init__(self, data: QueryDict | None = None, *, merchant: Merchant, user: User) -> None:
        super().__init__(data, initial={"terminal_id": uuid4()})
        self.fields["store"].queryset = _stores(merchant, user)  # type: ignore[attr-defined] # a choice field


class ChangeTerminalForm(FreshForm):
    store = _StoreField(queryset=Store.objects.none(), empty_label=None)
    name = MobilePayTextField()

    def __init__(self, data: QueryDict | None = None, *, terminal: Terminal, user: User) -> None:
        current = {"store": terminal.store_id, "name": terminal.name}
        super().__init__(data, current=current)
        self.fields["store"].queryset = _stores(terminal.merchant, user)  # type: ignore[attr-defined]
        self._terminal = terminal

    def now(self) -> str:
        return f"it is now called {self._terminal.name}, in {self._terminal.store.name}"


class AddMerchantForm(forms.Form):
    name = NameField()
    bio_code = MobilePayTextField(
        label="bioCode", help_text="What its tills call the merchant; it cannot be changed later."
    )
    vat_number = forms.CharField(
        label="VAT number",
        max_length=14,
        validators=[RegexValidator(VAT_NUMBER, "A country code and 8 digits, such as DK12345678.")],
        help_text="MobilePay knows the merchant by it; it cannot be changed later.",
    )
    currencies = forms.MultipleChoiceField(choices=_CURRENCIES, widget=forms.CheckboxSelectMultiple)
    time_zone = forms.ChoiceField(choices=Merchant.TimeZone.choices)


class MerchantDetailsForm(FreshForm):
    name = NameField()
    currencies = forms.MultipleChoiceField(choices=_CURRENCIES, widget=forms.CheckboxSelectMultiple)
    time_zone = forms.ChoiceField(choices=Merchant.TimeZone.choices)

    def __init__(self, data: QueryDict | None = None, *, merchant: Merchant) -> None:
        current = {"name": merchant.name, "currencies": merchant.currencies, "time_zone": merchant.time_zone}
        super().__init__(data, current=current)


class PoliciesForm(FreshForm):
    """How the merchant's tills are treated, and what is asked of its people."""

    payment_timeout_minutes = forms.IntegerField(
        label="Payment time-out, in minutes",
        min_value=1,
        max_value=60,
        help_text="A payment that its till has forgotten is cancelled this long after it last moved.",
    )
    token_overlap_hours = forms.IntegerField(
        label="Token overlap, in hours",
        min_value=0,
        max_value=int(_LONGEST_OVERLAP / timedelta(hours=1)),
        help_text="How long a replaced access token may still be used.",
    )
    answers_always_200 = forms.BooleanField(
        label="Answer tills with HTTP 200 even when refusing",
        required=False,
        help_text="For old tills that read a refusal's reason only then.",
    )

    second_factor_for_all = forms.BooleanField(
        label="Everybody needs a second factor",
        required=False,
        help_text="Clerks and auditors too: who has none is asked to add one with their next click.",
    )

    def __init__(self, data: QueryDict | None = None, *, merchant: Merchant) -> None:
        current = {
            "payment_timeout_minutes": int(merchant.payment_timeout / timedelta(minutes=1)),
            "token_overlap_hours": int(merchant.token_overlap / timedelta(hours=1)),
            "answers_always_200": merchant.answers_always_200,
            "second_factor_for_all": merchant.second_factor_for_all,
        }
        super().__init__(data, current=current)

    @property
    def policies(self) -> dict[str, Any]:
        return {
            "payment_timeout": timedelta(minutes=self.cleaned_data["payment_timeout_minutes"]),
            "token_overlap": timedelta(hours=self.cleaned_data["token_overlap_hours"]),
            "answers_always_200": self.cleaned_data["answers_always_200"],
            "second_factor_for_all": self.cleaned_data["second_factor_for_all"],
        }


class DeletePosForm(FreshForm):
    """Whether the point of sale that the question was about is to go."""

    def __init__(self, data: QueryDict | None = None, *, pos: PointOfSale | None) -> None:
        super().__init__(data, current={"pos": pos.pk if pos else None})

    def now(self) -> str:
        return "the terminal has another point of sale by now, or none"


class ResetTokenForm(FreshForm):
    """Why the token is replaced, and whether the old one may be used a while longer."""

    reason = ReasonField()
    keeps_old = forms.BooleanField(required=False, initial=True)

    def __init__(self, data: QueryDict | None = None, *, merchant: Merchant, lookup_id: str) -> None:
        super().__init__(data, current={"lookup_id": lookup_id})
        hours = int(merchant.token_overlap / timedelta(hours=1))
        if hours:
            self.fields["keeps_old"].label = f"The old token works for {hours} hour{'s' if hours > 1 else ''} more"
        else:
            del self.fields["keeps_old"]

    def now(self) -> str:
        return "the merchant has another access token by now"
