"""PoS V10 as an upstream: the simulator on the real wire."""

from decimal import Decimal

from tests.payments import posv10_calls
from tests.upstream.upstreams import CANCEL, CAPTURE, PAY_BACK, READY, START

CALLS = {
    START: posv10_calls.START,
    READY: posv10_calls.READY,
    CAPTURE: posv10_calls.CAPTURE,
    CANCEL: posv10_calls.CANCEL,
    PAY_BACK: ("POST", "/pos/v10/refunds/[^/]+/capture"),
}
WORDS = {"Reserved": "reserved", "Captured": "captured"}
OPEN = {"Prepared", "Paired", "Initiated", "IssuedToUser"}


class PosV10:
    """See Upstream."""

    def __init__(self, simulator, customer) -> None:
        self._simulator = simulator
        self._customer = customer

    def arrive(self) -> None:
        """V10 is told of a payment before anybody is there."""

    def accept(self) -> None:
        self._customer.checks_in()
        self._customer.accepts()

    def lose(self, act: str, *, is_done: bool) -> None:
        posv10_calls.swallow_every_try(self._simulator, CALLS[act], done=is_done)

    def refuse(self, act: str) -> None:
        # Our registration is not allowed to do it: its own words, and nothing about the payment.
        self._simulator.faults.add("refuse", *CALLS[act], status=409, code="1204")

    def payments(self) -> list[tuple[str, str, int]]:
        return [
            (order, "open" if state in OPEN else WORDS.get(state, "ended"), int(Decimal(captured) * 100))
            for order, state, captured in posv10_calls.books(self._simulator)
        ]

    def paid_back(self) -> list[int]:
        with self._simulator.world.present():
            paid = [each for each in self._simulator.world.refunds if str(each.status) == "Captured"]
            return [int(each.amount * 100) for each in paid]

    def keys(self, act: str) -> list[str]:
        return posv10_calls.keys(self._simulator, CALLS[act])
