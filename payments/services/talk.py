"""One conversation with MobilePay about one payment: what every act of `speaking` and `creating` shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.models import Payment
from payments.services import answers, moves
from payments.states import MOVES, State
from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Rejected
from portal.mobilepay.ports import Network


@dataclass(frozen=True, slots=True)
class Talk:
    """`is_first` says that nobody can have told MobilePay the same before."""

    network: Network
    by: Actor
    now: datetime
    is_first: bool = False

    def look_up(self, payment: Payment, *, captured_by_us: bool = True) -> Payment:
        """Ask how the payment stands and apply it; raises Contradiction for what cannot be said of this payment.

        What MobilePay has once confirmed does not vanish by a 404, and has not ended while it is among the open ones.
        """
        try:
            status = self.network.payments.status(payment.ref)
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            raise Contradiction({"payment": "unknown to MobilePay"}) from error
        to = State(status.state)
        if to != payment.state and not MOVES[to] and self.is_listed(payment):
            raise Contradiction({"state": f"{to} and open at once"})
        return answers.apply(payment=payment, status=status, by=self.by, now=self.now, captured_by_us=captured_by_us)

    def seen_after(self, error: NetworkError, payment: Payment) -> Payment:
        """How the payment stands at MobilePay after it refused something; our own view if it refuses that too."""
        # A capture refused at the very first try cannot be what MobilePay shows as captured.
        is_first_and_done = self.is_first and isinstance(error, Rejected) and error.is_certain
        captured_by_us = error.reason is not Reason.CAPTURED_ALREADY and not is_first_and_done
        try:
            return self.look_up(payment, captured_by_us=captured_by_us)
        except Rejected:
            return payment

    def is_listed(self, payment: Payment) -> bool:
        """Whether MobilePay has the payment among the open ones of its point of sale."""
        search = self.network.search
        try:
            return search is not None and payment.remote_id in search.open_on(str(payment.point_of_sale.pos_id))
        except Rejected as error:
            raise error.as_unknown() from error

    def is_gone(self, payment: Payment) -> bool:
        """Whether MobilePay does not know the payment, and has none such among the open ones either."""
        try:
            self.network.payments.status(payment.ref)
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise error.as_unknown() from error
            return not self.is_listed(payment)
        return False

    def agreed(self, payment: Payment) -> Payment:
        """The payment, once MobilePay reports it as we asked for it: else whose money would move?"""
        if not payment.contradiction:
            return payment
        try:
            return self.look_up(payment)
        except Rejected as error:
            raise error.as_unknown() from error

    def give_up(self, payment: Payment, error: NetworkError) -> Rejected:
        """Forget the payment's intent, which MobilePay has refused for good, and give the refusal."""
        refusal = error.raise_unless_final(is_first=self.is_first)
        moves.give_up_intent(payment=payment, error=refusal, by=self.by, now=self.now)
        return refusal

    def move(self, payment: Payment, to: State, cause: str, **changes: Any) -> Payment:
        return moves.move(payment=payment, to=to, cause=cause, by=self.by, now=self.now, **changes)
