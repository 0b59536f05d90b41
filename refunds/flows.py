"""How a refund gets to its network: in two steps, reserved there first; or in one, reserved here until it is paid."""

from portal.mobilepay.ports import Network
from portal.operations.models import Operation, Step
from refunds.states import State

IN_TWO_STEPS = Step(State.CREATED, Operation.CREATE)
IN_ONE_STEP = Step(State.RESERVED)


def first_step(network: Network) -> Step[State]:
    """What a refund begins with, once nobody need agree to it any more."""
    return IN_ONE_STEP if network.refunds is None else IN_TWO_STEPS
