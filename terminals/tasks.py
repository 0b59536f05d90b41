"""What workers do for terminals; beat calls the first one (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.audit.actors import WORKER
from portal.observability import request_context
from terminals.models import PointOfSale
from terminals.services import points_of_sale, synchronisation


@shared_task(name="terminals.sweep_due", max_retries=0)
def sweep_due(**_later: object) -> None:
    """Hand every point of sale that is in doubt and due to a worker, and every synchronisation nobody has begun."""
    now = clock.now()
    for pos_id in PointOfSale.objects.claim_due(now=now):
        process_pos.delay(pos_id=pos_id)
    for run_id in synchronisation.waiting(now=now):
        synchronise_stores.delay(run_id=run_id)


@shared_task(name="terminals.process_pos", max_retries=0)
def process_pos(*, pos_id: int, **_later: object) -> None:
    """Settle one point of sale; what fails is due again by itself, and a second message finds it settled."""
    with request_context.job(pointofsale=pos_id):
        points_of_sale.process(pos_id=pos_id, by=WORKER, now=clock.now())


@shared_task(name="terminals.synchronise_stores", max_retries=0)
def synchronise_stores(*, run_id: int, **_later: object) -> None:
    """Carry out a synchronisation that somebody asked for."""
    with request_context.job():
        synchronisation.run(run_id=run_id, now=clock.now())
