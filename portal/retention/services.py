"""Forgets what is over its time: what only names somebody, and is no book. Books are never touched."""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from payments.services import customers
from portal.accounts.sessions import Session
from portal.emails.models import Email
from portal.webhooks.models import Delivery
from terminals.models import CheckIn
from terminals.services import check_ins

logger = logging.getLogger(__name__)

# So many rows are held at a time, for as long as one statement takes.
BATCH = 500


def tidy(*, now: datetime, at_most: int | None = None) -> dict[str, int]:
    """Forget all that is over its time, or so many of each kind; gives how many, by kind."""
    letters = now - timedelta(days=settings.SENT_LETTERS_KEPT_DAYS)
    over = now - timedelta(days=settings.CUSTOMER_TOKENS_KEPT_DAYS)
    steps = {
        "sessions": _deletion(Session.objects.filter(expire_date__lt=now)),
        "letters": _deletion(Email.objects.settled_before(letters)),
        # A delivery may name a customer in its body.
        "deliveries": _deletion(Delivery.objects.settled_before(over)),
        "check-ins": _deletion(CheckIn.objects.filter(received_at__lt=over)),
        "payments' customers": lambda: customers.forget(before=over, batch=BATCH),
        "points of sale's customers": lambda: check_ins.forget(before=over, batch=BATCH),
    }
    forgotten = {kind: _repeated(step, at_most=at_most) for kind, step in steps.items()}
    if any(forgotten.values()):
        logger.info("Forgot what is over its time", extra={"details": forgotten})
    return forgotten


def _deletion(rows: QuerySet[Any]) -> Callable[[], int]:
    def step() -> int:
        # What has changed since it was chosen, and is not over any more, stays.
        chosen = list(rows.values_list("pk", flat=True)[:BATCH])
        deleted, _ = rows.filter(pk__in=chosen).delete()
        return deleted

    return step


def _repeated(step: Callable[[], int], *, at_most: int | None) -> int:
    """Until nothing is left to do, or it is enough for now; nothing is held between two steps."""
    done = 0
    while (at_most is None or done < at_most) and (more := step()):
        done += more
    return done
