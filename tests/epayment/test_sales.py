"""Sales over ePayment: whoever checks in is asked, before or after the till has begun."""

import pytest

from payments.models import Payment
from tests.payments.till_sequences import cancel, capture, prepare, ready


def test_a_customer_who_checks_in_after_the_start_is_asked_and_pays(till, phone):
    payment_id = till.start()["paymentId"]
    waiting = till.status(payment_id)
    phone.checks_in()
    asked = till.status(payment_id)
    phone.approves()
    phone.tells()
    approved = till.status(payment_id)

    taken = capture(till, payment_id)

    assert (waiting, asked, approved) == ("Initiated", "IssuedToUser", "Reserved")
    assert (taken.status, till.status(payment_id)) == (200, "Captured")
