"""The forms at the door that differ from allauth's: what is asked without an account, and codes that are good once."""

from collections.abc import Callable
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from portal import clock
from portal.accounts.models import Knock
from portal.accounts.services import codes, knocks


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    """Notes what was asked; whether there is such an account is a worker's business."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **_options: Any) -> str:  # noqa: ARG002 - allauth's signature
        email = str(self.cleaned_data["email"])
        knocks.note(Knock.Kind.FORGOTTEN_PASSWORD, email=email, now=clock.now())
        return email


class _UsedUp:
    """An authenticator app's code is taken once, at whichever of the two doors."""

    user: Any
    authenticator: Any
    _emit_authentication_failed: Callable[[Any], None]

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not codes.use_up(self.authenticator, code=code):
            # It counts like a wrong one: whoever has looked over a shoulder does not get to guess more often.
            check_rate_limit(self.user)
            self._emit_authentication_failed(self.authenticator)
            raise ValidationError("This code was taken already. Wait until the app shows the next one.")
        return code


class SecondFactorForm(_UsedUp, AuthenticateForm):  # type: ignore[misc]
    """At sign-in."""


class SecondFactorAgainForm(_UsedUp, ReauthenticateForm):  # type: ignore[misc]
    """Before something that gives power."""
