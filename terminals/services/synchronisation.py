"""Synchronisations of stores that somebody asked for: run by a worker, watched on a page, never left hanging."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from portal import clock
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor, ActorKind
from portal.errors import PortalError
from terminals.models import Merchant, Synchronisation
from terminals.services import stores
from terminals.states import SynchronisationState

# A run that nobody has begun after this long has lost its message and is handed out again.
_START_TIMEOUT = timedelta(seconds=5)
# A worker that has not finished by then has died.
_RUN_TIMEOUT = timedelta(minutes=2)


class SynchronisationRunning(PortalError):
    code = "synchronisation_running"

    def __init__(self) -> None:
        super().__init__("A synchronisation is on its way already. Nothing more was started.")


@transaction.atomic
def request(*, merchant: Merchant, by: Actor, now: datetime) -> Synchronisation:
    """Ask for a synchronisation of the merchant's stores; raises SynchronisationRunning."""
    try:
        with transaction.atomic():
            run = Synchronisation.objects.create(merchant=merchant, actor=by.name, requested_at=now, changed_at=now)
    except IntegrityError as error:
        raise SynchronisationRunning from error
    audit.record(Action.SYNCHRONISATION_REQUESTED, by=by, on=merchant, merchant_id=merchant.pk)
    return run


def run(*, run_id: int, now: datetime) -> None:
    """Carry one synchronisation out; does nothing when another worker has it already."""
    begun = Synchronisation.objects.filter(pk=run_id, state=SynchronisationState.WAITING)
    if not begun.update(state=SynchronisationState.ASKING, changed_at=now):
        return
    found = Synchronisation.objects.select_related("merchant").get(pk=run_id)
    person = Actor(ActorKind.PERSON, found.actor)
    try:
        outcome = stores.bring_up_to_date(merchant=found.merchant, by=person, now=now)
    except PortalError as refusal:
        _fail(found, refusal.message, now=clock.now())
        return
    Synchronisation.objects.filter(pk=run_id, state=SynchronisationState.ASKING).update(
        state=SynchronisationState.DONE, changed_at=clock.now(), **outcome
    )


def waiting(*, now: datetime) -> list[int]:
    """Runs whose message was lost, each no more often than that; those whose worker has died are ended here."""
    for died in Synchronisation.objects.filter(state=SynchronisationState.ASKING, changed_at__lte=now - _RUN_TIMEOUT):
        _fail(died, "The worker ended before it was done. Start it again; what was written so far stays.", now=now)
    lost = Q(state=SynchronisationState.WAITING, changed_at__lte=now - _START_TIMEOUT)
    found = Synchronisation.objects.filter(lost).values_list("pk", flat=True)
    return [pk for pk in found if Synchronisation.objects.filter(lost, pk=pk).update(changed_at=now)]


@transaction.atomic
def _fail(run: Synchronisation, problem: str, *, now: datetime) -> None:
    failed = Synchronisation.objects.filter(pk=run.pk, state=SynchronisationState.ASKING)
    if failed.update(state=SynchronisationState.FAILED, changed_at=now, problem=problem):
        person = Actor(ActorKind.PERSON, run.actor)
        audit.record(
            Action.SYNCHRONISATION_FAILED, by=person, on=run.merchant, merchant_id=run.merchant_id, problem=problem
        )
