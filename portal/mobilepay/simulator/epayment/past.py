"""Payments that were captured before the simulator began."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from portal.mobilepay.simulator.core.fields import Fields
from portal.mobilepay.simulator.epayment.payments import Payment, State
from portal.mobilepay.simulator.epayment.units import SalesUnit


@dataclass(frozen=True)
class PastPayment:
    """Sums are in minor units; what was not captured was let go of at once."""

    msn: str
    reference: str
    amount: int
    captured: int
    currency: str
    captured_at: datetime

    @classmethod
    def read(cls, fields: Fields) -> Self:
        captured_at = datetime.fromisoformat(fields.text("capturedAt"))
        if captured_at.tzinfo is None:
            raise ValueError("capturedAt must say its offset from UTC")
        return cls(
            msn=fields.text("msn"),
            reference=fields.text("reference"),
            amount=int(fields.number("amount")),
            captured=int(fields.number("captured")),
            currency=fields.text("currency"),
            captured_at=captured_at.astimezone(UTC),
        )

    def of(self, unit: SalesUnit) -> Payment:
        amount = {"currency": self.currency, "value": self.amount}
        method = {"type": "WALLET"}
        order = {"reference": self.reference, "amount": amount, "userFlow": "PUSH_MESSAGE", "paymentMethod": method}
        return Payment(
            unit=unit,
            order=order,
            key="",
            state=State.AUTHORIZED,
            authorized=self.amount,
            captured=self.captured,
            cancelled=self.amount - self.captured,
            approved_at=self.captured_at,
        )
