"""Which check-in counts: the newest one, once, for as long as the network takes its token."""

from datetime import timedelta

import pytest

from payments.models import Payment
from payments.services import pairings
from portal import clock
from portal.audit.actors import WORKER
from terminals.models import CheckIn, Merchant
from tests.epayment.books import CREATE, books, keys, told, work, work_for
from tests.payments.till_sequences import cancel, prepare, ready

SOMEBODY = "+4520031802"


def tokens(simulator):
    """Whom the network was told to ask, by the phone that checked in."""
    with simulator.epayment.present():
        return [each.phone_number for each in simulator.epayment.payments]


def deliver_again(pos, token, *, at=None):
    """What a repeated or late delivery brings about."""
    now = clock.now()
    pairings.check_in(pos=pos, token=token, at=at or now, by=WORKER, now=now)


def test_of_two_who_check_in_the_newest_is_asked(till, phone, simulator, later):
    phone.checks_in()
    later(seconds=5)
    phone.number = SOMEBODY
    phone.checks_in()

    till.start()

    assert tokens(simulator) == ["4520031802"]


def test_whoever_checked_in_before_the_newest_one_is_never_asked(till, phone, simulator, later):
    phone.checks_in()
    later(seconds=5)
    phone.number = SOMEBODY
    phone.checks_in()
    cancel(till, till.start()["paymentId"])

    next_one = till.start("order-2")["paymentId"]

    assert (till.status(next_one), tokens(simulator)) == ("Initiated", ["4520031802"])


def test_a_check_in_is_used_once(till, phone, simulator):
    phone.checks_in()
    cancel(till, till.start()["paymentId"])

    next_one = till.start("order-2")["paymentId"]

    assert (till.status(next_one), told(simulator, CREATE)) == ("Initiated", 1)


def test_a_check_in_for_a_prepared_payment_that_is_cancelled_is_left_for_the_next(till, phone, simulator):
    phone.checks_in()
    cancel(till, prepare(till)["paymentId"])

    next_one = till.start("order-2")["paymentId"]

    assert (till.status(next_one), told(simulator, CREATE)) == ("IssuedToUser", 1)


def test_a_repeated_delivery_pairs_nobody(till, pos, phone, simulator):
    phone.checks_in()
    token = CheckIn.objects.get().token
    cancel(till, till.start()["paymentId"])
    next_one = till.start("order-2")["paymentId"]

    deliver_again(pos, token)

    assert (till.status(next_one), told(simulator, CREATE), CheckIn.objects.count()) == ("Initiated", 1, 1)


def test_every_delivery_twice_makes_one_payment(till, phone, simulator):
    simulator.epayment.knobs.webhooks_twice = True
    payment_id = till.start()["paymentId"]

    answered = phone.checks_in()

    # The created payment is told of twice as well.
    assert (answered, till.status(payment_id), told(simulator, CREATE)) == ([200] * 4, "IssuedToUser", 1)


def test_a_delivery_of_a_scan_more_than_a_quarter_of_an_hour_ago_pairs_nobody(till, pos, phone, simulator, later):
    phone.scans()
    later(minutes=15, seconds=1)
    payment_id = till.start()["paymentId"]

    answered = phone.tells()

    assert (answered, till.status(payment_id)) == ([200], "Initiated")
    assert (told(simulator, CREATE), CheckIn.objects.count()) == (0, 0)


def test_a_delivery_of_a_scan_nearly_a_quarter_of_an_hour_ago_pairs(till, phone, simulator, later):
    phone.scans()
    later(minutes=14, seconds=50)
    payment_id = till.start()["paymentId"]

    phone.tells()

    assert (till.status(payment_id), told(simulator, CREATE)) == ("IssuedToUser", 1)


def test_a_late_delivery_does_not_take_the_place_of_a_newer_one(till, pos, phone, simulator, later):
    later(minutes=1)
    phone.checks_in()

    deliver_again(pos, "an older token", at=clock.now() - timedelta(minutes=1))
    till.start()

    assert tokens(simulator) == ["4520031801"]


def test_a_token_that_ages_out_leaves_the_payment_prepared_and_asks_nobody(till, phone, simulator, later):
    phone.checks_in()
    later(minutes=12)
    payment_id = prepare(till)["paymentId"]
    paired = till.status(payment_id)
    later(minutes=3, seconds=1)

    aged = till.status(payment_id)
    given = ready(till, payment_id)

    assert (paired, aged, given.status) == ("Paired", "Prepared", 200)
    assert (till.status(payment_id), told(simulator, CREATE)) == ("Initiated", 0)


def test_a_sweep_sees_a_token_age_out_as_well(till, phone, simulator, later):
    phone.checks_in()
    later(minutes=12)
    prepare(till)

    later(minutes=3, seconds=1)
    work()

    events = Payment.objects.get().events.order_by("pk").values_list("to_state", "cause")
    assert list(events) == [
        ("Paired", "the till asked for it"),
        ("Prepared", "the customer's check-in is too old"),
    ]


def test_an_amount_for_a_token_that_has_aged_out_unseen_sends_nothing(till, phone, simulator, later):
    phone.checks_in()
    later(minutes=12)
    payment_id = prepare(till)["paymentId"]
    later(minutes=3, seconds=1)

    given = ready(till, payment_id)

    assert (given.status, till.status(payment_id), told(simulator, CREATE)) == (200, "Initiated", 0)
    phone.checks_in()
    assert (till.status(payment_id), told(simulator, CREATE)) == ("IssuedToUser", 1)


@pytest.mark.parametrize("is_polled", [True, False])
def test_a_newer_check_in_keeps_a_payment_paired_until_that_one_is_too_old(
    till, pos, phone, simulator, later, is_polled
):
    Merchant.objects.update(payment_timeout=timedelta(hours=1))
    payment_id = prepare(till)["paymentId"]
    phone.checks_in()
    later(minutes=10)
    phone.checks_in()

    def look():
        return till.status(payment_id) if is_polled else (work(), Payment.objects.get().state)[1]

    later(minutes=6)
    kept = look()
    later(minutes=9, seconds=30)
    aged = look()

    assert (kept, aged) == ("Paired", "Prepared")


def test_who_checks_in_while_a_payment_is_on_a_phone_has_paid_it_when_it_is_paid(till, phone, simulator, later):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    later(seconds=5)
    phone.checks_in()
    world = simulator.epayment
    world.approve(phone.reference)
    phone.tells()
    paid = till.status(payment_id)

    next_one = till.start("order-2")["paymentId"]

    assert (paid, till.status(next_one), told(simulator, CREATE)) == ("Reserved", "Initiated", 1)


def test_who_checks_in_while_a_payment_is_on_a_phone_is_asked_next_when_it_is_cancelled(till, phone, simulator, later):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    later(seconds=5)
    phone.number = SOMEBODY
    phone.checks_in()
    cancel(till, payment_id)

    next_one = till.start("order-2")["paymentId"]

    assert (till.status(next_one), tokens(simulator)) == ("IssuedToUser", ["4520031801", "4520031802"])


def test_a_payment_that_waits_for_its_customer_in_vain_ends_and_the_next_check_in_pays_something_else(
    till, phone, simulator, later
):
    till.start()
    work_for(later, minutes=12)
    forgotten = Payment.objects.get().state

    phone.checks_in()
    next_one = till.start("order-2")["paymentId"]

    assert (forgotten, till.status(next_one)) == ("CancelledByClient", "IssuedToUser")
    assert books(simulator) == [("order-2", "CREATED", 0, 0, 0)]
    assert len(set(keys(simulator, CREATE))) == 1
