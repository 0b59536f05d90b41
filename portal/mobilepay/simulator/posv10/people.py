"""The imagined customers: the sandbox's test users, and anybody else with a phone."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal


@dataclass(frozen=True)
class Person:
    """A customer of MobilePay, known by the phone number on the wire: `+4520031801` (protocol section 15)."""

    phone_number: str
    card: Literal["credit", "debit"] = "credit"
    loyalty_ids: tuple[str, ...] = ()
    has_receipts: bool = False
    partial_capture: bool = False

    @property
    def token(self) -> str:
        """The `customerToken`: 40 hex digits, the same at every visit."""
        return blake2b(self.phone_number.encode(), digest_size=20).hexdigest()

    @property
    def receipt_token(self) -> str:
        """The `customerReceiptToken`: 32 hex digits, or empty for a person without receipts."""
        return blake2b(self.phone_number.encode(), digest_size=16).hexdigest() if self.has_receipts else ""


def _test_users(first_digits: str) -> tuple[Person, ...]:
    return (
        Person(f"{first_digits}1"),
        Person(f"{first_digits}2", card="debit"),
        Person(f"{first_digits}3", has_receipts=True),
        Person(f"{first_digits}4", loyalty_ids=("123456",)),
        Person(f"{first_digits}5", partial_capture=True),
    )


TEST_USERS = {person.phone_number: person for person in (*_test_users("+452003180"), *_test_users("+35820031800"))}


def person_with(phone_number: str) -> Person:
    """The test user with that number, or a plain credit card user for any other number."""
    return TEST_USERS.get(phone_number) or Person(phone_number)
