"""What workers do with deliveries; beat calls the last two (portal/settings/queue.py)."""

import logging

from celery import shared_task
from django.conf import settings

from portal import clock
from portal.audit.actors import WORKER
from portal.observability import request_context
from portal.webhooks.models import Delivery
from portal.webhooks.services import consequences, registrations

logger = logging.getLogger(__name__)


def hand_over(delivery: Delivery) -> None:
    """Have a worker look after a delivery; a sweep takes what the queue does not."""
    queue = settings.CHECK_IN_QUEUE if delivery.is_check_in else settings.CELERY_TASK_DEFAULT_QUEUE
    try:
        process_delivery.apply_async(kwargs={"delivery_id": delivery.pk}, queue=queue, retry=False)
    except Exception:
        logger.exception("The queue does not take a delivery")


@shared_task(name="webhooks.process_delivery", max_retries=0)
def process_delivery(*, delivery_id: int, **_later: object) -> None:
    """Do what one delivery brings about."""
    with request_context.job(delivery=delivery_id):
        consequences.process(delivery_id=delivery_id, by=WORKER)


@shared_task(name="webhooks.sweep_due", max_retries=0)
def sweep_due(**_later: object) -> None:
    """Take on the deliveries that the queue has lost."""
    with request_context.job():
        consequences.process_due(by=WORKER, now=clock.now())


@shared_task(name="webhooks.check_registrations", max_retries=0)
def check_registrations(**_later: object) -> None:
    """See that every account is told of what happens."""
    with request_context.job():
        registrations.check_all(by=WORKER, now=clock.now(), may_move=False)
