"""For whoever has lost phone and codes: their second factor goes, and their password with it.

Only who reads their mailbox sets a new one: docs/decisions/0081-lost-phone-and-codes.md says why.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from portal.accounts.models import Membership, User
from portal.accounts.scope import ADMINISTRATOR
from portal.accounts.services import invitations, powers
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.emails import services as emails
from portal.errors import PortalError

SUBJECT = "[PoS Portal] Your second factor was removed"


class NoSecondFactor(PortalError):
    code = "no_second_factor"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no second factor here that could be removed. Nothing was changed.")


class OwnSecondFactor(PortalError):
    """One's own, by whatever account of one's mailbox."""

    code = "own_second_factor"

    def __init__(self) -> None:
        super().__init__("Your own second factor you change on your Security page. Nothing was changed.")


class MayNotRemoveSecondFactor(PortalError):
    code = "may_not_remove_second_factor"
    status = 403


def refusal(*, membership: Membership, by: User) -> PortalError | None:
    """Why this person cannot remove the other's second factor; None when they can."""
    user = membership.user
    if user.is_same_person_as(by):
        return OwnSecondFactor()
    if membership.accepted_at is None or not user.factors:
        # Before they have come, an account that they have elsewhere looks like none.
        return NoSecondFactor(membership.person.name)
    if by.scope.at(membership.merchant_id) != ADMINISTRATOR:
        return MayNotRemoveSecondFactor(
            "Only an administrator of all stores can remove a second factor. Nothing was changed."
        )
    if not by.is_platform_administrator and _has_power_elsewhere(user, by):
        # Not why: where else somebody works is nobody's business.
        return MayNotRemoveSecondFactor(
            f"The second factor of {user.name} can be removed by a platform administrator only. Nothing was changed."
        )
    return None


@transaction.atomic
def remove(*, membership: Membership, reason: str, by: User, now: datetime) -> None:
    """Remove a colleague's second factor and password, and write to all who should know; raises what refuses it."""
    # Held, so that two take turns: the second finds none left.
    User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    held = Membership.objects.with_people().get(pk=membership.pk)
    refused = refusal(membership=held, by=by)
    if refused is not None:
        raise refused
    _remove(held.user, reason=reason, by=by.actor, called=str(by), knowing={by.mailbox}, now=now)


@transaction.atomic
def remove_by_command(*, user: User, reason: str, by: Actor, now: datetime) -> None:
    """The same for anybody, by who runs the machine; raises NoSecondFactor."""
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not held.factors:
        raise NoSecondFactor(held.name)
    called = f"{by.name} on the portal's machine"
    _remove(held, reason=reason, by=by, called=called, knowing=set(), now=now)


def _remove(user: User, *, reason: str, by: Actor, called: str, knowing: set[str], now: datetime) -> None:
    """Write down and tell what is done; sessions end because what they have proved is gone."""
    memberships = list(user.memberships.active().with_people().order_by("pk"))
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save()
    for membership in memberships:
        role = str(membership.role)
        merchant_id = membership.merchant_id
        audit.record(Action.FACTORS_REMOVED, by=by, on=user, merchant_id=merchant_id, role=role, reason=reason)
    if not memberships:
        audit.record(Action.FACTORS_REMOVED, by=by, on=user, merchant_id=None, reason=reason)
    words = {"user": user, "by": called, "reason": reason, "link": invitations.link(user)}
    body = render_to_string("accounts/second_factor_lost.txt", words)
    emails.enqueue(to=user.email, subject=SUBJECT, body=body, now=now)
    _tell_others(user, memberships, called=called, reason=reason, knowing={*knowing, user.mailbox})


def _tell_others(user: User, memberships: list[Membership], *, called: str, reason: str, knowing: set[str]) -> None:
    paths: dict[User, str] = {}
    for membership in memberships:
        merchant = membership.merchant
        for reader in powers.watching_all_but(knowing, merchant=merchant):
            paths.setdefault(reader, reverse("people:list", args=[merchant.pk]))
    if user.is_platform_administrator:
        for reader in User.objects.platform_administrators().exclude(mailbox__in=knowing):
            paths.setdefault(reader, "/")
    sentence = f"The second factor of {user} was removed by {called}."
    for reader, path in paths.items():
        powers.tell([reader], sentence, path=path, template="accounts/second_factor_removed.txt", reason=reason)


def _has_power_elsewhere(user: User, by: User) -> bool:
    """Whether others would have to agree: those of another merchant where the person works, or the platform's."""
    ours = [merchant_id for merchant_id, grant in by.scope.grants.items() if grant == ADMINISTRATOR]
    return user.is_platform_administrator or user.memberships.active().exclude(merchant_id__in=ours).exists()
