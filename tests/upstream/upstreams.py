"""What a test may do to a network, and read from its books, whichever network it is."""

from typing import Protocol

# What is told: open a payment, give a prepared one its amount, take it, end it, pay money back.
START, READY, CAPTURE, CANCEL, PAY_BACK = "start", "ready", "capture", "cancel", "pay back"


class Upstream(Protocol):
    def arrive(self) -> None:
        """A customer stands at the till, where the network is told of nobody before."""

    def accept(self) -> None:
        """The customer in front of the till accepts what is asked."""

    def lose(self, act: str, *, is_done: bool) -> None:
        """The next call of this kind goes unanswered with all its tries; carried out, or not."""

    def refuse(self, act: str) -> None:
        """The next call of this kind gets a clear no that is not about the thing itself."""

    def payments(self) -> list[tuple[str, str, int]]:
        """Every payment it knows: order, `open`, `reserved`, `captured` or `ended`, and what was captured."""

    def paid_back(self) -> list[int]:
        """What went back, refund by refund."""

    def keys(self, act: str) -> list[str]:
        """The idempotency keys of the calls of one kind, in order."""
