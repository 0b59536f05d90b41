"""What a row owes a network, and what of it only the network can tell."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4, uuid5

from django.db import models

from portal import clock
from portal.audit.actors import ActorKind

# Whoever told a network something may have died by then; telling it again with the same key does no harm.
ANSWER_TIMEOUT = timedelta(seconds=8)
# Longer than any call with all its tries; whoever died while asking blocks the others no longer than this.
LOOK_UP_TIMEOUT = timedelta(seconds=15)
# What is fresh for longer was written by a clock far ahead.
LONGEST_FRESH = 2 * LOOK_UP_TIMEOUT


class Operation(models.TextChoices):
    """What we have decided to tell a network about a thing and have not seen confirmed."""

    NONE = "", "Nothing"
    CREATE = "create", "Open it"
    PREPARE = "prepare", "Open it without its amount"
    READY = "ready", "Give it its amount"
    CAPTURE = "capture", "Take the money, or pay it out"
    RELEASE = "release", "Let go of what was not taken"
    CANCEL = "cancel", "Cancel it"
    EXPIRE = "expire", "Cancel it, unless the customer has approved it"
    REGISTER = "register", "Register it"
    DELETE = "delete", "Delete it"


# The network may have the thing already, under an id that we do not know yet.
OPENING = (Operation.CREATE, Operation.PREPARE)
ENDING = (Operation.CANCEL, Operation.EXPIRE)


def operations() -> list[tuple[str, str]]:
    """The choices by reference, so that a new one needs no migration."""
    return Operation.choices


S = TypeVar("S", bound=str)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """The state that something comes to, and what its network is to be told there."""

    state: S
    operation: Operation = Operation.NONE


class IllegalTransition(Exception):
    """A state cannot follow another: a fault in the portal, never an answer to anybody."""


def require_transition(seen: str, to: str, possible: Container[str]) -> None:
    """Raise IllegalTransition unless the state that was seen is this one already, or may be followed by it."""
    if to != seen and to not in possible:
        raise IllegalTransition(f"{seen} to {to}")


class Owed(models.Model):
    """At most one operation at a time; nobody forgets it, because it has a clock."""

    operation = models.CharField(max_length=8, choices=operations, default=Operation.NONE, blank=True)
    operation_key = models.UUIDField(default=uuid4, help_text="What the idempotency keys of its calls are made of.")
    operation_since = models.DateTimeField(default=clock.now, help_text="Since when the network may know that key.")
    attempts = models.PositiveIntegerField(default=0)
    is_held_up = models.BooleanField(default=False, help_text="The network asked to come back, at the last try.")
    due_at = models.DateTimeField(null=True, help_text="When a worker must look after it.")
    claimed_until = models.DateTimeField(null=True, help_text="A worker looks after it until then at the latest.")

    class Meta:
        abstract = True

    @property
    def is_in_doubt(self) -> bool:
        """Whether a network was or is to be told something and has not confirmed it."""
        return self.operation != Operation.NONE

    def must_wait(self, now: datetime) -> bool:
        """Whether its network has asked to be left alone with it until later: some count how often they are told."""
        is_waiting = self.is_in_doubt and self.attempts > 0 and self.due_at is not None and self.due_at > now
        return self.is_held_up and is_waiting

    def key_of(self, operation: Operation) -> UUID:
        """The idempotency key of that call: the same at every try of one intention, another for every other call."""
        return uuid5(self.operation_key, operation)


class Observed(Owed):
    """A payment or a refund: a network has a part in its state, and we see that part only when we ask."""

    # Each kind has its own; `remote_id` is the network's, once it has been opened there.
    merchant_id: Any
    state: Any
    remote_id: Any

    changed_at = models.DateTimeField(default=clock.now)
    fresh_until = models.DateTimeField(default=clock.now, help_text="Until then MobilePay need not be asked.")
    unanswered_since = models.DateTimeField(null=True, help_text="Since then MobilePay answers no look-up.")
    poll_delay_ms = models.PositiveIntegerField(default=1000)
    contradiction = models.JSONField(default=dict, help_text="What MobilePay's last answer says otherwise, by name.")
    contradicted_at = models.DateTimeField(null=True, help_text="Since then it says so.")

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Its page."""
        raise NotImplementedError

    def is_fresh(self, now: datetime) -> bool:
        """Whether MobilePay need not be asked; what a clock far ahead has written does not count."""
        return now < self.fresh_until <= now + LONGEST_FRESH

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
