"""Idempotency: a repeated creating call gets the answer of the first one (protocol section 11)."""

from collections.abc import Callable
from functools import partial

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.ownership import Caller


class Replays:
    """Remembers what each key created. A refused call leaves its key unused."""

    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._created: dict[tuple[str, str], tuple[object, str]] = {}

    def once(self, caller: Caller, key: str, *, request: object, create: Callable[[], str]) -> str:
        """Create something, or return the id this very request created before.

        A key belongs to one integrator; the same key for another merchant or another request is 409/1306.
        """
        slot = (caller.client_id, key)
        asked = (caller.vat_number, request)
        if slot in self._created:
            first_asked, created_id = self._created[slot]
            if first_asked != asked:
                raise Refusal(Code.KEY_REUSED)
            return created_id
        created_id = create()
        self._created[slot] = (asked, created_id)
        self._timeline.after(self._knobs.idempotency_retention, partial(self._created.pop, slot))
        return created_id
