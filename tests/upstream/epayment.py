"""ePayment as an upstream: the simulator on the real wire, with every delivery as soon as it is due."""

from tests.upstream.upstreams import CANCEL, CAPTURE, PAY_BACK, START

ROOT = "/epayment/v1/payments"
CALLS = {
    START: ("POST", ROOT),
    CAPTURE: ("POST", f"{ROOT}/[^/]+/capture"),
    CANCEL: ("POST", f"{ROOT}/[^/]+/cancel"),
    PAY_BACK: ("POST", f"{ROOT}/[^/]+/refund"),
}
TRIES = 2


class EPayment:
    """See Upstream."""

    def __init__(self, simulator, phone) -> None:
        self._simulator = simulator
        self._phone = phone

    def arrive(self) -> None:
        self._phone.checks_in()

    def accept(self) -> None:
        if not self.payments() or self.payments()[-1][1] != "open":
            self._phone.checks_in()
        self._phone.approves()
        self._phone.tells()

    def lose(self, act: str, *, is_done: bool) -> None:
        self._simulator.faults.add("cut_after" if is_done else "cut_before", *CALLS[act], times=TRIES)

    def refuse(self, act: str) -> None:
        # Our keys may not do it: nothing about the payment.
        self._simulator.faults.add("refuse", *CALLS[act], status=403, code="5060")

    def payments(self) -> list[tuple[str, str, int]]:
        with self._simulator.epayment.present():
            return [(_order(each), _word(each), each.captured) for each in self._simulator.epayment.payments]

    def paid_back(self) -> list[int]:
        with self._simulator.epayment.present():
            events = [event for each in self._simulator.epayment.payments for event in each.events]
            return [event.amount for event in events if event.name == "REFUNDED"]

    def keys(self, act: str) -> list[str]:
        return [call.idempotency_key for call in self._simulator.calls.find(*CALLS[act])]


def _order(payment) -> str:
    return payment.reference.rpartition("-")[0]


def _word(payment) -> str:
    if payment.captured:
        return "captured"
    if payment.state == "CREATED":
        return "open"
    is_reserved = payment.state == "AUTHORIZED" and payment.authorized > payment.cancelled
    return "reserved" if is_reserved else "ended"
