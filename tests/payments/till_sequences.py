"""Sequences that many tests begin with."""


def reserve(till, customer, order_id="order-1", amount="27.06"):
    """A payment that its customer has accepted and the till has seen."""
    payment_id = till.start(order_id, amount)["paymentId"]
    customer.checks_in()
    customer.accepts()
    assert till.status(payment_id) == "Reserved"
    return payment_id


def prepare(till, order_id="order-1", **parameters):
    return till.post("payment/prepare", orderId=order_id, terminalId=till.terminal_id, **parameters)


def ready(till, payment_id, order_id="order-1", amount="27.06", **parameters):
    parameters = {"terminalId": till.terminal_id, **parameters}
    return till.post("payment/ready", orderId=order_id, amount=amount, paymentId=payment_id, **parameters)


def capture(till, payment_id, **parameters):
    return till.post("payment/capture", paymentId=payment_id, **parameters)


def cancel(till, payment_id):
    return till.post("payment/cancel", paymentId=payment_id)


def details(till, payment_id):
    return till.get("payment/details", paymentId=payment_id)["paymentDetails"]


def accepted(till, customer):
    """A payment that the customer has accepted, and of which we know only that they were asked."""
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()
    return payment_id
