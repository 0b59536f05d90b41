"""Which rows owe a network something, who looks after each, and how one asks about it for all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from portal import clock
from portal.errors import PortalError
from portal.gateway.schedule import retry_at
from portal.operations.models import LONGEST_FRESH, LOOK_UP_TIMEOUT, Observed, Operation, Owed

if TYPE_CHECKING:
    from portal.accounts.models import User

BATCH = 1000
# A worker that claims something has this long before another one may.
CLAIM_TIMEOUT = timedelta(seconds=30)
# What a clock far ahead has written must not keep the others away for as long as that clock is ahead.
_BELIEVED = 2 * CLAIM_TIMEOUT

Row = TypeVar("Row", bound=Owed)
Seen = TypeVar("Seen", bound=Observed)


class OperationQuerySet(models.QuerySet[Row]):
    """Each kind says what a call to its network needs to know."""

    def whole(self) -> Self:
        """Along with what a call to its network needs to know."""
        raise NotImplementedError

    def reload(self, row: Row) -> Row:
        """The row as our record has it this moment."""
        return self.whole().get(pk=row.pk)

    def locked(self, pk: Any) -> Row:
        """Read one afresh and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).whole().get(pk=pk)

    def in_doubt(self) -> Self:
        """Those about which a network was told something and has not answered; what has ended may still owe a rest."""
        return self.exclude(operation=Operation.NONE)

    def due(self, now: datetime) -> Self:
        """Those that somebody must look after now; what nobody need look after has no such time."""
        return self.filter(due_at__lte=now).order_by("due_at")

    def free(self, now: datetime) -> Self:
        """Those that no worker is looking after right now."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + _BELIEVED))

    def waiting(self, now: datetime) -> Self:
        """Those in doubt that wait for the network to answer again, the longest first."""
        return self.in_doubt().filter(attempts__gt=0, due_at__gt=now, is_held_up=False).order_by("due_at")

    def claim_due(self, *, now: datetime, batch: int = BATCH) -> list[Any]:
        """Claim those that are due, each for one worker, and give their keys.

        Of those in doubt that wait for a later try, the one that waits longest is claimed all the same: once it can
        be executed the network is back, and `retry_now` makes the others due.
        """
        due = list(self.due(now).free(now).values_list("pk", flat=True)[:batch])
        scout = list(self.waiting(now).free(now).values_list("pk", flat=True)[:1])
        return [pk for pk in due + scout if self.claim(pk, now=now)]

    def claim(self, pk: Any, *, now: datetime) -> bool:
        return bool(self.filter(pk=pk).free(now).update(claimed_until=now + CLAIM_TIMEOUT))

    def is_claimed(self, pk: Any, *, at: datetime) -> bool:
        """Whether it is still in the hands of whom it was given to then: no clock is asked whether that lapsed."""
        return self.filter(pk=pk, claimed_until=at + CLAIM_TIMEOUT).exists()

    def release(self, pk: Any) -> None:
        self.filter(pk=pk).update(claimed_until=None)

    def retry_now(self, now: datetime) -> None:
        """The network answers again: none of those in doubt need wait for its own time."""
        self.in_doubt().filter(attempts__gt=0, is_held_up=False).update(due_at=now)

    def postpone(self, row: Row, *, now: datetime, is_held_up: bool = False) -> None:
        """The network did not answer, or asked to come back: look after it again, later each time."""
        attempts = row.attempts + 1
        due_at = retry_at(attempts=attempts, now=now, is_held_up=is_held_up)
        self.filter(pk=row.pk, due_at__isnull=False).update(attempts=attempts, due_at=due_at, is_held_up=is_held_up)


class ObservedQuerySet(OperationQuerySet[Seen]):
    def open(self) -> Self:
        """Those that can still change; each kind says which."""
        raise NotImplementedError

    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.covers(merchant="merchant", store="store"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def contradicted(self) -> Self:
        """Those that MobilePay reports otherwise than our record: staff must look at them."""
        return self.filter(contradicted_at__isnull=False)

    def waiting(self, now: datetime) -> Self:
        """About what is contradicted the network has answered: no later try is waited for."""
        return super().waiting(now).filter(contradicted_at=None)

    def mark_contradicted(self, row: Seen, said: Mapping[str, str], *, now: datetime) -> bool:
        """Note what MobilePay says otherwise, or with nothing that it agrees again; False when that is known."""
        since = (row.contradicted_at or now) if said else None
        if row.contradiction == said or not self.filter(pk=row.pk).exclude(contradiction=said).update(
            contradiction=said, contradicted_at=since
        ):
            return False
        row.contradiction, row.contradicted_at = dict(said), since
        return True

    def claim_look_up(self, row: Seen, *, now: datetime) -> bool:
        """Whether it is this caller who asks MobilePay now; all others are answered from the row."""
        stale = Q(fresh_until__lte=now) | Q(fresh_until__gt=now + LONGEST_FRESH)
        return bool(self.filter(stale, pk=row.pk).update(fresh_until=now + LOOK_UP_TIMEOUT))

    def look_up_quietly(
        self, row: Seen, *, look_up: Callable[[Seen], Seen], now: datetime
    ) -> tuple[Seen, PortalError | None]:
        """The row as MobilePay reports it, or as we know it and why MobilePay reports nothing."""
        try:
            return look_up(row), None
        except PortalError as error:
            trouble = error
        row = self.reload(row)
        row.fresh_until = clock.now() + timedelta(milliseconds=row.poll_delay_ms)
        row.unanswered_since = row.unanswered_since or now
        written: dict[str, Any] = {"fresh_until": row.fresh_until, "unanswered_since": row.unanswered_since}
        self.filter(pk=row.pk).update(**written)
        return row, trouble
