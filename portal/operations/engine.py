"""Executes what is owed to a network: schedule, tell, observe, apply or abandon; once for every kind of thing.

Nothing here holds a lock or a transaction while a network is asked. Whatever dies in between is repeated later with
the same key, and running it twice is running it once.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import networks
from portal.gateway.errors import OutcomeUnknown
from portal.gateway.networks import Account
from portal.mobilepay.errors import Busy, Contradiction, NetworkError, Rejected, Unreachable, Unreadable
from portal.mobilepay.ports import Network
from portal.operations.ledger import Ledger
from portal.operations.models import ENDING, OPENING, Observed, Operation, Owed
from portal.operations.querysets import ObservedQuerySet, OperationQuerySet

Row = TypeVar("Row", bound=Owed)
Seen = TypeVar("Seen", bound=Observed)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange with a network about one thing.

    `is_first` says that nobody can have told it the same before.
    """

    network: Network
    by: Actor
    now: datetime
    is_first: bool = False

    def is_certain(self, error: NetworkError) -> bool:
        """Whether the network has said no to the very first try: nothing can have come of an earlier one."""
        return self.is_first and isinstance(error, Rejected) and error.is_certain


class Act(Protocol[Row]):
    """What one operation says to the network, and what follows."""

    def look_first(self, exchange: Exchange, row: Row) -> Row:
        """The row after whatever must be looked at before anything is told; may raise the network's errors."""

    def is_owed(self, row: Row) -> bool:
        """Whether it is still to be told, as the row is then."""

    def tell(self, exchange: Exchange, row: Row) -> Row:
        """Say it, and apply the yes; may raise the network's errors."""

    def observe(self, exchange: Exchange, row: Row, error: NetworkError) -> Row:
        """How the thing stands after an error; our own view when the network does not say."""

    def settled(self, row: Row, error: NetworkError) -> Row | None:
        """The row if it shows that the matter is settled all the same, else None; raises why it can never be done."""

    def abandon(self, exchange: Exchange, row: Row, refusal: Rejected) -> Row:
        """Forget it, for it was refused for good, and raise what fits; gives the row if somebody else got further."""


class Kind(Protocol[Row]):
    """What the engine must know of payments, of refunds, or of points of sale."""

    def rows(self) -> OperationQuerySet[Row]: ...

    def account(self, row: Row) -> Account: ...

    def opening(self, row: Row) -> Act[Row] | None:
        """What brings the row to the network, or finds out whether it is there; None when it is."""

    def act(self, row: Row) -> Act[Row] | None:
        """What the row owes besides; None when it is nothing."""

    def note_contradiction(self, row: Row, error: Contradiction, *, by: Actor, now: datetime) -> None: ...

    def outcome_unknown(self, row: Row, error: NetworkError | None = None) -> OutcomeUnknown: ...


class ObservedKind(Kind[Seen], Protocol[Seen]):
    """Payments and refunds: people and tills ask for operations on them."""

    ledger: Ledger[Seen]

    def rows(self) -> ObservedQuerySet[Seen]: ...

    def may_know_it(self, row: Seen) -> bool:
        """Whether the network may have been told before what is told now: with the key that the row still has."""

    def pending(self, row: Seen) -> PortalError:
        """What to say while another operation than the wanted one is not confirmed."""


class Ledgered(Generic[Seen]):
    """What payments and refunds have in common as kinds: what a network says otherwise stands in their ledger."""

    ledger: Ledger[Seen]

    def note_contradiction(self, row: Seen, error: Contradiction, *, by: Actor, now: datetime) -> None:
        self.ledger.contradict(row, error.said, by=by, now=now)


def look_up(
    kind: ObservedKind[Seen], row: Seen, observe: Callable[[Exchange, Seen], Seen], *, by: Actor, now: datetime
) -> Seen:
    """Ask the network how the row stands and apply it; may raise the network's errors."""
    try:
        return observe(exchange(kind, row, by=by, now=now), row)
    except Contradiction as error:
        kind.note_contradiction(row, error, by=by, now=now)
        raise


def exchange(kind: Kind[Row], row: Row, *, by: Actor, now: datetime, is_first: bool = False) -> Exchange:
    return Exchange(networks.network_for(kind.account(row)), by, now, is_first)


