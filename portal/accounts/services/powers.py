"""Power to decide about money: who gave it to whom lately, and the letters that say so."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal import clock
from portal.accounts.models import Membership, User
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.emails import services as emails
from portal.roles import DECIDING

if TYPE_CHECKING:
    from terminals.models import Merchant

# Long enough for the others to read of it: until then nobody is approved by whom they have made an approver.
NOTICE_PERIOD = timedelta(days=1)


def givers(*, of: User, merchant_id: int, now: datetime) -> set[str]:
    """The mailboxes of those who gave this person their power within a day, themselves or through others.

    So did whoever removed their second factor: what they sign in with since then is what that person let them set.
    """
    given = Entry.objects.filter(
        action__in=(Action.PERSON_INVITED, Action.PERSON_CHANGED, Action.FACTORS_REMOVED),
        merchant_id=merchant_id,
        actor_kind=ActorKind.PERSON,
        subject_kind="user",
        details__role__in=DECIDING,
        at__gt=now - NOTICE_PERIOD,
    )
    found: set[str] = set()
    asked = {of.mailbox}
    while asked:
        accounts = User.objects.filter(mailbox__in=asked).values_list("pk", flat=True)
        actors = given.filter(subject_id__in=[str(pk) for pk in accounts]).values("actor")
        asked = set(User.objects.filter(email__in=actors).values_list("mailbox", flat=True)) - found
        found |= asked
    return found


def watching(*, merchant: "Merchant", by: User) -> list[User]:
    """Who hears of what this person does to the merchant's people: its other administrators, else the platform's."""
    return watching_all_but({by.mailbox}, merchant=merchant)


def watching_all_but(mailboxes: set[str], *, merchant: "Merchant") -> list[User]:
    """The same, whoever does it: without those who know already."""
    own = Membership.objects.for_merchant(merchant).whole_administrators().exclude(user__mailbox__in=mailboxes)
    others = [membership.user for membership in own.select_related("user").order_by("user__email")]
    return others or list(User.objects.platform_administrators().exclude(mailbox__in=mailboxes))


def tell_of(membership: Membership, done: str, by: User, readers: list[User]) -> None:
    """Write to the readers what was done to a membership that decides, or decided, about money."""
    person, merchant = membership.person, membership.merchant
    role = membership.get_role_display().lower()
    sentence = f"{person} {done} {by}: {role}, {merchant.name}."
    tell(readers, sentence, path=reverse("people:list", args=[merchant.pk]))


def tell(
    readers: list[User], sentence: str, *, path: str = "/", template: str = "accounts/power.txt", **more: str
) -> None:
    """Write a sentence to each reader, in the template that says why they read of it."""
    for reader in readers:
        words = {"reader": reader, "sentence": sentence, "link": settings.PORTAL_URL + path, **more}
        body = render_to_string(template, words)
        subject = f"[PoS Portal] {sentence}"
        emails.enqueue(to=reader.email, subject=subject, body=body, now=clock.now())
