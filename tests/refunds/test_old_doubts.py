"""MobilePay keeps a key for a day: an older refund in doubt is looked up, and never sent again."""

from decimal import Decimal

import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.gateway.errors import OutcomeUnknown
from refunds import tasks
from refunds.models import Refund
from refunds.services import cancellations, exchanges
from refunds.services.refusals import CreationImpossible
from tests.payments.posv10_calls import keys, swallow, tell
from tests.refunds.factories import FIND, TILL, at_till, decided, sale
from tests.refunds.scenarios import CREATE, LOOK_UP, at_mobilepay, books, fresh, told, work

# Refused for reasons that say nothing about the refund: a gateway in front, other credentials, no permission.
REFUSED_LOOK_UPS = [
    (FIND, {"status": 404}),
    (FIND, {"status": 403, "code": "1401"}),
    (FIND, {"status": 401}),
    (LOOK_UP, {"status": 404}),
    (LOOK_UP, {"status": 403, "code": "1402"}),
]


@pytest.fixture
def payment(simulator, pos):
    """MobilePay pays nothing out by itself before the test is over."""
    simulator.world.knobs.refund_auto_capture = 1e9
    return sale(simulator, pos)


@pytest.fixture
def a_day(later, simulator):
    """MobilePay forgets the keys, but not the refunds."""

    def pass_by():
        later(hours=24, seconds=1)
        simulator.calls.clear()

    return pass_by


@pytest.fixture
def a_moment(later):
    """Long enough for MobilePay to reserve a refund."""
    return lambda: later(seconds=2)


def lost(simulator, payment, clerk, *, done):
    """An approved refund whose creation went unanswered."""
    refund = decided(payment, clerk)
    swallow(simulator, CREATE, done=done)
    tasks.sweep_due()
    assert fresh(refund).state == "Created"
    return refund


def refund_behind_our_back(simulator, payment, minor=1000, order="theirs"):
    """A refund that the portal knows nothing of; gives MobilePay's id."""
    amount = Decimal(minor) / 100
    body = {"paymentId": payment.remote_id, "refundOrderId": order, "amount": amount, "currencyCode": "DKK"}
    return tell(simulator, "/refunds", body)["refundId"]


def test_an_old_creation_that_mobilepay_carried_out_is_found_and_paid(simulator, payment, clerk, a_day):
    refund = lost(simulator, payment, clerk, done=True)
    a_day()

    work()

    assert told(refund) == ["Approved", "Created", "Reserved", "Captured"]
    assert keys(simulator, CREATE) == []
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_an_old_creation_that_mobilepay_has_paid_by_itself_counts_as_paid(simulator, payment, clerk, a_day):
    simulator.world.knobs.refund_auto_capture = 3600.0
    refund = lost(simulator, payment, clerk, done=True)
    a_day()

    work()

    assert told(refund) == ["Approved", "Created", "ExpiredAndCaptured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "ExpiredAndCaptured")]
    assert books(payment) == (2706, 1000, 1000)


def test_an_old_creation_that_mobilepay_does_not_have_is_made_anew_with_a_new_key(
    simulator, payment, clerk, a_day, a_moment
):
    refund = lost(simulator, payment, clerk, done=False)
    before = fresh(refund).key_of("create")
    a_day()

    work()
    a_moment()
    work()

    assert told(refund) == ["Approved", "Created", "Initiated", "Reserved", "Captured"]
    [key] = keys(simulator, CREATE)
    assert key != str(before)
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_till_that_asks_again_about_an_old_creation_reads_that_it_has_ended(simulator, payment, a_day):
    swallow(simulator, CREATE, done=False)
    with pytest.raises(OutcomeUnknown):
        at_till(payment)
    a_day()

    with pytest.raises(CreationImpossible) as refusal:
        at_till(payment)
    with pytest.raises(CreationImpossible) as again:
        at_till(payment)

    assert refusal.value.message.startswith("MobilePay does not have it (code 1004). No money moved, and the refund ")
    assert again.value.message == refusal.value.message
    assert (keys(simulator, CREATE), books(payment)) == ([], (2706, 0, 0))


def test_a_creation_just_within_the_day_is_sent_again_with_its_key(simulator, payment, clerk, later):
    refund = lost(simulator, payment, clerk, done=False)
    later(hours=23, minutes=59)

    work()

    assert fresh(refund).state == "Initiated"
    assert len(set(keys(simulator, CREATE))) == 1
    assert len(keys(simulator, CREATE)) == 3
    assert simulator.calls.find(*FIND) == []


@pytest.mark.parametrize(("call", "refusal"), REFUSED_LOOK_UPS, ids=str)
def test_a_refused_look_up_leaves_an_old_creation_in_doubt(simulator, payment, clerk, later, a_day, call, refusal):
    refund = lost(simulator, payment, clerk, done=True)
    a_day()
    simulator.faults.add("refuse", *call, times=4, **refusal)

    tasks.sweep_due()

    doubtful = fresh(refund)
    assert (doubtful.state, doubtful.due_at > clock.now()) == ("Created", True)
    assert books(payment) == (2706, 1000, 0)
    assert keys(simulator, CREATE) == []
    simulator.faults.clear()
    later(minutes=1)
    work()
    assert fresh(refund).state == "Captured"
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_an_old_creation_whose_order_mobilepay_has_with_another_amount_waits_for_staff(
    simulator, payment, clerk, a_day
):
    refund = lost(simulator, payment, clerk, done=False)
    refund_behind_our_back(simulator, payment, 999, refund.refund_order_id)
    a_day()

    tasks.sweep_due()

    doubtful = fresh(refund)
    assert (doubtful.state, doubtful.contradiction) == ("Created", {"amount": "9.99 DKK"})
    assert list(Refund.objects.contradicted()) == [refund]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 999, "Reserved")]
    assert books(payment) == (2706, 1000, 0)


