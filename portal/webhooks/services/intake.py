"""Takes deliveries in: proves whose they are, keeps them once, and answers before anything follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
import logging
from urllib.parse import urlsplit
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from portal.errors import PortalError
from portal.gateway import deliveries
from portal.mobilepay.errors import Unreadable
from portal.webhooks.models import Delivery, Registration

logger = logging.getLogger(__name__)

# How exactly staff need to know when something came last.
_GRAIN = timedelta(seconds=10)
_LONGEST_NAME, _LONGEST_REFERENCE = 100, 64


class NotGenuine(PortalError):
    """Whoever has sent it is not the network, or has not sent it lately: nothing is kept but the count."""

    code = "not_genuine"
    status = 401

    def __init__(self) -> None:
        super().__init__("This delivery is not signed as it must be.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came; header names are in lower case."""

    slug: UUID
    headers: Mapping[str, str]
    # Not read before it is known who is spoken to: it may come slowly.
    read: Callable[[], bytes]


def take(sent: Sent, *, now: datetime) -> Delivery | None:
    """Keep a delivery and give it; None when it is known already. Raises NotGenuine."""
    registration = _registration(sent, now=now)
    if registration is None:
        raise NotGenuine
    address, body = urlsplit(registration.url), sent.read()
    if not deliveries.is_genuine(
        secret=str(registration.secret),
        host=address.netloc,
        path_and_query=address.path + (f"?{address.query}" if address.query else ""),
        headers=sent.headers,
        body=body,
        now=now,
    ):
        _count_failure(registration, now=now)
        raise NotGenuine
    return _kept(registration, body, now=now)


def _registration(sent: Sent, *, now: datetime) -> Registration | None:
    """The one that the delivery names, if it came to an address of the same account; else the address's own."""
    believed = Registration.objects.believed(now).select_related("account")
    at_address = believed.filter(slug=sent.slug).first()
    named = sent.headers.get("webhook-id", "")
    if at_address is None or named in ("", at_address.remote_id):
        return at_address
    return believed.filter(account=at_address.account_id, remote_id=named).first() or at_address


def _count_failure(registration: Registration, *, now: datetime) -> None:
    logger.warning("A delivery is not genuine", extra={"registration": registration.pk})
    Registration.objects.filter(pk=registration.pk).update(failures=F("failures") + 1, last_failed_at=now)


def _kept(registration: Registration, body: bytes, *, now: datetime) -> Delivery | None:
    row = Delivery(registration=registration, account=registration.account, received_at=now, due_at=now)
    row.body = body.decode(errors="replace")
    try:
        said = deliveries.parse(body)
        is_readable = said.msn == registration.account.merchant_number
    except Unreadable:
        is_readable = False
    if is_readable:
        row.name, row.reference = said.name[:_LONGEST_NAME], said.reference[:_LONGEST_REFERENCE]
        row.event_key = _digest(said.customer_token or f"{said.name}\n{said.reference}\n{said.psp_reference}")
    else:
        # Genuine all the same: refused it would come again for a week, and hold up what comes after it.
        logger.error("A delivery says nothing that can be read", extra={"registration": registration.pk})
        row.event_key, row.outcome, row.due_at = _digest(row.body), Delivery.Outcome.UNREADABLE, None
    stale = Q(last_received_at=None) | Q(last_received_at__lt=now - _GRAIN)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            Registration.objects.filter(stale, pk=registration.pk).update(last_received_at=now)
    except IntegrityError:
        return None
    return row


def _digest(words: str) -> str:
    return sha256(words.encode(errors="replace")).hexdigest()
