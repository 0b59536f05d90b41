"""What the network was told and has in its books, and a worker that looks after whatever is due."""

from payments.models import Payment
from payments.services import sweep
from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.webhooks.services import consequences
from refunds.services import sweep as refund_sweep
from tests.payments.till_sequences import capture
from tests.refunds.scenarios import work as work_on_refunds

ROOT = "/epayment/v1/payments"
CREATE = ("POST", ROOT)
LOOK_UP = ("GET", f"{ROOT}/[^/]+")
CAPTURE = ("POST", f"{ROOT}/[^/]+/capture")
CANCEL = ("POST", f"{ROOT}/[^/]+/cancel")
REFUND = ("POST", f"{ROOT}/[^/]+/refund")
# What it is told at all about payments: everything but questions.
WRITES = ("POST", "/epayment/.*")
# A write is tried twice before it counts as lost.
TRIES = 2
MSN = "123456"
# What `books` says of a payment of 27.06 of which nothing has been taken.
OPEN = ("order-1", "CREATED", 0, 0, 0)
HELD = ("order-1", "AUTHORIZED", 0, 0, 0)
RELEASED = ("order-1", "AUTHORIZED", 0, 2706, 0)
ENDED = ("order-1", "TERMINATED", 0, 2706, 0)


def books(simulator):
    """Its payments: order, state, captured, let go of, paid back; oldest first."""
    with simulator.epayment.present():
        return [
            (each.reference.rpartition("-")[0], str(each.state), each.captured, each.cancelled, each.refunded)
            for each in simulator.epayment.payments
        ]


def told(simulator, call=WRITES):
    return len(simulator.calls.find(*call))


def keys(simulator, call):
    return [each.idempotency_key for each in simulator.calls.find(*call)]


def bodies(simulator, call):
    return [each.body for each in simulator.calls.find(*call)]


def lose(simulator, call, kind="cut_before"):
    """No answer to the next such call, however often it is tried at once."""
    simulator.faults.add(kind, *call, times=TRIES)


def work():
    """Let workers do what is due now; time stands still."""
    now = clock.now()
    consequences.process_due(by=WORKER, now=now)
    for pk in Payment.objects.claim_due(now=now):
        sweep.process(payment_id=pk, by=WORKER, now=clock.now())
    work_on_refunds(refund_id="whatever is due")
    refund_sweep.end_strays(by=WORKER, now=now)


def work_for(later, **duration):
    """Let time pass, with workers every now and then."""
    for _ in range(4):
        later(**{unit: number / 4 for unit, number in duration.items()})
        work()


def reserve(till, phone, order_id="order-1", amount="27.06"):
    """A payment that its customer has approved and the till has seen."""
    phone.checks_in()
    payment_id = till.start(order_id, amount)["paymentId"]
    phone.approves()
    phone.tells()
    assert till.status(payment_id) == "Reserved"
    return payment_id


def sell(till, phone, order_id="order-1", amount="27.06"):
    payment_id = reserve(till, phone, order_id, amount)
    assert capture(till, payment_id).status == 200
    phone.tells()
    return payment_id


def ours():
    """How the payment stands here, and what is still to be done about it."""
    payment = Payment.objects.get()
    return payment.state, payment.operation


def owed():
    """How the payment stands here, what is still to be done about it, and what was taken."""
    return (*ours(), Payment.objects.get().captured_minor)


def may_capture_parts(simulator):
    """Sales units that may take a part of what is reserved."""
    with simulator.epayment.present():
        for unit in simulator.epayment.units:
            unit.partial_capture = True


def state():
    return Payment.objects.get().state


def audited(payment_id):
    """What the audit log has about a payment: action, and the amount if one is named; oldest first."""
    entries = Entry.objects.filter(subject_id=str(payment_id)).order_by("pk")
    return [(entry.action, entry.details.get("amount")) for entry in entries]
