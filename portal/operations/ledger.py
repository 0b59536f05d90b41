"""The one writer of what is owed to a network, with the events and audit rows that go with it."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.mobilepay.errors import Rejected
from portal.observability import request_context
from portal.operations.models import ANSWER_TIMEOUT, Change, Observed, Operation, in_words
from portal.operations.querysets import ObservedQuerySet

Row = TypeVar("Row", bound=Observed)


@dataclass(frozen=True, slots=True)
class Ledger(Generic[Row]):
    """What is written down about one kind of thing; `name` is what its events call it."""

    rows: Callable[[], ObservedQuerySet[Row]]
    event: type[Change]
    name: str
    longest_cause: int
    scheduled: Action
    refused: Action
    disagrees: Action
    agrees: Action

    def record(
        self, row: Row, *, from_state: str, cause: str, by: Actor, action: Action, details: Mapping[str, Any]
    ) -> None:
        """Write a state down that the row has just come to; call it inside the same transaction.

        `details` are what the audit row says besides.
        """
        event = self.event(
            **{self.name: row},
            from_state=from_state,
            to_state=row.state,
            cause=cause[: self.longest_cause],
            actor_kind=by.kind,
            actor=by.name,
            correlation_id=request_context.request_id(),
        )
        event.save(force_insert=True)
        audit.record(action, by=by, on=row, merchant_id=row.merchant_id, to_state=row.state, **details)

    @transaction.atomic
    def schedule(
        self,
        row: Row,
        operation: Operation,
        *,
        states: Container[str],
        instead_of: Operation,
        by: Actor,
        now: datetime,
        columns: Mapping[str, Any] | None = None,
        **details: Any,
    ) -> bool:
        """Note what the network is to be told; False when the row is not in one of those states, or owes another.

        `instead_of` is what it was to be told before, and is not any more. Each intention has a key of its own, but
        for what is not open there yet: that must still be told with the key that it may have been opened with.
        """
        # What is paid in one step is never open there, and a refusal stays with its key.
        is_new = row.remote_id is not None or (operation == Operation.CAPTURE and instead_of == Operation.NONE)
        own: dict[str, Any] = {"operation_key": uuid4(), "operation_since": now} if is_new else {}
        if instead_of == Operation.NONE:
            own |= {"attempts": 0, "operation_since": now}
        noted = (
            self.rows()
            .filter(pk=row.pk, state__in=states, operation=instead_of)
            .update(operation=operation, due_at=now + ANSWER_TIMEOUT, **own, **(columns or {}))
        )
        if noted:
            audit.record(self.scheduled, by=by, on=row, merchant_id=row.merchant_id, intent=operation, **details)
        return bool(noted)

    @transaction.atomic
    def abandon(
        self,
        row: Row,
        refusal: Rejected,
        *,
        due_at: datetime | None,
        by: Actor,
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        """Forget what the network has refused to do."""
        same = self.rows().filter(pk=row.pk, operation=row.operation, operation_key=row.operation_key)
        if same.update(operation=Operation.NONE, attempts=0, due_at=due_at, **(columns or {})):
            details = refusal.details
            audit.record(self.refused, by=by, on=row, merchant_id=row.merchant_id, intent=row.operation, **details)

    @transaction.atomic
    def fulfil(self, row: Row, operation: Operation, *, action: Action, by: Actor, **details: Any) -> None:
        """Note that the network has done what left the row in its state; once, and nothing more is owed."""
        owed = self.rows().filter(pk=row.pk, operation=operation)
        if owed.update(operation=Operation.NONE, attempts=0, due_at=None):
            audit.record(action, by=by, on=row, merchant_id=row.merchant_id, **details)

    @transaction.atomic
    def contradict(
        self, row: Row, said: Mapping[str, str], *, by: Actor, now: datetime, has_ended: bool = False
    ) -> None:
        """Note what the network says of the row that we did not ask for; with nothing, that it agrees again.

        `has_ended` is for a row whose sums are looked at after its end.
        """
        # What has ended is not looked at any more, so nothing would ever agree again.
        rows = self.rows().open() if said and not has_ended else self.rows()
        if rows.mark_contradicted(row, said, now=now):
            action = self.disagrees if said else self.agrees
            audit.record(action, by=by, on=row, merchant_id=row.merchant_id, theirs=in_words(said))
