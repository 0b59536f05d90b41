"""How often a payment may be asked about or changed: nobody counts until the knob says so."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.epayment.knobs import Knobs

WRITES, READS = 5, 120
WINDOW = timedelta(minutes=1)


class Limits:
    """Writes are counted per reference and operation, reads per reference."""

    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._calls: defaultdict[tuple[str, str, str], deque[datetime]] = defaultdict(deque)

    def seconds_to_wait(self, msn: str, reference: str, operation: str | None) -> int:
        """0 for a call that may be made, which counts; an operation of None is a read."""
        if not self._knobs.limits_rates:
            return 0
        now = self._timeline.now
        calls = self._calls[msn, reference, operation or ""]
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= (WRITES if operation else READS):
            return ceil((calls[0] + WINDOW - now).total_seconds())
        calls.append(now)
        return 0
