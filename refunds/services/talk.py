"""One conversation with MobilePay about one refund: what every act of `speaking` and `creating` shares."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from portal import gateway
from portal.audit.actors import Actor
from portal.mobilepay.errors import NotFound, Rejected
from portal.mobilepay.gateway import Gateway
from refunds.models import Refund
from refunds.services import answers, moves
from refunds.states import State


@dataclass(frozen=True, slots=True)
class Talk:
    """`is_first` says that nobody can have told MobilePay the same before."""

    mobilepay: Gateway
    by: Actor
    now: datetime
    is_first: bool = False

    @classmethod
    def about(cls, refund: Refund, *, by: Actor, now: datetime, is_first: bool = False) -> "Talk":
        return cls(gateway.for_merchant(vat_number=refund.merchant.vat_number), by, now, is_first)

    def look_up(self, refund: Refund) -> Refund:
        """Ask how the refund stands and apply it."""
        status = self.mobilepay.look_up_refund(str(refund.remote_id))
        return answers.apply(refund=refund, status=status, by=self.by, now=self.now)

    def seen_after_refusal(self, refund: Refund) -> Refund:
        """How the refund stands at MobilePay after it refused something; our own view if it refuses that too."""
        try:
            return self.look_up(refund)
        except Rejected:
            return refund

    def knows(self, refund: Refund) -> bool:
        """Whether MobilePay has the refund at all."""
        try:
            self.mobilepay.look_up_refund(str(refund.remote_id))
        except NotFound:
            return False
        except Rejected:
            pass
        return True

    def call_off(self, refund: Refund, remote_id: str) -> None:
        """Cancel what MobilePay has of the refund besides the one that counts, and write that down first."""
        moves.note_stray(refund, remote_id=remote_id, by=self.by)
        with suppress(Rejected):
            self.mobilepay.cancel_refund(remote_id, key=uuid4())

    def give_up(self, refund: Refund, error: Rejected) -> None:
        """Forget the refund's intent, which MobilePay has refused."""
        error.must_be_final(is_first=self.is_first)
        moves.give_up_intent(refund=refund, error=error, by=self.by, now=self.now)

    def move(self, refund: Refund, to: State, cause: str, **changes: Any) -> Refund:
        return moves.move(refund=refund, to=to, cause=cause, by=self.by, now=self.now, **changes)
