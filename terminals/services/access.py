"""Access tokens: prove, issue, reset, revoke, and the enrolment window."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor, ActorKind
from portal.database.compiled_queries import CompiledQuery
from portal.errors import PortalError
from terminals.models import AccessToken, Merchant
from terminals.tokens import NOBODY, TokenText

ENROLMENT_WINDOW = timedelta(minutes=15)


class NotAuthenticated(PortalError):
    """One answer for an unknown merchant, a wrong or ended access token, and none at all."""

    code = "not_authenticated"
    status = 401

    def __init__(self) -> None:
        super().__init__("The merchant or the access token is not valid. Nothing was done.")


class MerchantDisabled(PortalError):
    """The merchant is switched off in the portal."""

    code = "merchant_disabled"
    status = 403

    def __init__(self) -> None:
        super().__init__("This merchant is switched off in the portal. Nothing was done; call the service desk.")


class EnrolmentClosed(PortalError):
    """No administrator holds the enrolment window open, so no token is given without proof."""

    code = "enrolment_closed"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "No access token can be created now. Ask an administrator to open the enrolment window, then try again."
        )


class TokenExists(PortalError):
    """The merchant has an access token already: reset it with that one."""

    code = "token_exists"

    def __init__(self) -> None:
        super().__init__("The merchant has an access token already. Reset it with the previous one instead.")


class TokenReplaced(PortalError):
    code = "token_replaced"

    def __init__(self) -> None:
        super().__init__("Somebody else has replaced the access token just now. Nothing more was done.")


@dataclass(frozen=True, slots=True)
class Till:
    """Who is calling: a merchant's token, and the actor it is in the audit log."""

    merchant: Merchant
    token: AccessToken
    actor: Actor


_live_token = CompiledQuery(
    lambda lookup_id, now: AccessToken.objects.live(now).select_related("merchant").filter(lookup_id=lookup_id),
    lookup_id="",
    now=datetime.min.replace(tzinfo=UTC),
)


def authenticate(*, token: str, bio_code: str | None, credential_source: str, now: datetime) -> Till:
    """Find out which merchant's till is calling, or raise NotAuthenticated, whatever is wrong.

    `credential_source` names how the till called, such as `POST header`. Raises MerchantDisabled after a good proof.
    """
    offered = TokenText.read(token)
    wanted = offered or NOBODY
    found = _live_token.first(lookup_id=wanted.lookup_id, now=now)
    is_right = wanted.matches(bytes(found.digest) if found else bytes(32))
    if offered is None or found is None or not is_right or bio_code not in (None, found.merchant.bio_code):
        raise NotAuthenticated
    if not found.merchant.is_active:
        raise MerchantDisabled
    if bytes(found.digest) != wanted.digest:
        # Hashed with an older pepper, which can go once every token has been seen again.
        AccessToken.objects.filter(pk=found.pk).update(digest=wanted.digest)
    return Till(found.merchant, found, till_actor(found.lookup_id, credential_source=credential_source))


def till_actor(lookup_id: str, *, credential_source: str) -> Actor:
    return Actor(ActorKind.TILL, lookup_id, credential_source)


def enrol(*, bio_code: str, credential_source: str, now: datetime) -> str:
    """Create the merchant's token without proof, once, while the enrolment window is open; give its text.

    A merchant that does not exist has no window open, and that is all a stranger is told.
    """
    merchant = Merchant.objects.filter(bio_code=bio_code, is_active=True).first()
    if merchant is None:
        raise EnrolmentClosed
    # Looked at before anything is locked: a stranger's call must not hold up the merchant's tills.
    _require_window(merchant, now=now)
    with transaction.atomic():
        merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        _require_window(merchant, now=now)
        return issue(merchant=merchant, by=till_actor("enrolment", credential_source=credential_source))


def _require_window(merchant: Merchant, *, now: datetime) -> None:
    # Who has proved nothing learns about tokens only while an administrator waits for the call.
    if not merchant.enrolment_ends_after(now):
        raise EnrolmentClosed
    if AccessToken.objects.live(now).filter(merchant=merchant).exists():
        raise TokenExists


@transaction.atomic
def issue(*, merchant: Merchant, by: Actor) -> str:
    """Create the merchant's current token and give its text, the only time it is known; refuse a second one."""
    made = TokenText.make()
    try:
        with transaction.atomic():
            token = AccessToken.objects.create(merchant=merchant, lookup_id=made.lookup_id, digest=made.digest)
    except IntegrityError as error:
        raise TokenExists from error
    # Whoever waits at an open window would get nothing any more.
    Merchant.objects.filter(pk=merchant.pk).exclude(enrolment_open_until=None).update(enrolment_open_until=None)
    audit.record(Action.TOKEN_ISSUED, by=by, on=token, merchant_id=merchant.pk)
    return made.text


@transaction.atomic
def reset(
    *,
    merchant: Merchant,
    previous: AccessToken | None,
    by: Actor,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> str:
    """Replace the merchant's tokens and give the new one's text.

    The presented token lives on for the merchant's overlap; one that was overlapping already keeps its end,
    and the token nobody has seen, of a reset whose answer was lost, stops at once. `seen` is the lookup id of the
    token that a person means to replace: raises TokenReplaced when it is another by now.
    """
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if seen is not None and not AccessToken.objects.for_merchant(merchant).current().filter(lookup_id=seen).exists():
        raise TokenReplaced
    if previous is not None and not AccessToken.objects.live(now).filter(pk=previous.pk).exists():
        raise NotAuthenticated
    others = AccessToken.objects.live(now).filter(merchant=merchant)
    if previous is not None:
        others = others.exclude(pk=previous.pk)
        overlap_ends = previous.expires_at or now + merchant.token_overlap
        AccessToken.objects.filter(pk=previous.pk).update(expires_at=overlap_ends)
    others.update(revoked_at=now)
    audit.record(Action.TOKEN_RESET, by=by, on=previous or merchant, merchant_id=merchant.pk, reason=reason)
    return issue(merchant=merchant, by=by)


def reset_with(*, token: str, bio_code: str | None, credential_source: str, now: datetime) -> str:
    """Reset by the previous token alone; raises NotAuthenticated when it is not valid."""
    till = authenticate(token=token, bio_code=bio_code, credential_source=credential_source, now=now)
    return reset(merchant=till.merchant, previous=till.token, by=till.actor, now=now)


@transaction.atomic
def revoke(*, token: AccessToken, by: Actor, now: datetime, reason: str) -> None:
    """Stop a token at once; running it again changes nothing."""
    if AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        audit.record(Action.TOKEN_REVOKED, by=by, on=token, merchant_id=token.merchant_id, reason=reason)


@transaction.atomic
def open_enrolment(*, merchant: Merchant, by: Actor, now: datetime) -> datetime:
    """Let one till create the merchant's token without proof for a quarter of an hour; give the end.

    Raises TokenExists.
    """
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if AccessToken.objects.live(now).filter(merchant=merchant).exists():
        raise TokenExists
    until = now + ENROLMENT_WINDOW
    Merchant.objects.filter(pk=merchant.pk).update(enrolment_open_until=until)
    audit.record(Action.ENROLMENT_OPENED, by=by, on=merchant, merchant_id=merchant.pk, until=until.isoformat())
    return until


@transaction.atomic
def close_enrolment(*, merchant: Merchant, by: Actor) -> None:
    """Take an open enrolment window back."""
    if Merchant.objects.filter(pk=merchant.pk).exclude(enrolment_open_until=None).update(enrolment_open_until=None):
        audit.record(Action.ENROLMENT_CLOSED, by=by, on=merchant, merchant_id=merchant.pk)
