"""Who leads a payment to `Reserved`: its network, or the portal. Tables only: `services` say it, and to whom.

A network that pairs customers and payments by itself leads: it is told at once, and asked how things stand. Where the
portal learns who stands at the till, the portal leads, and tells the network once it knows who pays and how much.
"""

from dataclasses import dataclass
from typing import Protocol

from payments.states import State
from portal.mobilepay.ports import Network
from portal.operations.models import Operation, Step


class Leader(Protocol):
    def begin(self, *, has_amount: bool, is_checked_in: bool) -> Step[State]:
        """How a payment begins: started with its amount, or prepared without."""

    def check_in(self, state: State) -> Step[State] | None:
        """What a customer who checks in brings about; None where the network knows by itself, or it is too late."""

    def ready(self, state: State, *, is_checked_in: bool) -> Step[State]:
        """What the amount of a prepared payment brings about."""

    def accepted(self, operation: Operation, state: State) -> State:
        """Where the network's yes to an operation brings a payment that is not reserved yet."""


@dataclass(frozen=True, slots=True)
class NetworkLed:
    """The network pairs customers and payments, and we only hear of it.

    A prepared payment waits with the portal where the network has none, and is told with its amount.
    """

    prepares: bool

    def begin(self, *, has_amount: bool, is_checked_in: bool) -> Step[State]:  # noqa: ARG002 - the network knows
        waits_here = not has_amount and not self.prepares
        if waits_here:
            return Step(State.PREPARED)
        return Step(State.CREATED, Operation.CREATE if has_amount else Operation.PREPARE)

    def check_in(self, state: State) -> Step[State] | None:  # noqa: ARG002 - the network knows
        return None

    def ready(self, state: State, *, is_checked_in: bool) -> Step[State]:  # noqa: ARG002 - the network knows
        return Step(state, Operation.READY if self.prepares else Operation.CREATE)

    def accepted(self, operation: Operation, state: State) -> State:
        if operation == Operation.PREPARE:
            return State.PREPARED
        return State.ISSUED_TO_USER if state == State.PAIRED else State.INITIATED


@dataclass(frozen=True, slots=True)
class PortalLed:
    """The portal waits for a customer to check in and for the amount, and tells the network when it has both."""

    def begin(self, *, has_amount: bool, is_checked_in: bool) -> Step[State]:
        if has_amount:
            return Step(State.CREATED, Operation.CREATE) if is_checked_in else Step(State.INITIATED)
        return Step(State.PAIRED if is_checked_in else State.PREPARED)

    def check_in(self, state: State) -> Step[State] | None:
        after = {
            State.PREPARED: Step(State.PAIRED),
            State.INITIATED: Step(State.INITIATED, Operation.CREATE),
        }
        return after.get(state)

    def ready(self, state: State, *, is_checked_in: bool) -> Step[State]:
        return Step(state, Operation.CREATE) if is_checked_in else Step(State.INITIATED)

    def accepted(self, operation: Operation, state: State) -> State:  # noqa: ARG002 - it goes to the phone at once
        return State.ISSUED_TO_USER


def leader(network: Network) -> Leader:
    """Who leads payments at a network: it does if it can say who stands at a point of sale."""
    return PortalLed() if network.check_ins is None else NetworkLed(prepares=network.prepared is not None)
