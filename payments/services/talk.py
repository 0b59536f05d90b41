"""One conversation with MobilePay about one payment: what every act of `speaking` and `creating` shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.models import Payment
from payments.services import answers, moves
from payments.states import State
from portal.audit.actors import Actor
from portal.mobilepay.errors import Code, NotFound, Rejected
from portal.mobilepay.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Talk:
    """`is_first` says that nobody can have told MobilePay the same before."""

    mobilepay: Gateway
    by: Actor
    now: datetime
    is_first: bool = False

    def look_up(self, payment: Payment, *, captured_by_us: bool = True) -> Payment:
        """Ask how the payment stands and apply it."""
        status = self.mobilepay.look_up(str(payment.remote_id))
        return answers.apply(payment=payment, status=status, by=self.by, now=self.now, captured_by_us=captured_by_us)

    def seen_after(self, error: Rejected, payment: Payment) -> Payment:
        """How the payment stands at MobilePay after it refused something; our own view if it refuses that too."""
        # A capture refused at the very first try cannot be what MobilePay shows as captured.
        is_first_and_done = self.is_first and error.is_certain
        captured_by_us = error.code != Code.CAPTURED_DIFFERENTLY and not is_first_and_done
        try:
            return self.look_up(payment, captured_by_us=captured_by_us)
        except Rejected:
            return payment

    def knows(self, payment: Payment) -> bool:
        """Whether MobilePay has the payment at all."""
        try:
            self.mobilepay.look_up(str(payment.remote_id))
        except NotFound:
            return False
        except Rejected:
            pass
        return True

    def give_up(self, payment: Payment, error: Rejected) -> None:
        """Forget the payment's intent, which MobilePay has refused for good."""
        error.must_be_final(is_first=self.is_first)
        moves.give_up_intent(payment=payment, error=error, by=self.by, now=self.now)

    def move(self, payment: Payment, to: State, cause: str, **changes: Any) -> Payment:
        return moves.move(payment=payment, to=to, cause=cause, by=self.by, now=self.now, **changes)
