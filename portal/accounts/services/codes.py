"""Codes of authenticator apps: each is taken once in all its validity, and none that is older than one taken."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import IntegrityError, transaction

from portal import encryption
from portal.accounts.models import LastCode


def use_up(factor: Authenticator, *, code: str) -> bool:
    """Whether a code that is right was not taken before; from now on it was. Recovery codes see to that themselves."""
    if factor.type != Authenticator.Type.TOTP:
        return True
    secret = encryption.decrypt(factor.data["secret"])
    shown = [each for each in yield_hotp_counters_from_time() if _is_right(code, secret, each)]
    return bool(shown) and _take(factor, max(shown))


def _is_right(code: str, secret: str, counter: int) -> bool:
    return bool(compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))))


def _take(factor: Authenticator, counter: int) -> bool:
    """A row decides, and not a cache: caches forget."""
    if LastCode.objects.filter(pk=factor.pk, counter__lt=counter).update(counter=counter):
        return True
    try:
        with transaction.atomic():
            LastCode.objects.create(factor=factor, counter=counter)
    except IntegrityError:
        return False
    return True
