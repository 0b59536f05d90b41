"""Decides about a request: approve, decline, withdraw, stand in for an approver, and look at that afterwards."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from payments.models import Payment
from payments.states import State as PaymentState
from portal import clock
from portal.accounts.models import Membership, User
from portal.accounts.querysets import MembershipQuerySet
from portal.accounts.services import powers
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.roles import Right
from refunds.models import Notification, Policy, Refund
from refunds.services import cancellations, policies, risk_flags, role_history, transitions
from refunds.services.refusals import MayNotDecide
from refunds.states import LOCAL, State

# An approver who signed in or did something within a working day is taken to be there.
WORKING_DAY = timedelta(hours=12)
# After that even one who is there has had their chance.
APPROVER_WINDOW = timedelta(minutes=30)
# Whoever took an approver's role away stands in for none for that long.
REMOVAL_WINDOW = timedelta(hours=24)


def is_one_of(person: User, people: Collection[int | None]) -> bool:
    """Whether the person is one of these people, by whatever account: the one place that says who is the same."""
    return person.accounts.filter(pk__in=[each for each in people if each]).exists()


def approve(*, refund: Refund, by: User, now: datetime) -> Refund:
    """Agree to somebody else's request; with the last approval that it needs, a worker pays it. Raises MayNotDecide."""
    return _approve(refund, by=by, now=now, is_emergency=False, cause="approved")


def approve_in_emergency(*, refund: Refund, reason: str, by: User, now: datetime) -> Refund:
    """Stand in for an approver when none is there; somebody else must look at it afterwards. Raises MayNotDecide."""
    return _approve(refund, by=by, now=now, is_emergency=True, cause=f"approved in an emergency: {reason}")


def decline(*, refund: Refund, reason: str, by: User, now: datetime) -> Refund:
    """Refuse somebody else's request; what was set aside is free again. Raises MayNotDecide."""
    _require(why_not_decline(refund=refund, by=by))
    return _end(refund, State.DECLINED, f"declined: {reason}", by=by, now=now)


def withdraw(*, refund: Refund, reason: str, by: User, now: datetime) -> Refund:
    """Take a request back before MobilePay has it; what was set aside is free again.

    Raises MayNotDecide; and what `cancellations.cancel` raises about one that MobilePay was told of and refused.
    """
    _require(why_not_withdraw(refund=refund, by=by))
    if refund.state == State.WAITING_FOR_BALANCE:
        return cancellations.cancel(refund=refund, by=by.actor, now=now, cause=f"withdrawn: {reason}")
    return _end(refund, State.WITHDRAWN, f"withdrawn: {reason}", by=by, now=now)


@transaction.atomic
def review(*, refund: Refund, verdict: str, note: str, by: User) -> Refund:
    """Say whether an emergency approval was in order; only somebody who took no part can. Raises MayNotDecide."""
    held = Refund.objects.locked(refund.pk)
    _require(why_not_review(refund=held, by=by))
    Refund.objects.filter(pk=held.pk).update(reviewer=by, review=verdict)
    held.reviewer, held.review = by, verdict
    audit.record(Action.REFUND_REVIEWED, by=by.actor, on=held, merchant_id=held.merchant_id, verdict=verdict, note=note)
    return held


def why_not_approve(*, refund: Refund, by: User, now: datetime) -> str:
    """Why this person cannot approve the request at this moment; empty when they can."""
    if not refund.is_requested:
        return f"This refund is not waiting for approval: it is {State(refund.state).in_a_sentence}."
    if refund.lapses_at <= now:
        return "This request has lapsed. Ask again if it is still wanted."
    if is_one_of(by, {refund.requester_id}):
        return "You asked for this refund, so somebody else must approve it."
    if is_one_of(by, refund.people):
        return "You have approved this refund already; it needs a second person."
    return _why_not_independent(refund, by, now=now) or _why_no_longer(refund, now=now)


def why_not_decline(*, refund: Refund, by: User) -> str:
    if not refund.is_requested:
        return f"This refund is not waiting for approval: it is {State(refund.state).in_a_sentence}."
    is_own = is_one_of(by, {refund.requester_id})
    return "You asked for this refund, so somebody else must decide about it." if is_own else ""


def why_not_withdraw(*, refund: Refund, by: User) -> str:
    if refund.state not in {*LOCAL, State.WAITING_FOR_BALANCE}:
        return f"This refund cannot be withdrawn any more: it is {State(refund.state).in_a_sentence}."
    if not is_one_of(by, {refund.requester_id}) and not by.holds(Right.APPROVE_IN_EMERGENCIES, refund.merchant):
        return "Only the person who asked for it, or an administrator, can withdraw a refund."
    return ""


def why_no_emergency(*, refund: Refund, by: User, now: datetime) -> str:
    """Why an administrator cannot stand in for an approver; empty when they can.

    Taking an approver's role away opens nothing: for a working day they count as if they had it still.
    """
    refusal = why_not_approve(refund=refund, by=by, now=now)
    if refusal:
        return refusal
    since = min(refund.created_at, now - REMOVAL_WINDOW)
    if is_one_of(by, role_history.who_took_approvers_away(merchant=refund.merchant, since=since)):
        return (
            "You have taken an approver's role or second factor away, so for a day you cannot stand in for one, and "
            "not at all for what was asked for before. Another administrator can."
        )
    if refund.created_at + APPROVER_WINDOW <= now:
        return ""
    return _who_is_there(refund, by=by, now=now)