def test_an_old_creation_is_not_confused_with_a_refund_of_somebody_else(simulator, payment, clerk, a_day, a_moment):
    refund = lost(simulator, payment, clerk, done=False)
    refund_behind_our_back(simulator, payment, 1000, "theirs")
    a_day()

    work()
    a_moment()
    work()

    assert fresh(refund).state == "Captured"
    assert [(found, state) for _, found, state in at_mobilepay(simulator, payment)] == [
        (1000, "Reserved"),
        (1000, "Captured"),
    ]
    assert books(payment) == (2706, 1000, 1000)


def test_an_old_creation_is_found_among_other_refunds_of_the_payment(simulator, payment, clerk, a_day):
    known = decided(payment, clerk, 700)
    work()
    refund_behind_our_back(simulator, payment, 500)
    refund = lost(simulator, payment, clerk, done=True)
    a_day()

    work()

    assert (told(known)[-1], told(refund)[-1]) == ("Captured", "Captured")
    assert sorted(at_mobilepay(simulator, payment)) == sorted(
        [
            (known.refund_order_id, 700, "Captured"),
            ("theirs", 500, "Reserved"),
            (refund.refund_order_id, 1000, "Captured"),
        ]
    )
    # What is known as another refund of ours is not asked about.
    assert not any(fresh(known).remote_id in call.path for call in simulator.calls.find(*LOOK_UP))


@pytest.mark.parametrize("is_old", [False, True], ids=["key reused", "key forgotten"])
def test_a_refund_that_another_worker_has_found_already_is_found_again(simulator, payment, clerk, a_day, is_old):
    refund = lost(simulator, payment, clerk, done=True)
    seen_before = fresh(refund)
    simulator.faults.clear()
    exchanges.execute(refund=fresh(refund), by=WORKER, now=clock.now())
    a_day() if is_old else simulator.faults.add("refuse", *CREATE, status=409, code="1306")

    found = exchanges.execute(refund=seen_before, by=WORKER, now=clock.now())

    assert (found.state, fresh(refund).state) == ("Reserved", "Reserved")
    assert found.remote_id is not None
    assert books(payment) == (2706, 1000, 0)


def test_a_key_that_was_used_already_leads_to_what_it_made(simulator, payment, clerk):
    refund = lost(simulator, payment, clerk, done=True)
    simulator.faults.add("refuse", *CREATE, status=409, code="1306")

    work()

    assert told(refund) == ["Approved", "Created", "Reserved", "Captured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_key_that_was_used_for_something_else_ends_the_refund(simulator, payment, clerk):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CREATE, status=409, code="1306")

    work()

    assert (fresh(refund).state, fresh(refund).refused_code) == ("CancelledByMobilePay", "1306")
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 0, 0))


@pytest.mark.parametrize("is_old", [False, True], ids=["refused", "not found"])
def test_an_end_that_was_overtaken_changes_nothing_and_says_nothing(simulator, payment, clerk, a_day, is_old):
    refund = lost(simulator, payment, clerk, done=False)
    seen_before = fresh(refund)
    simulator.faults.clear()
    exchanges.execute(refund=fresh(refund), by=WORKER, now=clock.now())
    remote_id = fresh(refund).remote_id
    if is_old:
        a_day()
        simulator.world.refunds._by_payment[payment.remote_id].clear()
    else:
        simulator.faults.add("refuse", *CREATE, status=409, code="1367")

    seen = exchanges.execute(refund=seen_before, by=WORKER, now=clock.now())

    # After a refusal MobilePay is asked what it has, so that nothing an earlier try made is left there.
    steps = ["Approved", "Created", "Initiated"] if is_old else ["Approved", "Created", "Initiated", "Reserved"]
    assert (seen.state, seen.remote_id) == (steps[-1], remote_id)
    assert told(refund) == steps
    assert books(payment) == (2706, 1000, 0)


def test_a_tills_cancellation_of_an_old_creation_is_carried_out_once_it_is_found(simulator, payment, later, a_day):
    swallow(simulator, CREATE, done=True)
    with pytest.raises(OutcomeUnknown):
        at_till(payment)
    [refund] = payment.refunds.all()
    simulator.faults.add("refuse", *CREATE, status=429)
    with pytest.raises(OutcomeUnknown):
        cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())
    a_day()

    work()

    assert told(refund) == ["Created", "Reserved", "CancelledByClient"]
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)
