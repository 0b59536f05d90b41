"""Idempotency: the same key with the same request gets the same answer, refusals included."""

from collections.abc import Callable
from functools import partial

from portal.mobilepay.simulator.core.messages import Response
from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.epayment.codes import Code, Problem, problem
from portal.mobilepay.simulator.epayment.knobs import Knobs

# A sales unit, an operation and a key: one key may serve several operations of one payment.
Slot = tuple[str, str, str]


class Replays:
    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._outcomes: dict[Slot, tuple[object, Response | Problem]] = {}

    def once(self, slot: Slot, request: object, do: Callable[[], Response]) -> Response:
        """Do it, or answer as the first time; 4010 when the key was used for another request.

        A refusal that only asks to come back leaves the key free.
        """
        if slot in self._outcomes:
            first_request, outcome = self._outcomes[slot]
            if first_request != request:
                raise problem(Code.KEY_REUSED)
            if isinstance(outcome, Problem):
                raise outcome
            return outcome
        try:
            response = do()
        except Problem as refusal:
            if refusal.is_final:
                self._keep(slot, request, refusal)
            raise
        self._keep(slot, request, response)
        return response

    def _keep(self, slot: Slot, request: object, outcome: Response | Problem) -> None:
        self._outcomes[slot] = request, outcome
        self._timeline.after(self._knobs.idempotency_retention, partial(self._outcomes.pop, slot))
