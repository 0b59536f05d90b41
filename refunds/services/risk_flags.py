"""What an approver should look at twice. Nothing of this forbids anything."""

from datetime import timedelta

from django.utils import timezone

from payments.states import State as PaymentState
from portal.accounts.models import User
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.observability import request_context
from refunds.models import Policy, Refund
from refunds.states import Origin

_MANY_A_DAY = 3
_USUAL = timedelta(days=30)


def for_request(*, refund: Refund, by: User) -> list[str]:
    """Sentences about the request for the person who decides about it, the gravest first."""
    about_the_request = [hint(refund) for hint in (_ceiling, _same_seller, _many_today, _other_store, _closed)]
    return [hint for hint in (_same_address(refund, by), *about_the_request) if hint]


def _same_address(refund: Refund, by: User) -> str:
    asked = Entry.objects.about(refund).filter(action=Action.REFUND_REQUESTED).first()
    here = request_context.client_ip()
    if asked is None or asked.actor_kind != ActorKind.PERSON or not here or asked.address != here:
        return ""
    return f"It was asked for from the network address that you, {by.name}, are at ({here})."


def _ceiling(refund: Refund) -> str:
    return f"{refund.why_it_waits}: see whether that many refunds are meant." if refund.ceiling else ""


def _same_seller(refund: Refund) -> str:
    if refund.requester is None:
        return ""
    handled = refund.payment.events.filter(
        to_state=PaymentState.CAPTURED, actor_kind=ActorKind.PERSON, actor=refund.requester.actor.name
    )
    return "The person who asks also took the payment." if handled.exists() else ""


def _many_today(refund: Refund) -> str:
    zone = refund.merchant.zone
    midnight = timezone.localtime(refund.created_at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    that_day = Refund.objects.for_merchant(refund.merchant).filter(
        created_at__gte=midnight, created_at__lte=refund.created_at
    )
    if refund.requester_id is not None:
        count, whose = that_day.filter(requester=refund.requester_id).count(), "this person's"
    else:
        here = that_day.filter(origin=Origin.TILL, payment__terminal=refund.payment.terminal_id)
        count, whose = here.count(), "this terminal's"
    return f"It is {whose} request number {count} that day." if count >= _MANY_A_DAY else ""


def _other_store(refund: Refund) -> str:
    if refund.requester_id is None:
        return ""
    before = Refund.objects.for_merchant(refund.merchant).filter(
        requester=refund.requester_id, created_at__lt=refund.created_at, created_at__gte=refund.created_at - _USUAL
    )
    usual = set(before.values_list("store_id", flat=True))
    if not usual or refund.store_id in usual:
        return ""
    return "The payment is of another store than the ones this person usually asks for."


def _closed(refund: Refund) -> str:
    policy = Policy.objects.current(refund.merchant, refund.currency)
    local = timezone.localtime(refund.created_at, refund.merchant.zone).time()
    if policy.is_open_at(local):
        return ""
    return f"It was asked for at {local:%H:%M}, outside opening hours."
