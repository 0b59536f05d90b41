"""Somebody for each role, all with one password that the demo prints; and colleagues who only stand in the list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from portal import clock
from portal.accounts.models import Membership, User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.emails.models import Email
from portal.roles import Role
from terminals.models import Merchant, Store

PASSWORD = "try the portal"  # noqa: S105 - printed by the demo, which runs on this machine alone
PLATFORM = "pia@portal.example"


@dataclass(frozen=True)
class _Person:
    """`last_seen` is how long ago they signed in; who never did is still invited."""

    email: str
    name: str
    bio_code: str
    role: Role
    last_seen: timedelta | None
    stores: tuple[str, ...] = ()


_PLATFORM_LAST_SEEN = timedelta(days=6, hours=3)
_STAFF = [
    _Person("anna@kino.example", "Anna Holm", "KINO1", Role.ADMINISTRATOR, timedelta(hours=19)),
    _Person("carl@kino.example", "Carl Bech", "KINO1", Role.CLERK, timedelta(hours=3)),
    _Person(
        "stine@kino.example",
        "Stine Friis",
        "KINO1",
        Role.CLERK,
        timedelta(hours=1, minutes=40),
        ("Kino Nord Aarhus", "Kino Nord Randers"),
    ),
    _Person("asta@kino.example", "Asta Lund", "KINO1", Role.APPROVER, timedelta(minutes=50)),
    _Person("bent@kino.example", "Bent Dahl", "KINO1", Role.APPROVER, timedelta(days=1, hours=2)),
    _Person("otto@kino.example", "Otto Krogh", "KINO1", Role.AUDITOR, timedelta(days=12)),
    _Person("berta@bager.example", "Berta Juhl", "BAGER7", Role.ADMINISTRATOR, timedelta(days=2)),
    _Person("aino@kahvila.example", "Aino Virtanen", "KAHVI3", Role.ADMINISTRATOR, timedelta(days=4)),
]
# Nobody tries the demo as one of these: those who decide have a second factor, as they would.
_COLLEAGUES = [
    _Person("mette@kino.example", "Mette Ravn", "KINO1", Role.ADMINISTRATOR, timedelta(days=3, hours=5)),
    _Person("lars@kino.example", "Lars Winther", "KINO1", Role.APPROVER, timedelta(hours=22)),
    _Person("ida@kino.example", "Ida Kjær", "KINO1", Role.CLERK, timedelta(hours=5), ("Kino Nord Viborg",)),
    _Person("nanna@kino.example", "Nanna Toft", "KINO1", Role.CLERK, None, ("Kino Nord Aalborg",)),
]
_WITH_SECOND_FACTOR = {"mette@kino.example", "lars@kino.example"}


def hire() -> list[tuple[str, str]]:
    """Make the accounts; give each address that somebody may sign in with, and what its owner is."""
    now = clock.now()
    pia = people.create_platform_administrator(email=PLATFORM, name="Pia Skov", password=PASSWORD, by=COMMAND)
    _was_here(pia, now - _PLATFORM_LAST_SEEN)
    hired = [_hire(each, by=pia, now=now) for each in [*_STAFF, *_COLLEAGUES]]
    for membership in hired:
        if membership.user.email in _WITH_SECOND_FACTOR:
            TOTP.activate(membership.user, generate_totp_secret())
    # Whoever has come needs no letter any more; who is still invited has hers in the mailbox.
    Email.objects.exclude(to__in=[each.email for each in _COLLEAGUES if each.last_seen is None]).delete()
    return [(PLATFORM, "platform administrator"), *((each.user.email, _words(each)) for each in hired[: len(_STAFF)])]


def _hire(person: _Person, *, by: User, now: datetime) -> Membership:
    merchant = Merchant.objects.get(bio_code=person.bio_code)
    stores = list(Store.objects.for_merchant(merchant).filter(name__in=person.stores)) if person.stores else None
    membership = people.invite(
        merchant=merchant, email=person.email, name=person.name, role=person.role, stores=stores, by=by
    )
    if person.last_seen is not None:
        membership.user.set_password(PASSWORD)
        _was_here(membership.user, now - person.last_seen)
        Membership.objects.filter(pk=membership.pk).update(accepted_at=now - person.last_seen)
    return membership


def _was_here(user: User, at: datetime) -> None:
    user.last_login = at
    user.save(update_fields=["password", "last_login"])


def _words(membership: Membership) -> str:
    where = "" if membership.all_stores else f", {membership.stores.count()} stores"
    return f"{membership.get_role_display().lower()}, {membership.merchant.name}{where}"