def request(
    kind: ObservedKind[Seen],
    row: Seen,
    operation: Operation,
    *,
    states: Container[str],
    again: Callable[[Seen], Seen],
    by: Actor,
    now: datetime,
    columns: Mapping[str, Any] | None = None,
    **details: Any,
) -> Seen:
    """Schedule an operation and execute it, or finish the same one if it is on its way.

    `states` are those from which it can be carried out, `columns` what belongs to it, `details` are for the audit log.
    `again` judges the row anew when somebody else has changed it meanwhile.
    """
    wanted = dict(columns or {})
    # While the network reports it otherwise nothing is taken, and what was to be taken can be called off.
    is_called_off = bool(row.contradiction) and operation in ENDING and row.operation not in ENDING
    before = Operation(row.operation)
    may_replace = before in {Operation.NONE, Operation.EXPIRE, *OPENING} and before != operation
    if may_replace or is_called_off:
        is_new = kind.ledger.schedule(
            row, operation, states=states, instead_of=before, by=by, now=now, columns=wanted, **details
        )
        current = kind.rows().reload(row)
        if not is_new:
            return again(current)
        return execute(kind, current, by=by, now=now, is_first=not kind.may_know_it(row))
    if row.operation != operation or any(getattr(row, name) != value for name, value in wanted.items()):
        raise kind.pending(row)
    if row.must_wait(now):
        raise kind.outcome_unknown(row)
    return execute(kind, row, by=by, now=now)


def execute(kind: Kind[Row], row: Row, *, by: Actor, now: datetime, is_first: bool = False) -> Row:
    """Finish what the network was or is to be told about the row.

    Pass `is_first=True` right after scheduling it, when nobody can have told the network before.
    Raises OutcomeUnknown when the network does not answer, and otherwise the refusal that fits its answer.
    """
    with_network = exchange(kind, row, by=by, now=now, is_first=is_first)

    def finish() -> Row:
        current = row
        # Twice, because what could not be opened may have to be called off at once.
        for _ in range(2):
            opening = kind.opening(current)
            current = _carry_out(with_network, opening, current) if opening else current
        act = kind.act(current)
        return _carry_out(with_network, act, current) if act else current

    return no_answer_is_unknown(kind, row, finish, by=by, now=now)


def no_answer_is_unknown(kind: Kind[Row], row: Row, ask: Callable[[], Answer], *, by: Actor, now: datetime) -> Answer:
    """What the network is asked; when it does not answer, the row is due later, and OutcomeUnknown is raised."""
    try:
        return ask()
    except Unreachable as error:
        is_held_up = isinstance(error, Busy) and networks.rules(kind.account(row)).counts_calls
        kind.rows().postpone(row, now=now, is_held_up=is_held_up)
        if isinstance(error, Contradiction):
            kind.note_contradiction(row, error, by=by, now=now)
        raise kind.outcome_unknown(row, error) from error


def look_after(kind: Kind[Row], pk: Any, care: Callable[[Row], Any], *, now: datetime) -> None:
    """Let a worker do what is due about a row that it has claimed.

    When that ends a wait, the network is back, and nobody else need wait for it either.
    """
    rows = kind.rows()
    row = rows.whole().get(pk=pk)
    is_back = row.is_in_doubt and row.attempts > 0
    try:
        care(row)
    except OutcomeUnknown:
        is_back = False
    except PortalError:
        pass  # The network said no, and that is written down: nobody waits here for the sentence.
    # Not after an unexpected failure: what nobody can look after must not come back every two seconds.
    rows.release(pk)
    if is_back:
        rows.retry_now(now)


def _carry_out(with_network: Exchange, act: Act[Row], row: Row) -> Row:
    row = act.look_first(with_network, row)
    if not act.is_owed(row):
        return row
    try:
        return act.tell(with_network, row)
    except (Rejected, Unreadable) as error:
        seen = act.observe(with_network, row, error)
        settled = act.settled(seen, error)
        if settled is not None:
            return settled
        refusal = error.raise_unless_final(is_first=with_network.is_first)
        return act.abandon(with_network, seen, refusal)
