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
from portal.gateway.errors import in_words
from portal.mobilepay.errors import NetworkError, Reason, Rejected
from portal.mobilepay.ports import Webhooks
from portal.mobilepay.types import WebhookInfo
from portal.webhooks.models import Registration
from terminals.models import ProviderAccount

logger = logging.getLogger(__name__)

_MOVED = "The registrations stand at another address of the portal: run `manage.py register_webhooks` to move them"
_BROKEN = "The portal failed: see its log"
_KINDS = (deliveries.PAYMENT_EVENTS, deliveries.CHECK_IN_EVENTS)


@dataclass
class Outcome:
    """What was done about one account's registrations; `problem` is empty when nothing went wrong."""

    account: ProviderAccount
    made: int = 0
    removed: int = 0
    problem: str = ""
    gone: set[str] = field(default_factory=set)


def check_all(*, by: Actor, now: datetime, may_move: bool) -> list[Outcome]:
    """Bring the registrations of every active account in order that has any at its network.

    `may_move` says that what stands at another address of ours is to go: whoever runs on a copy of the database must
    not take the original's away. One account's trouble is no other's.
    """
    outcomes = [_check(pk, by=by, now=now, may_move=may_move) for pk in _active_accounts()]
    return [each for each in outcomes if each is not None]


def _active_accounts() -> list[int]:
    return list(ProviderAccount.objects.active().order_by("pk").values_list("pk", flat=True))


def _check(pk: int, *, by: Actor, now: datetime, may_move: bool) -> Outcome | None:
    # Not even what nobody thought of, such as keys that cannot be read, may keep the next account from its turn.
    try:
        account = ProviderAccount.objects.select_related("merchant").get(pk=pk)
        webhooks = networks.network_for(account).webhooks
        if webhooks is None:
            return None
        outcome = Outcome(account)
        _put_in_order(webhooks, outcome, by=by, now=now, may_move=may_move)
    except Exception:
        logger.exception("An account's registrations cannot be seen to", extra={"account": pk})
        return Outcome(
            ProviderAccount.objects.defer("credentials").select_related("merchant").get(pk=pk), problem=_BROKEN
        )
    if outcome.problem:
        logger.error("An account's registrations are not in order", extra={"account": outcome.account.key})
    return outcome


def _put_in_order(webhooks: Webhooks, outcome: Outcome, *, by: Actor, now: datetime, may_move: bool) -> None:
    try:
        there = webhooks.all()
    except NetworkError as error:
        outcome.problem = in_words(error)
        return
    ids = {each.webhook_id for each in there}
    Registration.objects.filter(account=outcome.account).live().exclude(remote_id__in=ids).update(ended_at=now)
    for events in _KINDS:
        # Each kind by itself: where one is refused, the other is worth having.
        try:
            _put_kind_in_order(webhooks, outcome, there, events, by=by, now=now, may_move=may_move)
        except NetworkError as error:
            outcome.problem = in_words(error)


def _put_kind_in_order(
    webhooks: Webhooks,
    outcome: Outcome,
    there: list[WebhookInfo],
    events: Sequence[str],
    *,
    by: Actor,
    now: datetime,
    may_move: bool,
) -> None:
    """A new one first: of two addresses both are proved until the old one is gone. Only one may hear of check-ins."""
    known = {each.remote_id: each for each in Registration.objects.filter(account=outcome.account).live()}
    ours = [each for each in there if each.webhook_id in known or _is_at_our_address(each)]
    good = [each for each in ours if _is_good(each, known, events)]
    old = [each for each in ours if set(each.events) & set(events) and each not in good[:1]]
    if not may_move and any(not _is_at_our_address(each) for each in old):
        outcome.problem = _MOVED
        return
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
