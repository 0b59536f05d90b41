"""Money back over ePayment, as the till asks for it and as our books and the network's have it."""

from payments.models import Payment
from refunds.models import Refund
from tests.epayment.books import books


def create(till, payment_id, amount="10.00", order="R-1"):
    return till.post("refund/create", paymentId=payment_id, refundOrderId=order, amount=amount)


def pay(till, refund_id):
    return till.post("refund/capture", refundId=refund_id)


def status(till, refund_id):
    return till.get("refund/details", refundId=refund_id)["refundDetails"]["status"]


def sums(payment_id):
    """Captured, promised, paid back."""
    payment = Payment.objects.get(pk=payment_id)
    return payment.captured_minor, payment.refund_committed_minor, payment.refunded_minor


def refunds():
    """Who gave back how much, and how it stands; oldest first."""
    return list(Refund.objects.order_by("created_at", "pk").values_list("origin", "amount_minor", "state"))


def paid_back(simulator):
    """By the network's books, for each payment."""
    return [book[-1] for book in books(simulator)]
