"""Customers with a phone, in front of one code: what they do reaches them through the simulated networks."""

from dataclasses import dataclass
from typing import Protocol

from portal.management import wire
from terminals.models import PointOfSale
from terminals.states import Provider

_OK = 200


class Phone(Protocol):
    def scan(self) -> str:
        """Check in; what names the customer to their network, where it tells that."""

    def accept(self) -> bool:
        """Say yes to what is asked; False when nothing is."""

    def decline(self) -> bool:
        """Say no to it."""


@dataclass(frozen=True)
class PosV10Phone:
    mobilepay: str
    code: str
    number: str

    def scan(self) -> str:
        self._tap("checkin")
        return ""

    def accept(self) -> bool:
        return self._tap("acceptpayment")

    def decline(self) -> bool:
        return self._tap("cancelpaymentbyuser")

    def _tap(self, act: str) -> bool:
        body = {"beaconId": self.code, "phoneNumber": self.number}
        status, _ = wire.call(self.mobilepay, f"/pos/app/usersimulation/{act}", body=body)
        return status == _OK


@dataclass(frozen=True)
class EPaymentPhone:
    mobilepay: str
    code: str
    number: str

    def scan(self) -> str:
        body = {"merchantQrId": self.code, "phoneNumber": self.number}
        _, told = wire.call(self.mobilepay, "/_simulator/epayment/check-ins", body=body)
        return str(told.get("customerToken", ""))

    def accept(self) -> bool:
        return self._answer("approve")

    def decline(self) -> bool:
        return self._answer("decline")

    def _answer(self, act: str) -> bool:
        _, shown = wire.call(self.mobilepay, f"/_simulator/epayment/codes/{self.code}")
        asked = shown.get("payment")
        if not asked:
            return False
        path = f"/_simulator/epayment/payments/{asked['reference']}/{act}"
        status, _ = wire.call(self.mobilepay, path, body={})
        return status == _OK


def phone_at(pos: PointOfSale, *, mobilepay: str, number: str) -> Phone:
    """A phone of somebody in front of a point of sale, whichever network that is at."""
    kind = EPaymentPhone if pos.account.provider == Provider.EPAYMENT else PosV10Phone
    return kind(mobilepay, pos.beacon_id, number)
