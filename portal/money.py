"""Money as whole minor units and a currency; text and decimals exist only at the edges."""

from dataclasses import dataclass
from decimal import Context, Decimal
import re
from typing import Self

CURRENCIES = ("DKK", "EUR")
MAX_DIGITS = 12

_CENT = Decimal("0.01")
# The digits of any amount, whatever the caller's context; nothing like 1E-999999999 is ever written out.
_EXACT = Context(prec=MAX_DIGITS + 2)
_PLAIN_DECIMAL = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?")


class InvalidAmount(ValueError):
    """The text is not an amount of money: the message says why."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `minor` counts hundredths of `currency` (øre, cents)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read `27.06`, `27` or `27.0`; raise InvalidAmount for anything else, zero included."""
        match = _PLAIN_DECIMAL.fullmatch(text)
        if match is None:
            raise InvalidAmount("must be a plain amount with a point and at most two decimals, such as 27.06")
        whole, cents = match[1], match[2] or ""
        if len(whole) + len(cents) > MAX_DIGITS:
            raise InvalidAmount(f"must have at most {MAX_DIGITS} digits")
        minor = int(whole) * 100 + int(cents.ljust(2, "0"))
        if minor == 0:
            raise InvalidAmount("must be more than zero")
        return cls(minor, currency)

    @classmethod
    def from_major(cls, major: Decimal, currency: str) -> Self:
        """Take a decimal in major units (12.50); raise InvalidAmount when it is not one of whole minor units."""
        if not major.is_finite() or major.copy_abs() >= 10**MAX_DIGITS:
            raise InvalidAmount(f"must have at most {MAX_DIGITS} digits")
        rounded = major.quantize(_CENT, context=_EXACT)
        if rounded != major:
            raise InvalidAmount("must have at most two decimals")
        return cls(int(rounded.scaleb(2, context=_EXACT)), currency)

    @property
    def major(self) -> Decimal:
        """The exact decimal in major units, with two decimals."""
        return Decimal(self.minor).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same_currency(other), self.currency)

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"

    def _same_currency(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.minor
