"""What stands open at MobilePay: when it is due, which worker looks after it, and how one asks about it for all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from portal import clock
from portal.audit.actors import ActorKind
from portal.errors import PortalError
from portal.gateway import retry_at

BATCH = 1000
# A worker that takes something on has this long before another one may.
CLAIM = timedelta(seconds=30)
# What a clock far ahead has written must not keep the others away for as long as that clock is ahead.
_BELIEVED = 2 * CLAIM
# Longer than any call with all its tries; whoever died while asking blocks the others no longer than this.
_ASKING = timedelta(seconds=15)
# What is fresh for longer was written by a clock far ahead.
_LONGEST_FRESH = 2 * _ASKING


class Followed(models.Model):
    """A payment or a refund: MobilePay has a part in its state, and we see that part only when we ask."""

    changed_at = models.DateTimeField(default=clock.now)
    fresh_until = models.DateTimeField(default=clock.now, help_text="Until then MobilePay need not be asked.")
    unanswered_since = models.DateTimeField(null=True, help_text="Since then MobilePay answers no look-up.")
    due_at = models.DateTimeField(null=True, help_text="When a worker must look after it.")
    taken_until = models.DateTimeField(null=True, help_text="A worker looks after it until then at the latest.")
    attempts = models.PositiveIntegerField(default=0)
    poll_delay_ms = models.PositiveIntegerField(default=1000)
    contradiction = models.JSONField(default=dict, help_text="What MobilePay's last answer says otherwise, by name.")
    contradicted_at = models.DateTimeField(null=True, help_text="Since then it says so.")

    class Meta:
        abstract = True

    def is_fresh(self, now: datetime) -> bool:
        """Whether MobilePay need not be asked; what a clock far ahead has written does not count."""
        return now < self.fresh_until <= now + _LONGEST_FRESH

    @property
    def contradiction_in_words(self) -> str:
        return in_words(self.contradiction)


def in_words(said: Mapping[str, str]) -> str:
    """What MobilePay says otherwise, as people read it: `amount 99.00 DKK, order A-2`."""
    return ", ".join(f"{name} {words}" for name, words in said.items())


class Change(models.Model):
    """One change of state; rows are added and never changed."""

    at = models.DateTimeField(default=clock.now)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    cause = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.CharField(max_length=120)
    correlation_id = models.CharField(max_length=64, help_text="Ours, and MobilePay's for that call.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.from_state or 'nothing'} → {self.to_state}"


Row = TypeVar("Row", bound=Followed)


class FollowedQuerySet(models.QuerySet[Row]):
    """Each kind says what is `open`, because it can still change, and what of that is `in_doubt`."""

    def open(self) -> Self:
        raise NotImplementedError

    def in_doubt(self) -> Self:
        """Those about which MobilePay was told something and has not answered."""
        raise NotImplementedError

    def contradicted(self) -> Self:
        """Those that MobilePay reports otherwise than our record: staff must look at them."""
        return self.filter(contradicted_at__isnull=False)

    def mark_contradicted(self, row: Row, said: Mapping[str, str], *, now: datetime) -> bool:
        """Note what MobilePay says otherwise, or with nothing that it agrees again; False when that is known."""
        since = (row.contradicted_at or now) if said else None
        if row.contradiction == said or not self.filter(pk=row.pk).exclude(contradiction=said).update(
            contradiction=said, contradicted_at=since
        ):
            return False
        row.contradiction, row.contradicted_at = dict(said), since
        return True

    def due(self, now: datetime) -> Self:
        """Those that somebody must look after now."""
        return self.open().filter(due_at__lte=now).order_by("due_at")

    def free(self, now: datetime) -> Self:
        """Those that no worker is looking after right now."""
        return self.filter(Q(taken_until=None) | Q(taken_until__lte=now) | Q(taken_until__gt=now + _BELIEVED))

    def waiting(self, now: datetime) -> Self:
        """Those in doubt that wait for a later try, the longest first; about what is contradicted it has answered."""
        return self.in_doubt().filter(attempts__gt=0, due_at__gt=now, contradicted_at=None).order_by("due_at")

    def take_due(self, *, now: datetime, batch: int) -> list[UUID]:
        """Take on those that are due, each by one worker, and give their ids.

        Of those in doubt that wait for a later try, the one that waits longest is taken on all the same: once it
        can be settled MobilePay is back, and `wake` makes the others due.
        """
        due = list(self.due(now).free(now).values_list("pk", flat=True)[:batch])
        scout = list(self.waiting(now).free(now).values_list("pk", flat=True)[:1])
        return [pk for pk in due + scout if self.take(pk, now=now)]

    def take(self, pk: UUID, *, now: datetime) -> bool:
        return bool(self.filter(pk=pk).free(now).update(taken_until=now + CLAIM))

    def is_taken(self, pk: UUID, *, at: datetime) -> bool:
        """Whether it is still in the hands of whom it was given to then: no clock is asked whether that lapsed."""
        return self.filter(pk=pk, taken_until=at + CLAIM).exists()

    def let_go(self, pk: UUID) -> None:
        self.filter(pk=pk).update(taken_until=None)

    def wake(self, now: datetime) -> None:
        """MobilePay answers again: none of those in doubt need wait for its own time."""
        self.in_doubt().filter(attempts__gt=0).update(due_at=now)

    def postpone(self, row: Row, *, now: datetime) -> None:
        """MobilePay did not answer: look after it again, later each time."""
        attempts = row.attempts + 1
        due_at = retry_at(attempts=attempts, now=now)
        self.filter(pk=row.pk).open().update(attempts=attempts, due_at=due_at)

    def claim_look_up(self, row: Row, *, now: datetime) -> bool:
        """Whether it is this caller who asks MobilePay now; all others are answered from the row."""
        stale = Q(fresh_until__lte=now) | Q(fresh_until__gt=now + _LONGEST_FRESH)
        return bool(self.filter(stale, pk=row.pk).update(fresh_until=now + _ASKING))

    def look_up_quietly(
        self, row: Row, *, look_up: Callable[[Row], Row], fresh: Callable[[Row], Row], now: datetime
    ) -> tuple[Row, PortalError | None]:
        """The row as MobilePay reports it, or as we know it and why MobilePay reports nothing."""
        try:
            return look_up(row), None
        except PortalError as error:
            trouble = error
        row = fresh(row)
        row.fresh_until = clock.now() + timedelta(milliseconds=row.poll_delay_ms)
        row.unanswered_since = row.unanswered_since or now
        written: dict[str, Any] = {"fresh_until": row.fresh_until, "unanswered_since": row.unanswered_since}
        self.filter(pk=row.pk).update(**written)
        return row, trouble
