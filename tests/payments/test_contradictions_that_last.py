"""What becomes of payments that MobilePay goes on reporting otherwise than they were asked for."""

from datetime import timedelta

import pytest

from payments import tasks
from payments.models import Payment
from payments.services import exchanges
from portal import clock
from portal.audit.actors import WORKER
from portal.mobilepay.errors import Contradiction
from tests.pages import buttons
from tests.payments.posv10_calls import (
    ALWAYS,
    CAPTURE,
    EVERY_TRY,
    LOOK_UP,
    alter,
    books,
    own_code,
)
from tests.payments.till_sequences import accepted, cancel, capture, reserve


@pytest.mark.parametrize(
    "never",
    ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00"],
)
def test_an_end_that_never_comes_costs_no_sale_and_is_looked_at_in_time(till, customer, simulator, never, clerk):
    payment_id = accepted(till, customer)
    alter(simulator, {"paymentExpiresAt": never})

    status = till.status(payment_id)

    assert (status, clerk.get(f"payments/{payment_id}/").status_code) == ("Reserved", 200)
    assert Payment.objects.get().due_at <= clock.now() + timedelta(days=7)
    assert capture(till, payment_id).status == 200


def test_a_capture_that_waits_for_agreement_can_be_called_off(till, customer, simulator, administrator):
    payment_id = reserve(till, customer)
    simulator.faults.add("foreign_before", *CAPTURE, status=404, times=EVERY_TRY)
    alter(simulator, {"amount": 99})
    capture(till, payment_id)

    page = administrator.get(f"payments/{payment_id}/")
    answer = cancel(till, payment_id)

    assert buttons(page) == ["Check now", "(Capture…)", "Cancel…"]
    assert answer.status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_capture_that_waits_for_agreement_waits_while_the_look_is_refused(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("foreign_before", *CAPTURE, status=404, times=EVERY_TRY)
    alter(simulator, {"amount": 99})
    capture(till, payment_id)
    simulator.faults.clear()
    tried = len(simulator.calls.find(*CAPTURE))
    simulator.faults.add("refuse", *LOOK_UP, status=403, times=ALWAYS, code=own_code(403))

    answer = capture(till, payment_id)

    assert (answer.status, answer.codes) == (503, ["payment_contradicted"])
    assert len(simulator.calls.find(*CAPTURE)) == tried
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_what_has_ended_is_not_marked_by_a_look_that_comes_too_late(till, customer, simulator):
    payment_id = reserve(till, customer)
    old = Payment.objects.whole().get()
    capture(till, payment_id)
    alter(simulator, {"amount": 99})

    with pytest.raises(Contradiction):
        exchanges.look_up(payment=old, by=WORKER, now=clock.now())

    assert list(Payment.objects.contradicted()) == []


def test_a_contradicted_payment_in_doubt_waits_for_its_own_time(till, customer, simulator, later):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=404, times=ALWAYS)
    simulator.faults.add("refuse", *LOOK_UP, status=404, times=ALWAYS)
    capture(till, payment_id)
    before = len(simulator.calls.find(*LOOK_UP))
    for _ in range(20):
        later(seconds=2)
        tasks.sweep_due()

    assert len(simulator.calls.find(*LOOK_UP)) - before <= 4


def test_all_who_poll_hear_the_same(till, customer, simulator, later):
    payment_id = accepted(till, customer)
    alter(simulator, {"amount": 99})
    till.get("payment/status", paymentId=payment_id)
    later(seconds=11)

    told = [till.get("payment/status", paymentId=payment_id).codes for _ in range(3)]

    assert told == [["payment_contradicted"]] * 3
