"""Where somebody is signed in, and how they end that elsewhere."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction

from portal.accounts.models import User
from portal.accounts.sessions import Session
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.errors import NotFound


class SessionOver(NotFound):
    code = "session_not_found"

    def __init__(self) -> None:
        super().__init__("That session has ended already. Nothing more was done.")


def live(*, user: User, now: datetime) -> list[Session]:
    """The sessions that would let their holder in, the one last seen first.

    What a changed password or second factor has ended stays in the table until it is tried or cleaned away.
    """
    proofs = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    begun = user.sessions.filter(signed_in_at__gt=now - settings.SESSION_LIFETIME).order_by("-last_seen_at", "pk")
    return [session for session in begun if session.get_decoded().get(HASH_SESSION_KEY) in proofs]


@transaction.atomic
def end(*, user: User, handle: str, at_hand: str | None, now: datetime) -> Session:
    """End one of the person's other sessions, from its next request on; raises SessionOver.

    The one at hand ends by signing out.
    """
    for session in live(user=user, now=now):
        if session.handle == handle and session.session_key != at_hand:
            _end(session, user)
            return session
    raise SessionOver


@transaction.atomic
def end_others(*, user: User, at_hand: str | None, now: datetime) -> int:
    """End all but the session at hand, and say how many these were."""
    others = [session for session in live(user=user, now=now) if session.session_key != at_hand]
    for session in others:
        _end(session, user)
    return len(others)


def _end(session: Session, user: User) -> None:
    details = {"device": session.device, "last_seen_from": session.network_address}
    session.delete()
    audit.record(Action.SESSION_ENDED, by=user.actor, on=user, merchant_id=None, **details)
