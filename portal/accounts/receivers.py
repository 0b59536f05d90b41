"""Writes what people do to their own passwords and second factors into the audit log."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from portal import clock
from portal.accounts import devices
from portal.accounts.models import User
from portal.accounts.services import codes
from portal.accounts.sessions import DEVICE, SIGNED_IN_AT
from portal.audit import services as audit
from portal.audit.actions import Action


@receiver([account_signals.password_changed, account_signals.password_reset, account_signals.password_set])
def on_password(*, user: User, **_details: Any) -> None:
    audit.record(Action.PASSWORD_CHANGED, by=user.actor, on=user, merchant_id=None)


@receiver(user_logged_in)
def on_signed_in(*, request: HttpRequest, **_details: Any) -> None:
    request.session[SIGNED_IN_AT] = clock.now().timestamp()
    request.session[DEVICE] = devices.name(request.headers.get("User-Agent", ""))


@receiver([factor_signals.authenticator_added, factor_signals.authenticator_reset])
def on_factor_added(*, request: HttpRequest, user: User, authenticator: Any, **_details: Any) -> None:
    _keep_signed_in(request, user)
    audit.record(Action.FACTOR_ADDED, by=user.actor, on=user, merchant_id=None, factor=_kind(authenticator))
    if _kind(authenticator) == Authenticator.Type.TOTP:
        # The code that proved the new app opens no door afterwards.
        codes.use_up(authenticator, code=request.POST["code"])


@receiver(factor_signals.authenticator_removed)
def on_factor_removed(*, request: HttpRequest, user: User, authenticator: Any, **_details: Any) -> None:
    _keep_signed_in(request, user)
    audit.record(Action.FACTOR_REMOVED, by=user.actor, on=user, merchant_id=None, factor=_kind(authenticator))


@receiver(factor_signals.authentication_failed)
def on_factor_failed(*, user: User, **_details: Any) -> None:
    audit.record(Action.SIGN_IN_FAILED, by=user.actor, on=user, merchant_id=None, factor="second factor")


def _keep_signed_in(request: HttpRequest, user: User) -> None:
    """End all other sessions: the one at hand has just proved what changed."""
    # Read anew: what was handed over still counts the factors as they were.
    update_session_auth_hash(request, User.objects.get(pk=user.pk))


def _kind(authenticator: Any) -> str:
    # allauth hands over the row itself, or its own object around it.
    return str(getattr(authenticator, "instance", authenticator).type)
