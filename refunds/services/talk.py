"""One conversation with MobilePay about one refund: what every act of `speaking` and `creating` shares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from portal import gateway
from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.ports import Network
from portal.mobilepay.types import RefundRef
from refunds.models import Refund
from refunds.services import answers, moves
from refunds.states import MOVES, PAID, UNPAID, State

STRAY_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Talk:
    """`is_first` says that nobody can have told MobilePay the same before."""

    network: Network
    by: Actor
    now: datetime
    is_first: bool = False

    @classmethod
    def about(cls, refund: Refund, *, by: Actor, now: datetime, is_first: bool = False) -> "Talk":
        return cls(gateway.network_for(refund.payment.account), by, now, is_first)

    def look_up(self, refund: Refund) -> Refund:
        """Ask how the refund stands and apply it; raises Contradiction for what cannot be said of this refund.

        What MobilePay has once confirmed does not vanish by a 404, and an end is looked at twice: what is set aside
        for the refund would be free again, or count as paid.
        """
        try:
            status = self.network.refunds.status(refund.ref)
            to = State(status.state)
            is_end = to != refund.state and not MOVES[to]
            again = self.network.refunds.status(refund.ref) if is_end else status
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            raise Contradiction({"refund": "unknown to MobilePay"}) from error
        if again.state != status.state:
            raise Contradiction({"state": f"{status.state} and {again.state}"})
        return answers.apply(refund=refund, status=status, by=self.by, now=self.now)

    def seen_after_refusal(self, refund: Refund) -> Refund:
        """How the refund stands at MobilePay after it refused something; our own view if it refuses that too."""
        try:
            return self.look_up(refund)
        except Rejected:
            return refund

    def is_gone(self, refund: Refund) -> bool:
        """Whether MobilePay does not know the refund, and has none such among those of the payment either."""
        try:
            self.network.refunds.status(refund.ref)
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise error.as_unknown() from error
            return refund.remote_id not in self.listed(refund)
        return False

    def listed(self, refund: Refund) -> list[str]:
        """MobilePay's ids of all refunds of the payment; a list that is refused says nothing."""
        try:
            return self.network.refunds.listed(refund.payment.ref)
        except Rejected as error:
            raise error.as_unknown() from error

    def call_off(self, refund: Refund, remote_id: str) -> None:
        """Cancel what MobilePay has of the refund besides the one that counts, and write that down first."""
        moves.note_stray(refund, remote_id=remote_id, by=self.by, now=self.now)
        self.end_stray(refund)

    def end_stray(self, refund: Refund) -> None:
        """Cancel the second refund that MobilePay has: it would pay that out by itself. What fails is due again."""
        state = self._stray_state(RefundRef(refund.stray_id, refund.payment.ref))
        if state in PAID:
            moves.note_paid_stray(refund, by=self.by, now=self.now)
        elif state in UNPAID:
            moves.write_stray(refund, remote_id="", due_at=None)
        else:
            moves.write_stray(refund, remote_id=refund.stray_id, due_at=self.now + STRAY_AGAIN)

    def _stray_state(self, stray: RefundRef) -> State | None:
        """How the second refund stands after it was to be cancelled; None when MobilePay does not say."""
        try:
            self.network.refunds.cancel(stray, key=uuid4())
        except (Rejected, Unreadable):
            pass
        except Unreachable:
            return None
        else:
            return State.CANCELLED_BY_CLIENT
        try:
            return State(self.network.refunds.status(stray).state)
        except NetworkError:
            return None

    def agreed(self, refund: Refund) -> Refund:
        """The refund, once MobilePay reports it as we asked for it: else whose money would move?"""
        if not refund.contradiction:
            return refund
        try:
            return self.look_up(refund)
        except Rejected as error:
            raise error.as_unknown() from error

    def give_up(self, refund: Refund, error: NetworkError) -> Rejected:
        """Forget the refund's intent, which MobilePay has refused for good, and give the refusal."""
        refusal = error.raise_unless_final(is_first=self.is_first)
        moves.give_up_intent(refund=refund, error=refusal, by=self.by, now=self.now)
        return refusal

    def move(self, refund: Refund, to: State, cause: str, **changes: Any) -> Refund:
        return moves.move(refund=refund, to=to, cause=cause, by=self.by, now=self.now, **changes)
