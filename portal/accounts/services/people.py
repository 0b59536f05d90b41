"""Who works for a merchant as what: invited, changed, removed; nobody gives what they do not hold."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from portal.accounts import addresses
from portal.accounts.models import Membership, User
from portal.accounts.scope import Grant
from portal.accounts.services import invitations, powers
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import NotFound, PortalError
from portal.roles import DECIDING, Role

if TYPE_CHECKING:
    from terminals.models import Merchant, Store


class MayNotGrant(PortalError):
    code = "may_not_grant"
    status = 403

    def __init__(self) -> None:
        super().__init__("You can give and take away only what you hold yourself. Nothing was changed.")


class AlreadyMember(PortalError):
    code = "already_member"

    def __init__(self, email: str) -> None:
        # Not as what: an administrator of some stores does not know of all roles.
        super().__init__(
            f"{email} works here already. Change the role in the list, or ask an administrator of all stores; "
            "nothing was sent."
        )


class OwnMembership(PortalError):
    """One's own role, by whatever account of one's mailbox."""

    code = "own_membership"

    def __init__(self) -> None:
        super().__init__("Nobody changes or removes their own role: ask another administrator. Nothing was changed.")


class LastAdministrator(PortalError):
    code = "last_administrator"

    def __init__(self, membership: Membership) -> None:
        super().__init__(
            f"{membership.person.name} is the only administrator of all stores. Make somebody else one first; "
            "nothing was changed."
        )


class NoMembership(NotFound):
    code = "membership_not_found"

    def __init__(self) -> None:
        super().__init__("Somebody else has removed this person already. Nothing more was changed.")


class AccountExists(PortalError):
    code = "account_exists"

    def __init__(self, email: str) -> None:
        super().__init__(f"There is an account for {email} already. Nothing was changed.")


@transaction.atomic
def create_platform_administrator(*, email: str, name: str, password: str | None, by: Actor) -> User:
    """Make the account of somebody who runs the portal; without a password they get a letter to set one.

    Raises AddressRefused and AccountExists.
    """
    others = list(User.objects.platform_administrators())
    user = _new_user(email=email, name=name, is_platform_administrator=True)
    if user is None:
        raise AccountExists(email)
    if password is None:
        invitations.write_to_platform(user=user)
    else:
        user.set_password(password)
        user.save()
    audit.record(Action.PERSON_INVITED, by=by, on=user, merchant_id=None, role="platform administrator")
    powers.tell(others, f"{user} has become a platform administrator, by {by.name} on the portal's machine.")
    return user


@transaction.atomic
def invite(
    *, merchant: "Merchant", email: str, name: str, role: Role, stores: "Iterable[Store] | None", by: User
) -> Membership:
    """Give somebody a role, an account if they have none, and a letter; `stores=None` means all of them.

    Raises MayNotGrant, AddressRefused and AlreadyMember.
    """
    stores = None if stores is None else list(stores)
    _require_may_give(by, merchant, role, stores)
    watching = powers.watching(merchant=merchant, by=by)
    email = addresses.read(email)
    user = _new_user(email=email, name=name) or User.objects.get(email=email)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, merchant_id=merchant.pk, role=role, all_stores=stores is None, invited_as=name
            )
    except IntegrityError as error:
        raise AlreadyMember(user.email) from error
    membership.stores.set(stores or [])
    details = _facts(role, stores)
    audit.record(Action.PERSON_INVITED, by=by.actor, on=membership.person, merchant_id=merchant.pk, **details)
    invitations.write(membership=membership, by=by)
    if role in DECIDING:
        powers.tell_of(membership, "is invited by", by, watching)
    return membership


@transaction.atomic
def change(*, membership: Membership, role: Role, stores: "Iterable[Store] | None", by: User) -> Membership:
    """Give somebody another role or other stores; raises OwnMembership, MayNotGrant, LastAdministrator."""
    stores = None if stores is None else list(stores)
    held = _held(membership, by=by)
    grant = _require_may_give(by, held.merchant, role, stores)
    if grant == held.grant:
        return held
    if grant.role != Role.ADMINISTRATOR or grant.stores is not None:
        _require_another_administrator(held, by=by)
    watching = powers.watching(merchant=held.merchant, by=by)
    before = {"before": _facts(Role(held.role), None if held.all_stores else list(held.stores.all()))}
    decided = held.role in DECIDING
    held.role, held.all_stores = role, stores is None
    held.save()
    held.stores.set(stores or [])
    details = _facts(role, stores)
    audit.record(Action.PERSON_CHANGED, by=by.actor, on=held.person, merchant_id=held.merchant_id, **details, **before)
    if decided or role in DECIDING:
        powers.tell_of(held, "was changed by", by, watching)
    return held


@transaction.atomic
def remove(*, membership: Membership, by: User) -> None:
    """Take somebody's role away; it ends with their next request. Raises what `change` raises."""
    held = _held(membership, by=by)
    _require_another_administrator(held, by=by)
    watching = powers.watching(merchant=held.merchant, by=by)
    details = _facts(Role(held.role), None if held.all_stores else list(held.stores.all()))
    if held.role in DECIDING:
        powers.tell_of(held, "was removed by", by, watching)
    audit.record(Action.PERSON_REMOVED, by=by.actor, on=held.person, merchant_id=held.merchant_id, **details)
    held.delete()


def _new_user(*, email: str, name: str, is_platform_administrator: bool = False) -> User | None:
    """A new account that nobody can sign in to yet; None when the address has one."""
    user = User(email=addresses.read(email), name=name, is_platform_administrator=is_platform_administrator)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return None
    return user


def _held(membership: Membership, *, by: User) -> Membership:
    """The membership as it is now, when this person may touch it; the merchant is held, so that two take turns."""
    type(membership.merchant).objects.select_for_update(no_key=True).get(pk=membership.merchant_id)
    held: Membership | None = Membership.objects.with_people().filter(pk=membership.pk).first()
    if held is None:
        raise NoMembership
    if held.user.is_same_person_as(by):
        raise OwnMembership
    _require_may_give(by, held.merchant, Role(held.role), None if held.all_stores else list(held.stores.all()))
    return held


def _require_may_give(by: User, merchant: "Merchant", role: Role, stores: "list[Store] | None") -> Grant:
    """The grant that is to be given or taken away; nobody's are the stores of another merchant."""
    grant = Grant(role, None if stores is None else frozenset(store.pk for store in stores))
    own = by.scope.at(merchant.pk)
    is_own = all(store.merchant_id == merchant.pk for store in stores or ())
    if own is None or not own.may_give(grant) or not is_own:
        raise MayNotGrant
    return grant


def _require_another_administrator(held: Membership, *, by: User) -> None:
    if by.is_platform_administrator or held.role != Role.ADMINISTRATOR or not held.all_stores:
        return
    if not Membership.objects.for_merchant(held.merchant).whole_administrators().exclude(pk=held.pk).exists():
        raise LastAdministrator(held)


def _facts(role: Role, stores: "list[Store] | None") -> dict[str, str]:
    named = "all stores" if stores is None else ", ".join(sorted(str(store) for store in stores))
    return {"role": role.value, "stores": named}
