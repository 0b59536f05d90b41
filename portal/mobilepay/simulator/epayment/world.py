"""Everything the simulator knows of ePayment, under one lock and brought up to date at every touch."""

from collections.abc import Mapping
from typing import Any, Self

from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.core.world import NetworkWorld
from portal.mobilepay.simulator.epayment.check_ins import CallbackCode, CallbackCodes, CheckIn, CheckIns
from portal.mobilepay.simulator.epayment.codes import Code, Problem, problem
from portal.mobilepay.simulator.epayment.deliveries import Deliveries
from portal.mobilepay.simulator.epayment.formats import CHECKED_IN, subscription, told, told_of
from portal.mobilepay.simulator.epayment.knobs import Knobs
from portal.mobilepay.simulator.epayment.limits import Limits
from portal.mobilepay.simulator.epayment.past import PastPayment
from portal.mobilepay.simulator.epayment.payments import Event, Payment, Payments
from portal.mobilepay.simulator.epayment.people import msisdn
from portal.mobilepay.simulator.epayment.replays import Replays
from portal.mobilepay.simulator.epayment.rules import Rules
from portal.mobilepay.simulator.epayment.tokens import Tokens
from portal.mobilepay.simulator.epayment.units import SalesUnit, SalesUnits, read_units
from portal.mobilepay.simulator.epayment.webhooks import Registrations


class EPaymentWorld(NetworkWorld[Knobs]):
    """The network's rules and books, without any HTTP. Look inside only within `present()`."""

    def __init__(self, units: list[SalesUnit], *, clock: Clock | None = None, knobs: Knobs | None = None) -> None:
        super().__init__(clock=clock, knobs=knobs or Knobs())
        self.units = SalesUnits(units)
        self.tokens = Tokens(self.clock)
        self.codes = CallbackCodes()
        self.check_ins = CheckIns(self.timeline, self.knobs)
        self.registrations = Registrations()
        self.deliveries = Deliveries(self.timeline, self.knobs, self.registrations, self.present)
        self.payments = Payments(self._tell)
        self.rules = Rules(self.timeline, self.knobs, self.payments, self.check_ins)
        self.replays = Replays(self.timeline, self.knobs)
        self.limits = Limits(self.timeline, self.knobs)

    @classmethod
    def load(cls, document: Mapping[str, Any], *, clock: Clock | None = None, knobs: Knobs | None = None) -> Self:
        """Build the world from the portal's import format; see `read_units`."""
        return cls(read_units(document), clock=clock, knobs=knobs)

    def check_in(self, merchant_qr_id: str, phone_number: str) -> CheckIn:
        """A customer scans a code; `is_told` of the outcome is False where the app cannot connect to the store.

        It becomes so, too, when the delivery fails.

        Problem 404 for a code that is not up.
        """
        with self.present():
            code = self.code(merchant_qr_id)
            check_in = CheckIn(msisdn(phone_number), self.timeline.now)
            self.check_ins.add(code, check_in)
            body = told_of(code, check_in)
            check_in.is_told = self.deliveries.tell(code.unit.msn, CHECKED_IN, body, on_failure=check_in.fail)
            return check_in

    def approve(self, reference: str) -> bool:
        """The customer says yes; whether the money is reserved now. Problem when nothing is asked."""
        with self.present():
            return self.rules.approve(self.asked(reference))

    def decline(self, reference: str) -> None:
        """The customer says no."""
        with self.present():
            self.rules.decline(self.asked(reference))

    def begin_approving(self, reference: str) -> None:
        """The customer is in the middle of it: until the end of that, nobody can cancel."""
        with self.present():
            self.asked(reference).is_being_approved = True

    def stop_approving(self, reference: str) -> None:
        """The customer leaves the request where it is."""
        with self.present():
            self.asked(reference).is_being_approved = False

    def capture_elsewhere(self, msn: str, reference: str, minor: int) -> None:
        """Somebody captures in the network's own portal."""
        with self.present():
            payment = self.payment(msn, reference)
            self.rules.capture(payment, minor, payment.currency, key=None)

    def refund_elsewhere(self, msn: str, reference: str, minor: int) -> None:
        """Somebody refunds in the network's own portal."""
        with self.present():
            payment = self.payment(msn, reference)
            self.rules.refund(payment, minor, payment.currency, key=None)

    def cancel_elsewhere(self, msn: str, reference: str) -> None:
        """Somebody cancels in the network's own portal."""
        with self.present():
            self.rules.cancel(self.payment(msn, reference))

    def remember(self, past: PastPayment) -> None:
        """Take a payment into the books that was captured before; nobody is told of it. Problem for an unknown unit."""
        with self.present():
            self.payments.add(past.of(self._unit(past.msn)))

    def put_up(self, msn: str, merchant_qr_id: str, location_description: str, *, is_sticker: bool) -> None:
        """Put a code up that was up before, unless it still is; Problem for an unknown unit."""
        with self.present():
            unit = self._unit(msn)
            if self.codes.get(msn, merchant_qr_id) is None:
                self.codes.put(unit, merchant_qr_id, location_description, is_sticker=is_sticker)

    def payment(self, msn: str, reference: str) -> Payment:
        """The unit's payment; 5090 when it has none of this name."""
        return _found(self.payments.get(msn, reference))

    def asked(self, reference: str) -> Payment:
        """The payment that a customer sees, whichever unit's."""
        return _found(self.payments.named(reference))

    def code(self, merchant_qr_id: str) -> CallbackCode:
        """The code that a phone sees; 404 when none of this name is up."""
        code = self.codes.scanned(merchant_qr_id)
        if code is None:
            raise Problem(404, "No such code is up")
        return code

    def _unit(self, msn: str) -> SalesUnit:
        unit = self.units.get(msn)
        if unit is None:
            raise Problem(404, "There is no such sales unit")
        return unit

    def _tell(self, payment: Payment, event: Event) -> None:
        self.deliveries.tell(payment.unit.msn, subscription(event), told(payment, event))


def _found(payment: Payment | None) -> Payment:
    if payment is None:
        raise problem(Code.UNKNOWN_REFERENCE)
    return payment
