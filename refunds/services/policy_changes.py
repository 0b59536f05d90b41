"""Changes a merchant's rules for refunds: stricter at once; what lets more through waits for a second person, or a day.

One administrator alone must not be able to lift a limit, pay, and put the limit back (docs/decisions/0051).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.accounts.models import Membership, User
from portal.accounts.services import powers
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import WORKER
from portal.roles import Right
from refunds.models import Outcome, Policy, PolicyChange
from refunds.services import policy_emails, rules
from refunds.services.approvals import is_one_of
from refunds.services.refusals import MayNotDecide
from terminals.models import Merchant

# How long a change waits that nobody else can confirm; meanwhile everybody who was told can speak up.
ALONE = timedelta(hours=24)


@transaction.atomic
def change(*, merchant: Merchant, currency: str, by: User, now: datetime, **wanted: Any) -> PolicyChange | None:
    """Change the rules for refunds in one currency, for what is asked for from now on; gives what of it waits.

    What lets more through waits, and replaces what waited before: a form that is saved says all that is wanted.
    """
    policy = Policy.objects.locked(merchant, currency)
    stricter, looser = rules.split(policy, wanted)
    waiting = policy.changes.waiting().with_names().first()
    is_same = waiting is not None and waiting.requester == by and waiting.rules == looser
    if not stricter and (not looser or is_same):
        return waiting
    if waiting is not None:
        _end(waiting, Outcome.REPLACED, by=by, now=now)
    if stricter:
        was = _write(policy, stricter, by=by)
        policy_emails.tightened(policy, was, by=by, now=now)
    return _ask(policy, looser, by=by, now=now) if looser else None


@transaction.atomic
def confirm(*, change: PolicyChange, by: User, now: datetime) -> PolicyChange:
    """Agree to what another administrator wants; it holds from now on. Raises MayNotDecide."""
    held = _held(change)
    _require(why_not_confirm(change=held, by=by, now=now))
    _end(held, Outcome.CONFIRMED, by=by, now=now)
    _write(held.policy, held.rules, by=by, asked_by=held.requester.actor.name)
    policy_emails.loosened(held, now=now)
    return held


@transaction.atomic
def decline(*, change: PolicyChange, reason: str, by: User, now: datetime) -> PolicyChange:
    """Refuse what another administrator wants. Raises MayNotDecide."""
    held = _held(change)
    _require(why_not_decline(change=held, by=by))
    return _end(held, Outcome.DECLINED, by=by, now=now, reason=reason)


@transaction.atomic
def withdraw(*, change: PolicyChange, by: User, now: datetime) -> PolicyChange:
    """Take back what one has asked for oneself. Raises MayNotDecide."""
    held = _held(change)
    _require(why_not_withdraw(change=held, by=by))
    return _end(held, Outcome.WITHDRAWN, by=by, now=now)


def take_effect(*, now: datetime) -> int:
    """Let what has waited its day take effect; gives how many did."""
    return sum(_take_effect(change, now=now) for change in PolicyChange.objects.due(now).with_names())


def why_not_confirm(*, change: PolicyChange, by: User, now: datetime) -> str:
    """Why this person cannot confirm the change at this moment; empty when they can."""
    if not change.is_waiting:
        return _why_over(change)
    if is_one_of(by, {change.requester_id}):
        return "You asked for this change, so another administrator must confirm it."
    if not _may_change_rules(change.requester, change.policy.merchant):
        return f"{change.requester.name} may not change the rules any more: decline it, and ask for it yourself."
    if change.requester.mailbox in powers.givers(of=by, merchant_id=change.policy.merchant_id, now=now):
        return (
            f"{change.requester.name} gave you your role, or removed your second factor, less than a day ago, "
            "themselves or through others. Until a day has passed, somebody else must confirm what they ask for."
        )
    return ""


def why_not_decline(*, change: PolicyChange, by: User) -> str:
    if not change.is_waiting:
        return _why_over(change)
    return "You asked for this change: withdraw it instead." if is_one_of(by, {change.requester_id}) else ""


def why_not_withdraw(*, change: PolicyChange, by: User) -> str:
    if not change.is_waiting:
        return _why_over(change)
    return "" if is_one_of(by, {change.requester_id}) else "Only the person who asked for this change can withdraw it."


def confirmers(*, merchant: Merchant, requester: User) -> list[User]:
    """The merchant's other administrators: those who have come, and are not the same person.

    Platform administrators can confirm as well, but are not counted on: a merchant has not hired them.
    """
    whole = Membership.objects.for_merchant(merchant).whole_administrators()
    people = [membership.user for membership in whole.select_related("user").order_by("user__name")]
    return [person for person in people if not is_one_of(person, {requester.pk})]


def waiting_for(user: User, merchant: Merchant) -> list[PolicyChange]:
    """What waits at the merchant for this person to confirm or decline it."""
    if not user.holds(Right.MANAGE_MERCHANT, merchant):
        return []
    waiting = PolicyChange.objects.for_merchant(merchant).waiting().with_names()
    return [each for each in waiting if not why_not_decline(change=each, by=user)]


def _ask(policy: Policy, looser: dict[str, Any], *, by: User, now: datetime) -> PolicyChange:
    others = confirmers(merchant=policy.merchant, requester=by)
    asked = PolicyChange.objects.create(
        policy=policy,
        was={name: getattr(policy, name) for name in looser},
        becomes=looser,
        requester=by,
        created_at=now,
        takes_effect_at=None if others else now + ALONE,
    )
    _record(Action.REFUND_POLICY_ASKED, policy, by=by, **_details(asked.was, looser))
    policy_emails.asked(asked, confirmers=others, now=now)
    return asked


def _held(change: PolicyChange) -> PolicyChange:
    """The change as it is now, held with the rules that it is about: those first."""
    Policy.objects.locked(change.policy.merchant, change.policy.currency)
    return PolicyChange.objects.locked(change.pk)


@transaction.atomic
def _take_effect(change: PolicyChange, *, now: datetime) -> bool:
    held = _held(change)
    if not held.is_waiting:
        return False
    if not _may_change_rules(held.requester, held.policy.merchant):
        _end(held, Outcome.DROPPED, by=None, now=now)
        return False
    _end(held, Outcome.TOOK_EFFECT, by=None, now=now)
    _write(held.policy, held.rules, by=None, asked_by=held.requester.actor.name)
    policy_emails.loosened(held, now=now)
    return True


def _write(policy: Policy, new: dict[str, Any], *, by: User | None, **details: str) -> dict[str, Any]:
    """Let these rules hold; gives what they were."""
    was = {name: getattr(policy, name) for name in new}
    for name, value in new.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(new))
    _record(Action.REFUND_POLICY_CHANGED, policy, by=by, **_details(was, new), **details)
    return was


def _end(held: PolicyChange, outcome: Outcome, *, by: User | None, now: datetime, reason: str = "") -> PolicyChange:
    held.outcome, held.decider, held.ended_at = outcome, by, now
    held.save(update_fields=["outcome", "decider", "ended_at"])
    details = {"outcome": outcome.value, "reason": reason, "asked_by": held.requester.actor.name}
    _record(Action.REFUND_POLICY_ENDED, held.policy, by=by, **details)
    if outcome not in {Outcome.CONFIRMED, Outcome.TOOK_EFFECT}:
        # Of those the rules that hold tell.
        policy_emails.ended(held, reason=reason, now=now)
    return held


def _record(action: Action, policy: Policy, *, by: User | None, **details: Any) -> None:
    actor, merchant = by.actor if by else WORKER, policy.merchant
    audit.record(action, by=actor, on=merchant, merchant_id=merchant.pk, currency=policy.currency, **details)


def _details(was: dict[str, Any], becomes: dict[str, Any]) -> dict[str, Any]:
    plain = [{name: _plain(value) for name, value in each.items()} for each in (was, becomes)]
    return dict(zip(("before", "after"), plain, strict=True))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


def _may_change_rules(person: User, merchant: Merchant) -> bool:
    return person.is_active and person.holds(Right.MANAGE_MERCHANT, merchant)


def _why_over(change: PolicyChange) -> str:
    return f"This change does not wait any more: {change.get_outcome_display().lower()}."


def _require(refusal: str) -> None:
    if refusal:
        raise MayNotDecide(f"{refusal} Nothing was changed.")
