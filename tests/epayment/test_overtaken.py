"""Somebody else was quicker: what one has seen a moment ago is not so any more."""

from datetime import timedelta

import pytest

from payments import tasks
from payments.models import Payment
from payments.services import exchanges, pairings, starts
from payments.services.refusals import AmountDiffers, NotPrepared
from portal import clock
from portal.audit.actors import WORKER
from portal.money import Money
from terminals.models import CheckIn
from tests.epayment.books import CREATE, books, lose, told
from tests.payments.till_sequences import cancel, prepare, ready


def seen():
    return Payment.objects.whole().get()


def test_a_payment_that_was_cancelled_is_not_prepared_again_when_its_check_in_ages_out(till, phone, later):
    phone.checks_in()
    later(minutes=12)
    payment_id = prepare(till)["paymentId"]
    before = seen()
    cancel(till, payment_id)
    later(minutes=4)

    after = pairings.look_again(payment=before, by=WORKER, now=clock.now())

    assert (before.state, after.state, Payment.objects.get().state) == ("Paired", *["CancelledByClient"] * 2)


def test_a_customer_who_is_refused_while_the_till_cancels_leaves_nothing_that_waits(till, phone, simulator, later):
    phone.checks_in()
    lose(simulator, CREATE)
    till.start()
    before = seen()
    lose(simulator, CREATE)
    unknown = cancel(till, str(before.pk))
    simulator.faults.add("refuse", *CREATE, status=400, code="4050", times=2)

    ended = exchanges.execute(payment=before, by=WORKER, now=clock.now())

    assert (unknown.status, ended.state, ended.operation, books(simulator)) == (503, "CancelledByClient", "", [])


def test_a_check_in_that_was_used_for_a_payment_that_has_ended_asks_nobody(till, pos, phone, simulator):
    phone.checks_in()
    payment_id = prepare(till)["paymentId"]
    cancel(till, payment_id)

    pairings.look_again(payment=seen(), by=WORKER, now=clock.now())

    assert (told(simulator, CREATE), CheckIn.objects.filter(used_by=None).count()) == (0, 1)


def test_a_payment_that_waits_for_nobody_is_left_as_it_is(till, phone, simulator):
    till.start()

    after = pairings.look_again(payment=seen(), by=WORKER, now=clock.now())

    assert (after.state, after.operation, told(simulator, CREATE)) == ("Initiated", "", 0)


def test_a_check_in_that_nobody_took_is_taken_by_the_next_look(till, pos, phone, simulator):
    """As when a worker has died between the two."""
    till.start()
    now = clock.now()
    CheckIn.objects.create(point_of_sale=pos, token="of somebody", token_digest="1", at=now, received_at=now)

    simulator.faults.add("refuse", *CREATE, status=400, code="4050")
    refused = pairings.look_again(payment=seen(), by=WORKER, now=now)
    again = pairings.look_again(payment=seen(), by=WORKER, now=now + timedelta(seconds=1))

    assert (refused.state, again.state, told(simulator, CREATE), books(simulator)) == ("Initiated", "Initiated", 1, [])


def test_a_network_that_lists_nothing_has_nothing_to_adopt(till, phone, simulator):
    simulator.calls.clear()

    tasks.adopt_orphaned_reservations()

    assert (simulator.calls.find(), Payment.objects.count()) == ([], 0)


@pytest.mark.parametrize("is_lost", [True, False])
def test_an_amount_that_comes_right_after_another_is_refused_and_the_first_one_is_asked_for(
    till, phone, simulator, is_lost
):
    phone.checks_in()
    payment_id = prepare(till)["paymentId"]
    before = seen()
    if is_lost:
        lose(simulator, CREATE)
    ready(till, payment_id, amount="10.00")

    with pytest.raises(AmountDiffers):
        starts.ready(payment=before, amount=Money(2000, "DKK"), by=WORKER, now=clock.now())

    assert (Payment.objects.get().amount_minor, books(simulator)) == (1000, [("order-1", "CREATED", 0, 0, 0)])
    assert {call.body["amount"]["value"] for call in simulator.calls.find(*CREATE)} == {1000}


def test_the_same_amount_right_after_it_changes_nothing(till, phone, simulator):
    phone.checks_in()
    payment_id = prepare(till)["paymentId"]
    before = seen()
    ready(till, payment_id)

    again = starts.ready(payment=before, amount=Money(2706, "DKK"), by=WORKER, now=clock.now())

    assert (again.state, told(simulator, CREATE)) == ("IssuedToUser", 1)


def test_an_amount_for_what_has_just_been_cancelled_is_refused(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]
    before = seen()
    ready(till, payment_id)
    cancel(till, payment_id)

    with pytest.raises(NotPrepared):
        starts.ready(payment=before, amount=Money(2706, "DKK"), by=WORKER, now=clock.now())

    assert (Payment.objects.get().state, told(simulator, CREATE)) == ("CancelledByClient", 0)
