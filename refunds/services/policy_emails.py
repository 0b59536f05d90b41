"""Letters about a merchant's rules for refunds: to its administrators and approvers, whoever did it included."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from portal.accounts.models import Membership, User
from portal.accounts.services import powers
from portal.emails import services as emails
from portal.roles import DECIDING
from refunds.models import Policy, PolicyChange
from refunds.services import rules
from refunds.services.rules import Line

_HOLDS = "It counts for what is asked for from now on. If you did not expect it, look at the rules and the audit log."


@dataclass(frozen=True, slots=True)
class _Letter:
    """`subject` says in a few words what happened, `what` in a sentence, and `then` what follows from it."""

    policy: Policy
    subject: str
    what: str
    lines: list[Line]
    then: str


def asked(change: PolicyChange, *, confirmers: list[User], now: datetime) -> None:
    """Somebody wants more to go back with less approval; it waits for one of these people, or for its day."""
    names, where = ", ".join(person.name for person in confirmers), _where(change.policy)
    then = f"Nothing has changed yet: another administrator ({names}) must confirm or decline it."
    if change.takes_effect_at:
        moment = timezone.localtime(change.takes_effect_at, change.policy.merchant.zone)
        then = (
            f"No other administrator could confirm it, so it takes effect by itself at {moment:%H:%M} on "
            f"{moment.day} {moment:%B %Y} ({moment.tzname()}). Until then {change.requester.name} can withdraw it, and "
            "a platform administrator can confirm or decline it. If you did not expect it, speak up now."
        )
    what = f"{change.requester.name} wants to loosen the rules for refunds {where}:"
    _send(_Letter(change.policy, "looser ones are asked for", what, rules.lines(change), then), change.requester, now)


def tightened(policy: Policy, was: dict[str, Any], *, by: User, now: datetime) -> None:
    """Somebody has made rules stricter, which needs nobody else."""
    what = f"{by.name} has changed the rules for refunds {_where(policy)}:"
    becomes = {name: getattr(policy, name) for name in was}
    _send(_Letter(policy, "changed", what, rules.compared(was, becomes, currency=policy.currency), _HOLDS), by, now)


def loosened(change: PolicyChange, *, now: datetime) -> None:
    """What somebody asked for has been confirmed, or has waited its day."""
    why = f"{change.decider.name} has confirmed it" if change.decider else "Its day has passed"
    where = _where(change.policy)
    what = f"{change.requester.name} wanted to loosen the rules for refunds {where}. {why}, and it holds:"
    _send(_Letter(change.policy, "changed", what, rules.lines(change), _HOLDS), change.requester, now)


def ended(change: PolicyChange, *, reason: str, now: datetime) -> None:
    """What was asked for will not come."""
    how = f"{change.get_outcome_display().lower()}{': ' if reason else ''}{reason}"
    who = f" ({change.decider.name})" if change.decider else ""
    what = f"{change.requester.name} wanted to loosen the rules for refunds {_where(change.policy)}. It is {how}{who}."
    then = "Nothing has changed."
    letter = _Letter(change.policy, "nothing is loosened", what, rules.lines(change), then)
    _send(letter, change.requester, now)


def _where(policy: Policy) -> str:
    return f"in {policy.currency} at {policy.merchant.name}"


def _send(letter: _Letter, about: User, now: datetime) -> None:
    policy = letter.policy
    link = settings.PORTAL_URL + policy.merchant.get_absolute_url()
    for reader in _readers(policy, about):
        words = {"letter": letter, "reader": reader, "link": link}
        emails.enqueue(
            to=reader.email,
            subject=f"[PoS Portal] Rules for refunds: {letter.subject} ({policy.merchant.name})",
            body=render_to_string("refunds/emails/rules.txt", words),
            now=now,
        )


def _readers(policy: Policy, about: User) -> list[User]:
    """Administrators and approvers; those of the platform where the merchant has no other administrator."""
    members = Membership.objects.for_merchant(policy.merchant).active().filter(role__in=DECIDING).select_related("user")
    readers = [membership.user for membership in members.order_by("user__email")]
    others = powers.watching(merchant=policy.merchant, by=about)
    return [*readers, *(person for person in others if person not in readers)]
