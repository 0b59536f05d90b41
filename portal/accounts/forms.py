"""What administrators fill in about people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from portal.accounts import addresses
from portal.accounts.addresses import AddressRefused
from portal.accounts.models import Membership
from portal.roles import Role
from portal.web.forms import FreshForm, NameField

_HELP = "Administrators do everything; clerks look up and ask for refunds; approvers decide; auditors only read."


class _StoresField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not subscriptable when it runs
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from error


class AddressField(forms.CharField):
    """An e-mail address in the one spelling that accounts have."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> Any:
        try:
            return addresses.read(super().clean(value))
        except AddressRefused as refusal:
            raise ValidationError(refusal.message) from refusal


class _RoleFields(forms.Form):
    """A role, for all stores or for some; a giver who is limited to stores gives no more than these."""

    role = forms.ChoiceField(choices=Role.choices, initial=Role.CLERK, help_text=_HELP)
    all_stores = forms.BooleanField(label="For all stores, those to come included", required=False)
    stores = _StoresField(
        queryset=Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="Or for these"
    )

    def offer(self, *, stores: Any, may_give_whole: bool) -> None:
        field: Any = self.fields["stores"]
        field.queryset = stores
        if not may_give_whole:
            del self.fields["all_stores"]
            field.label = "For these stores"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        all_stores, stores = cleaned.get("all_stores", False), cleaned.get("stores")
        if all_stores == bool(stores):
            raise ValidationError("Choose all stores, or the ones it is for.")
        return cleaned

    @property
    def grant(self) -> dict[str, Any]:
        all_stores = self.cleaned_data.get("all_stores", False)
        return {"role": Role(self.cleaned_data["role"]), "stores": None if all_stores else self.cleaned_data["stores"]}


class InviteForm(_RoleFields):
    field_order = ("email", "name", "role", "all_stores", "stores")

    email = AddressField(label="E-mail address", max_length=addresses.LENGTH)
    name = NameField()


class ChangeRoleForm(FreshForm, _RoleFields):
    def __init__(self, data: QueryDict | None = None, *, membership: Membership) -> None:
        self._membership = membership
        current = {
            "role": membership.role,
            "all_stores": membership.all_stores,
            "stores": sorted(store.pk for store in membership.stores.all()),
        }
        super().__init__(data, current=current)

    def now(self) -> str:
        places = "all stores" if self._membership.all_stores else "some stores"
        return f"the role is {self._membership.get_role_display().lower()} now, for {places}"
