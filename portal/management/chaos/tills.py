"""Tills and their customers, who try again until they know, and write down what they were told."""

from dataclasses import dataclass, field
from random import Random
from threading import Event
from typing import Any

from portal.management import wire
from portal.management.phones import Phone
from portal.management.stage import Register

_OK, _CONFLICT = 200, 409
_TRIES = 240
_PAUSE = 0.25
# How often a customer scans while nothing is on their phone: word of one scan may be on its way, or lost.
_SCANS = 0.4
_ENDED = {"Captured", "CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled"}


@dataclass
class Told:
    """What a till was told about one sale; `doubles` are answers that contradict an earlier one."""

    order_id: str
    payment_id: str = ""
    captured: bool = False
    refund_id: str = ""
    refunded: bool = False
    doubles: list[str] = field(default_factory=list)


class GaveUp(Exception):
    """The till has asked often enough."""


@dataclass
class ChaosTill:
    """One register with a customer in front of it; nothing it does depends on any other."""

    portal: str
    token: str
    register: Register
    phone: Phone
    seed: str
    stop: Event
    told: list[Told] = field(default_factory=list)
    # Two of them: how often a till has to ask again must not change what it asks for next.
    dice: Random = field(init=False)
    moods: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice, self.moods = Random(self.seed), Random(f"{self.seed} again")  # noqa: S311 - invented sales

    def sell(self, sales: int, *, name: str) -> None:
        for number in range(sales):
            told = Told(f"{name}-{number}")
            self.told.append(told)
            try:
                self._sale(told)
            except GaveUp:
                continue

    def _sale(self, told: Told) -> None:
        amount = f"{self.dice.randrange(10, 400)}.{self.dice.randrange(100):02}"
        comes_back = self.dice.random() < 0.5  # noqa: PLR2004 - every other sale, in part
        order = {"orderId": told.order_id, "terminalId": self.register.terminal_id, "amount": amount}
        told.payment_id = self._insist("payment/start", order, "paymentId", told)
        if self._status(told.payment_id, {"Reserved", *_ENDED}, accept=True) != "Reserved":
            return
        self._insist("payment/capture", {"paymentId": told.payment_id}, "message", told)
        told.captured = True
        if comes_back:
            self._refund(told, amount)

    def _refund(self, told: Told, amount: str) -> None:
        part = f"{max(int(amount.partition('.')[0]) // 2, 1)}.00"
        wish = {"paymentId": told.payment_id, "refundOrderId": f"R-{told.order_id}", "amount": part}
        told.refund_id = self._insist("refund/create", wish, "refundId", told)
        self._insist("refund/capture", {"refundId": told.refund_id}, "message", told)
        told.refunded = True

    def _insist(self, path: str, parameters: dict[str, str], member: str, told: Told) -> str:
        """Make a call until it succeeds, and now and then once more: asking twice is asking once."""
        given = ""
        for _ in range(_TRIES):
            status, answer = wire.call(self.portal, f"/api/pos/{path}", token=self.token, body=parameters)
            if status == _OK:
                if given and given != answer[member] and member != "message":
                    told.doubles.append(f"{path}: {given} and {answer[member]}")
                given = given or str(answer[member])
                if self.moods.random() < 0.8:  # noqa: PLR2004 - one in five asks again all the same
                    return given
            elif status and self._is_over(answer):
                raise GaveUp
            self._pause()
        if given:
            return given
        raise GaveUp

    def _is_over(self, answer: dict[str, Any]) -> bool:
        codes = set(answer.get("errorCodes") or ["internal_error"])
        return bool(codes & {"payment_not_reserved", "refund_ended", "refund_rejected", "refund_refused"})

    def _status(self, payment_id: str, wanted: set[str], *, accept: bool) -> str:
        for _ in range(_TRIES):
            if accept and not self.phone.accept() and self.moods.random() < _SCANS:
                # Nothing is asked of them yet: they scan once more, as people do.
                self.phone.scan()
            path = "/api/pos/payment/status"
            status, answer = wire.call(self.portal, path, token=self.token, paymentId=payment_id)
            if status == _OK and answer["status"] in wanted:
                return str(answer["status"])
            self._pause()
        raise GaveUp

    def _pause(self) -> None:
        self.stop.wait(_PAUSE * self.moods.uniform(0.2, 1.8))
