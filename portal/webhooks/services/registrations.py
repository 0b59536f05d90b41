"""Sees that each account has its registrations at our address, once; what the network has lost is made again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
import logging
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.gateway import deliveries, networks
from portal.mobilepay.errors import NetworkError, Reason, Rejected
from portal.mobilepay.ports import Webhooks
from portal.mobilepay.types import WebhookInfo
from portal.webhooks.models import Registration
from terminals.models import ProviderAccount

logger = logging.getLogger(__name__)

_KINDS = (deliveries.PAYMENT_EVENTS, deliveries.CHECK_IN_EVENTS)


@dataclass
class Outcome:
    """What was done about one account's registrations; `problem` is empty when nothing went wrong."""

    account: ProviderAccount
    made: int = 0
    removed: int = 0
    problem: str = ""
    gone: set[str] = field(default_factory=set)


def check_all(*, by: Actor, now: datetime) -> list[Outcome]:
    """Bring the registrations of every active account in order that has any at its network."""
    accounts = ProviderAccount.objects.active().select_related("merchant").order_by("pk")
    told = [(account, networks.network_for(account).webhooks) for account in accounts]
    return [_check(account, webhooks, by=by, now=now) for account, webhooks in told if webhooks is not None]


def _check(account: ProviderAccount, webhooks: Webhooks, *, by: Actor, now: datetime) -> Outcome:
    outcome = Outcome(account)
    try:
        _put_in_order(webhooks, outcome, by=by, now=now)
    except Rejected as error:
        outcome.problem = f"MobilePay refused: it says {error.refusal.meaning} ({error})"
    except NetworkError as error:
        outcome.problem = f"MobilePay does not answer ({error})"
    if outcome.problem:
        logger.error("An account's registrations cannot be seen to", extra={"account": account.key})
    return outcome


def _put_in_order(webhooks: Webhooks, outcome: Outcome, *, by: Actor, now: datetime) -> None:
    """New ones first: of two addresses both are proved until the old one is gone. Only one may hear of check-ins."""
    account, there = outcome.account, webhooks.all()
    known = {each.remote_id: each for each in Registration.objects.filter(account=account).live()}
    ids = {each.webhook_id for each in there}
    lost = [each for each in known.values() if each.remote_id not in ids]
    Registration.objects.filter(pk__in=[each.pk for each in lost]).update(ended_at=now)
    ours = [each for each in there if each.webhook_id in known or _is_at_our_address(each)]
    for events in _KINDS:
        good = [each for each in ours if _is_good(each, known, events)]
        old = [each for each in ours if set(each.events) & set(events) and each not in good[:1]]
        if events == deliveries.CHECK_IN_EVENTS:
            _remove(webhooks, old, outcome, by=by, now=now)
        if not good:
            _make(webhooks, outcome, events, by=by, now=now)
        _remove(webhooks, old, outcome, by=by, now=now)


def _is_good(there: WebhookInfo, known: dict[str, Registration], events: Sequence[str]) -> bool:
    """Whether we can prove what comes by it, it comes to where we are, and it tells everything."""
    row = known.get(there.webhook_id)
    return row is not None and there.url == row.url and _is_at_our_address(there) and set(events) <= set(there.events)


def _is_at_our_address(there: WebhookInfo) -> bool:
    return there.url.startswith(f"{settings.PORTAL_URL}/webhooks/")


def _make(webhooks: Webhooks, outcome: Outcome, events: Sequence[str], *, by: Actor, now: datetime) -> None:
    slug = uuid4()
    url = settings.PORTAL_URL + reverse("webhook", args=[slug])
    made = webhooks.register(url, events)
    with transaction.atomic():
        Registration.objects.create(
            account=outcome.account,
            slug=slug,
            url=url,
            events=list(events),
            remote_id=made.webhook_id,
            secret=made.secret,
            created_at=now,
        )
        _record(Action.WEBHOOK_REGISTERED, outcome.account, events, by=by)
    outcome.made += 1


def _remove(webhooks: Webhooks, old: list[WebhookInfo], outcome: Outcome, *, by: Actor, now: datetime) -> None:
    for each in old:
        if each.webhook_id in outcome.gone:
            continue
        outcome.gone.add(each.webhook_id)
        try:
            webhooks.delete(each.webhook_id)
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
        account = outcome.account
        Registration.objects.filter(account=account, remote_id=each.webhook_id).live().update(ended_at=now)
        _record(Action.WEBHOOK_REMOVED, account, each.events, by=by)
        outcome.removed += 1


def _record(action: Action, account: ProviderAccount, events: Sequence[str], *, by: Actor) -> None:
    # Not the address: whoever knows it can make us look at what they send.
    audit.record(action, by=by, on=account, merchant_id=account.merchant_id, events=", ".join(events))
