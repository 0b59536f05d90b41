"""Somebody for each role, all with one password that the demo prints."""

from portal import clock
from portal.accounts.models import Membership, User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.emails.models import Email
from portal.roles import Role
from terminals.models import Merchant, Store

PASSWORD = "try the portal"  # noqa: S105 - printed by the demo, which runs on this machine alone
PLATFORM = "pia@portal.example"
_STAFF = [
    ("anna@kino.example", "Anna Holm", "KINO1", Role.ADMINISTRATOR, None),
    ("carl@kino.example", "Carl Bech", "KINO1", Role.CLERK, None),
    ("stine@kino.example", "Stine Friis", "KINO1", Role.CLERK, ["Kino Nord Aarhus", "Kino Nord Randers"]),
    ("asta@kino.example", "Asta Lund", "KINO1", Role.APPROVER, None),
    ("bent@kino.example", "Bent Dahl", "KINO1", Role.APPROVER, None),
    ("otto@kino.example", "Otto Krogh", "KINO1", Role.AUDITOR, None),
    ("berta@bager.example", "Berta Juhl", "BAGER7", Role.ADMINISTRATOR, None),
    ("aino@kahvila.example", "Aino Virtanen", "KAHVI3", Role.ADMINISTRATOR, None),
]


def hire() -> list[tuple[str, str]]:
    """Make the accounts; give each address with what its owner is."""
    pia = people.create_platform_administrator(email=PLATFORM, name="Pia Skov", password=PASSWORD, by=COMMAND)
    hired = [(PLATFORM, "platform administrator")]
    for email, name, bio_code, role, towns in _STAFF:
        merchant = Merchant.objects.get(bio_code=bio_code)
        stores = None if towns is None else list(Store.objects.for_merchant(merchant).filter(name__in=towns))
        membership = people.invite(merchant=merchant, email=email, name=name, role=role, stores=stores, by=pia)
        _set_password(membership.user)
        hired.append((email, _words(membership)))
    Membership.objects.update(accepted_at=clock.now())
    # Nobody here waits for an invitation.
    Email.objects.all().delete()
    return hired


def _set_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def _words(membership: Membership) -> str:
    where = "" if membership.all_stores else f", {membership.stores.count()} stores"
    return f"{membership.get_role_display().lower()}, {membership.merchant.name}{where}"
