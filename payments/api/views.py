"""Till endpoints 8 to 23: payments from start to captured or cancelled."""

from functools import partial
from typing import Any
from uuid import UUID

from payments.api import refusals, samples, serializers
from payments.models import Payment
from payments.services import cancellations, captures, lookups, starts
from portal import clock
from portal.money import Money
from portal.tillapi.views import ChangingView, ReadingView
from terminals.services import lookups as terminals
from terminals.services.access import Till


class PaymentStart(ChangingView):
    """Ask the customer at a terminal for money."""

    model = "PaymentStartViewModel"
    takes_key = True
    Input = serializers.StartInput
    Output = serializers.PaymentIdOutput
    sample = samples.STARTED
    refusals = refusals.START

    def act(self, till: Till, terminal_id: str, **order: Any) -> dict[str, UUID]:
        find_pos = partial(terminals.pos_of_terminal, merchant=till.merchant, terminal_id=terminal_id)
        payment = starts.start(merchant=till.merchant, find_pos=find_pos, by=till.actor, now=clock.now(), **order)
        return {"paymentId": payment.pk}


class PaymentStartByPos(ChangingView):
    """Ask the customer at a point of sale for money."""

    model = "PaymentStartViewModel"
    takes_key = True
    Input = serializers.StartByPosInput
    Output = serializers.PaymentIdOutput
    sample = samples.STARTED
    refusals = refusals.START_BY_POS

    def act(self, till: Till, pos_id: UUID, **order: Any) -> dict[str, UUID]:
        find_pos = partial(terminals.pos, merchant=till.merchant, pos_id=pos_id)
        payment = starts.start(merchant=till.merchant, find_pos=find_pos, by=till.actor, now=clock.now(), **order)
        return {"paymentId": payment.pk}


class PaymentPrepare(ChangingView):
    """Open a payment before its amount is known."""

    model = "PaymentStartViewModel"
    takes_key = True
    Input = serializers.PrepareInput
    Output = serializers.PaymentIdOutput
    sample = samples.STARTED
    refusals = refusals.PREPARE

    def act(self, till: Till, terminal_id: str, **order: Any) -> dict[str, UUID]:
        find_pos = partial(terminals.pos_of_terminal, merchant=till.merchant, terminal_id=terminal_id)
        payment = starts.prepare(find_pos=find_pos, by=till.actor, now=clock.now(), **order)
        return {"paymentId": payment.pk}


class PaymentReady(ChangingView):
    """Give a prepared payment its amount."""

    model = "PosPaymentReadyViewModel"
    Input = serializers.ReadyInput
    Output = serializers.ReadyOutput
    sample = samples.READY
    refusals = refusals.READY

    def act(
        self, till: Till, terminal_id: str, order_id: str, payment_id: UUID, amount: Money
    ) -> dict[str, Payment | Money]:
        terminal = terminals.terminal(merchant=till.merchant, terminal_id=terminal_id)
        payment = lookups.prepared_payment(terminal=terminal, order_id=order_id, payment_id=payment_id)
        payment = starts.ready(payment=payment, amount=amount, by=till.actor, now=clock.now())
        return {"payment": payment, "amount": amount}


class PaymentDetails(ReadingView):
    """Everything about a payment."""

    model = "PosPaymentDetailsViewModel"
    Input = serializers.PaymentInput
    Output = serializers.DetailsOutput
    sample = samples.DETAILS
    refusals = refusals.READ

    def act(self, till: Till, payment_id: UUID) -> dict[str, Payment]:
        now = clock.now()
        found = lookups.status(merchant=till.merchant, payment_id=payment_id, by=till.actor, now=now)
        return {"paymentDetails": Payment.objects.reload(found)}


class Payments(ReadingView):
    """Ids of a terminal's payments, newest first: the open ones, or those in the named state."""

    model = "PosPaymentsIdsViewModel"
    Input = serializers.ListInput
    Output = serializers.PaymentIdsOutput
    sample = samples.LISTED
    refusals = refusals.LIST

    def act(self, till: Till, terminal_id: str, order_id: str | None, state: str | None) -> dict[str, list[UUID]]:
        terminal = terminals.terminal(merchant=till.merchant, terminal_id=terminal_id)
        found = lookups.on_terminal(terminal=terminal, state=state, order_id=order_id, by=till.actor, now=clock.now())
        return {"paymentsIds": found}


class PaymentStatus(ReadingView):
    """How a payment stands; ask again after `pollDelayInMs`."""

    model = "PosPaymentStatusViewModel"
    Input = serializers.PaymentInput
    Output = serializers.StatusOutput
    sample = samples.RESERVED
    refusals = refusals.READ

    def act(self, till: Till, payment_id: UUID) -> Payment:
        now = clock.now()
        return lookups.status(merchant=till.merchant, payment_id=payment_id, by=till.actor, now=now)


class PaymentCapture(ChangingView):
    """Take the reserved money: all of it, or a smaller amount where that is possible."""

    model = "PosPaymentViewModel"
    Input = serializers.CaptureInput
    Output = serializers.CapturedOutput
    sample = samples.CAPTURED
    refusals = refusals.CAPTURE

    def act(self, till: Till, payment_id: UUID, amount: Money | None) -> Payment:
        payment = lookups.payment(merchant=till.merchant, payment_id=payment_id)
        wanted = amount and Money(amount.minor, payment.currency)
        return captures.capture(payment=payment, amount=wanted, by=till.actor, now=clock.now())


class PaymentCancel(ChangingView):
    """End a payment that is not captured."""

    model = "PosPaymentViewModel"
    Input = serializers.PaymentInput
    Output = serializers.CancelledOutput
    sample = samples.CANCELLED
    refusals = refusals.CANCEL

    def act(self, till: Till, payment_id: UUID) -> Payment:
        payment = lookups.payment(merchant=till.merchant, payment_id=payment_id)
        return cancellations.cancel(payment=payment, by=till.actor, now=clock.now())


class _Retrieve(ReadingView):
    model = "PosPaymentRetrieveViewModel"
    Output = serializers.PaymentIdOutput
    sample = samples.STARTED
    refusals = refusals.RETRIEVE

    def act(self, till: Till, **wanted: Any) -> dict[str, UUID]:
        found = lookups.newest(merchant=till.merchant, by=till.actor, now=clock.now(), **wanted)
        return {"paymentId": found}


class RetrieveByState(_Retrieve):
    """Id of the newest captured payment of an order."""

    Input = serializers.RetrieveByStateInput


class RetrieveByTerminal(_Retrieve):
    """Id of the newest payment of an order on a terminal."""

    Input = serializers.RetrieveByTerminalInput


class RetrieveByPos(_Retrieve):
    """Id of the newest payment of an order on a point of sale."""

    Input = serializers.RetrieveByPosInput