def why_not_review(*, refund: Refund, by: User) -> str:
    if not refund.is_to_be_reviewed:
        return "There is nothing to review, or somebody has done so already."
    if is_one_of(by, refund.people):
        return "You took part in this refund, so somebody else must review it."
    return _why_not_independent(refund, by, now=clock.now())


def approvers(*, refund: Refund, right: Right = Right.APPROVE_REFUNDS) -> MembershipQuerySet:
    """Memberships of those who hold the right for the refund's store and have not taken part in it."""
    holding = Membership.objects.for_merchant(refund.merchant).active().holding(right).at_store(refund.store_id)
    found: MembershipQuerySet = holding.exclude(user__mailbox__in=_taking_part(refund).values("mailbox"))
    return found


@transaction.atomic
def _approve(refund: Refund, *, by: User, now: datetime, is_emergency: bool, cause: str) -> Refund:
    held = Refund.objects.locked(refund.pk)
    why_not = why_no_emergency if is_emergency else why_not_approve
    _require(why_not(refund=held, by=by, now=now))
    _sign(held, by=by, is_emergency=is_emergency)
    details = {
        "amount": str(held.amount),
        "is_emergency": is_emergency,
        "hints": risk_flags.for_request(refund=held, by=by),
    }
    audit.record(Action.REFUND_APPROVED, by=by.actor, on=held, merchant_id=held.merchant_id, cause=cause, **details)
    if is_emergency:
        transitions.enqueue(held, Notification.Kind.EMERGENCY, cause=cause)
    if held.approvals < held.approvals_needed:
        transitions.enqueue(held, Notification.Kind.ASKED)
        return held
    return transitions.transition(refund=held, to=State.APPROVED, cause=cause, by=by.actor, now=now, due_at=now)


def _sign(held: Refund, *, by: User, is_emergency: bool) -> None:
    place = "second_approver" if held.approvals else "first_approver"
    signed = {place: by, "is_emergency": held.is_emergency or is_emergency}
    Refund.objects.filter(pk=held.pk).update(**signed)
    for name, value in signed.items():
        setattr(held, name, value)


@transaction.atomic
def _end(refund: Refund, to: State, cause: str, *, by: User, now: datetime) -> Refund:
    held = Refund.objects.locked(refund.pk)
    if held.state == to and held.events.order_by("-pk")[0].actor == by.actor.name:
        # The same form, sent twice.
        return held
    if held.state != refund.state:
        raise MayNotDecide(
            f"Somebody else was quicker: this refund is {State(held.state).in_a_sentence} by now. Nothing was changed."
        )
    return transitions.transition(refund=held, to=to, cause=cause, by=by.actor, now=now)


def _who_is_there(refund: Refund, *, by: User, now: datetime) -> str:
    """That approvers are there who have had no chance yet; empty when none is."""
    lately = now - WORKING_DAY
    busy = Entry.objects.filter(actor_kind=ActorKind.PERSON, at__gte=lately).values("actor")
    there = User.objects.filter(Q(last_login__gte=lately) | Q(email__in=busy)).order_by("name")
    can = there.filter(pk__in=approvers(refund=refund).values("user"))
    own = set(by.accounts.values_list("pk", flat=True))
    former = role_history.former_approvers(merchant=refund.merchant, since=lately) - refund.people - own
    could = there.filter(pk__in=former).exclude(pk__in=can)
    said = [
        f"{', '.join(people)} {word}."
        for people, word in ((_names(can), "can approve it"), (_names(could), "could approve it until lately"))
        if people
    ]
    until = APPROVER_WINDOW // timedelta(minutes=1)
    wait = f"You may stand in when nobody has done so for {until} minutes."
    return " ".join([*said, wait]) if said else ""


def _names(people: QuerySet[User]) -> list[str]:
    return list(people.values_list("name", flat=True))


def _taking_part(refund: Refund) -> QuerySet[User]:
    return User.objects.filter(pk__in=refund.people)


def _why_not_independent(refund: Refund, by: User, *, now: datetime) -> str:
    """Why this person must not judge yet: somebody who took part has given them the power to."""
    givers = powers.givers(of=by, merchant_id=refund.merchant_id, now=now)
    giver = _taking_part(refund).filter(mailbox__in=givers).order_by("pk").first()
    if giver is None:
        return ""
    return (
        f"{giver.name} took part in this refund and gave you your role, or removed your second factor, less than a day "
        "ago, themselves or through others. Until a day has passed, somebody else must decide about it."
    )


def _why_no_longer(refund: Refund, *, now: datetime) -> str:
    """Why the payment does not allow the refund any more, if it does not."""
    payment = Payment.objects.get(pk=refund.payment_id)
    if payment.state != PaymentState.CAPTURED:
        return "The payment has changed since this was asked for: look at it again, and decline the request."
    policy = Policy.objects.current(refund.merchant, refund.currency)
    if policies.refundable_until(policy=policy, payment=payment) < now:
        return "The payment has become too old to be refunded. Decline the request and pay it back another way."
    return ""


def _require(refusal: str) -> None:
    if refusal:
        raise MayNotDecide(f"{refusal} Nothing was changed.")
