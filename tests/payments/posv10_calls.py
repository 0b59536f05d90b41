"""What tests of payments say to MobilePay's simulator behind the portal's back, and read from its books."""

from decimal import Decimal

from tests.mobilepay.simulator.client import Client

START = ("POST", "/pos/v10/payments")
PREPARE = ("POST", "/pos/v10/payments/prepare")
READY = ("POST", "/pos/v10/payments/[^/]+/ready")
CAPTURE = ("POST", "/pos/v10/payments/[^/]+/capture")
CANCEL = ("POST", "/pos/v10/payments/[^/]+/cancel")
LOOK_UP = ("GET", "/pos/v10/payments/[^/]+")
FIND = ("GET", "/pos/v10/payments")
ANYTHING = (None, ".*")
WRITES = ("POST", "/pos/v10/payments.*")

# A refusal of MobilePay's own that our table does not know: it tells nothing about the payment.
UNKNOWN = "1499"
ALWAYS = 1_000_000
# One call's worth of tries: the first and two retries.
EVERY_TRY = 3


def books(simulator):
    """Every payment MobilePay knows: order, state, captured amount."""
    with simulator.world.present():
        return [(each.order_id, str(each.status), str(each.captured_amount)) for each in simulator.world.payments]


def own_code(status):
    """The code with which MobilePay itself refuses with that status; 401 and 404 come without a body."""
    return UNKNOWN if status in {400, 403, 409} else None


def keys(simulator, call):
    """The idempotency keys of the calls of one kind, in order."""
    return [each.idempotency_key for each in simulator.calls.find(*call)]


def tell(simulator, path, body=None):
    """Make a call as the merchant's integrator, from outside the portal; it must succeed."""
    client = Client(simulator)
    try:
        answer = client.post(path, body)
    finally:
        client.close()
    assert answer.status == 200
    return answer


def start_behind_our_back(simulator, pos, order_id="stranger-1", amount="12.50"):
    """A payment on our point of sale that the portal knows nothing of; gives MobilePay's id."""
    body = {
        "posId": str(pos.pos_id),
        "orderId": order_id,
        "amount": Decimal(amount),
        "currencyCode": "DKK",
        "plannedCaptureDelay": "None",
    }
    return tell(simulator, "/payments", body)["paymentId"]


def forget_payments(simulator):
    """MobilePay has lost every payment: it knows none by its id, and lists none."""
    with simulator.world.present():
        payments = simulator.world.payments
        for each in (payments._by_id, payments._by_pos, payments._latest):
            each.clear()
        for pos in simulator.world.points_of_sale:
            pos.active_payment_id = None


def be_busy(simulator, call=ANYTHING, *, times=ALWAYS):
    """MobilePay asks to come back later: as unknown an outcome as silence, and sooner over."""
    simulator.faults.add("refuse", *call, times=times, status=429)


def swallow(simulator, call, *, done):
    """One call goes unanswered, whether MobilePay carried it out or not: no answer, then “come back later”."""
    simulator.faults.add("cut_after" if done else "cut_before", *call)
    be_busy(simulator, call, times=1)


def swallow_every_try(simulator, call, *, done):
    """One call goes unanswered with all its tries: as `swallow`, at the price of every pause in between."""
    simulator.faults.add("cut_after" if done else "cut_before", *call, times=EVERY_TRY)


def alter(simulator, members, *, call=LOOK_UP, times=ALWAYS):
    """Let MobilePay's answers have other members than they should."""
    simulator.faults.add("alter", *call, times=times, members=members)
