"""MobilePay reports another refund than was asked for: nothing is paid out of it, and staff see it."""

import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.gateway.errors import OutcomeUnknown
from portal.mobilepay.errors import Contradiction
from refunds import tasks
from refunds.models import Refund
from refunds.services import captures, exchanges, lookups
from refunds.services.refusals import RefundContradicted
from tests.payments.posv10_calls import ALWAYS, EVERY_TRY, own_code
from tests.refunds.factories import at_till, decided
from tests.refunds.scenarios import CANCEL, CAPTURE, CREATE, LOOK_UP, at_mobilepay, books, fresh, work

OTHER = "0f2c3a52-7d0e-4b8f-9a41-0c5d2e7b1aff"
OTHER_FACTS = pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"amount": 99}, {"amount": "99 DKK"}),
        ({"amount": "lots"}, {"amount": "lots"}),
        ({"currencyCode": "EUR"}, {"amount": "10.00 EUR"}),
        ({"refundOrderId": "another"}, {"order": "another"}),
        ({"paymentId": OTHER}, {"payment": OTHER}),
        ({"refundId": OTHER}, {"refund": OTHER}),
    ],
    ids=str,
)


def alter(simulator, members, *, call=LOOK_UP, times=ALWAYS):
    simulator.faults.add("alter", *call, times=times, members=members)


@OTHER_FACTS
def test_a_refund_that_is_reported_otherwise_is_not_paid_out_until_it_agrees(
    simulator, payment, clerk, frozen, members, said
):
    refund = decided(payment, clerk)
    alter(simulator, members)
    tasks.sweep_due()
    frozen(seconds=2)
    tasks.sweep_due()

    kept = fresh(refund)
    paid_early = simulator.calls.find(*CAPTURE)
    simulator.faults.clear()
    frozen(seconds=2)
    work()

    assert (kept.state, kept.contradiction) == ("Initiated", said)
    assert paid_early == []
    assert (fresh(refund).state, fresh(refund).contradiction) == ("Captured", {})
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    actions = Entry.objects.filter(action__in=["refund:disagrees", "refund:agrees"]).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["refund:disagrees", "refund:agrees"]


def test_a_till_cannot_pay_out_what_is_reported_otherwise(simulator, payment, till):
    refund = at_till(payment)
    alter(simulator, {"amount": 99})

    refused = till.post("refund/capture", refundId=str(refund.pk))
    simulator.faults.clear()
    paid = till.post("refund/capture", refundId=str(refund.pk))

    assert (refused.status, refused.codes, paid.status) == (503, ["refund_contradicted"], 200)
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize("refused", [401, 403])
def test_what_is_owed_waits_while_it_cannot_be_told_whether_the_two_agree(simulator, payment, refused):
    refund = at_till(payment)
    lookups.sync_now(refund=refund, by=WORKER, now=clock.now())
    simulator.faults.add("refuse", *CAPTURE, status=429)
    with pytest.raises(OutcomeUnknown):
        captures.capture(refund=fresh(refund), by=WORKER, now=clock.now())
    Refund.objects.update(contradiction={"amount": "99 DKK"}, contradicted_at=clock.now())
    before = len(simulator.calls.find(*CAPTURE))
    simulator.faults.add("refuse", *LOOK_UP, status=refused, code=own_code(refused), times=2 if refused == 401 else 1)

    with pytest.raises(OutcomeUnknown):
        captures.capture(refund=fresh(refund), by=WORKER, now=clock.now())

    assert len(simulator.calls.find(*CAPTURE)) == before
    assert captures.capture(refund=fresh(refund), by=WORKER, now=clock.now()).state == "Captured"


@pytest.mark.parametrize("word", ["CancelledByMobilePay", "CancelledByClient", "Captured", "ExpiredAndCaptured"])
def test_an_end_that_is_reported_once_and_not_again_is_not_believed(simulator, payment, word):
    refund = at_till(payment)
    alter(simulator, {"status": word}, times=1)

    with pytest.raises(RefundContradicted):
        captures.capture(refund=refund, by=WORKER, now=clock.now())

    kept = fresh(refund)
    assert (kept.state, list(kept.contradiction)) == ("Initiated", ["state"])
    assert books(payment) == (2706, 1000, 0)


def test_the_answer_to_a_creation_with_the_id_of_another_refund_is_none(simulator, payment):
    known = at_till(payment)
    alter(simulator, {"refundId": known.remote_id}, call=CREATE, times=1)

    with pytest.raises(RefundContradicted):
        at_till(payment, 500, "refund-2")
    doubtful = payment.refunds.exclude(pk=known.pk).get()

    assert (doubtful.state, doubtful.remote_id) == ("Created", None)
    assert at_till(payment, 500, "refund-2").pk == doubtful.pk
    assert sorted(order for order, *_ in at_mobilepay(simulator, payment)) == ["refund-1", "refund-2"]


def test_a_lost_refund_whose_order_is_not_told_stays_in_doubt(simulator, payment):
    simulator.faults.add("cut_after", *CREATE, times=1)
    simulator.faults.add("refuse", *CREATE, status=409, code="1306")
    alter(simulator, {"refundOrderId": None})

    with pytest.raises(OutcomeUnknown):
        at_till(payment)

    assert [each.state for each in payment.refunds.all()] == ["Created"]


@pytest.mark.parametrize("kind", ["foreign_before", "foreign_after"])
@pytest.mark.parametrize("status", [200, 202, 302, 401, 403, 404])
@pytest.mark.parametrize("act", ["capture", "cancel"])
def test_an_answer_of_something_in_front_is_looked_into_before_it_is_told(simulator, payment, till, act, kind, status):
    refund = at_till(payment)
    till.get("refund/details", refundId=str(refund.pk))
    call = {"capture": CAPTURE, "cancel": CANCEL}[act]
    simulator.faults.add(kind, *call, status=status, times=2 * EVERY_TRY)
    ended = {"capture": "Captured", "cancel": "CancelledByClient"}[act]

    answer = till.post(f"refund/{act}", refundId=str(refund.pk))
    [(_, _, there)] = at_mobilepay(simulator, payment)
    simulator.faults.clear()
    again = till.post(f"refund/{act}", refundId=str(refund.pk))

    assert there == (ended if kind == "foreign_after" else "Reserved")
    assert answer.status == (200 if kind == "foreign_after" else 503)
    assert (again.status, fresh(refund).state) == (200, ended)
    assert books(payment) == ((2706, 1000, 1000) if act == "capture" else (2706, 0, 0))


@pytest.mark.parametrize("kind", ["foreign_before", "foreign_after"])
@pytest.mark.parametrize("status", [200, 302, 401, 403, 404])
def test_a_creation_answered_by_something_in_front_is_never_made_twice(simulator, payment, till, kind, status):
    simulator.faults.add(kind, *CREATE, status=status, times=2 * EVERY_TRY)
    wish = {"paymentId": str(payment.pk), "refundOrderId": "R-1", "amount": "10.00"}

    first = till.post("refund/create", **wish)
    simulator.faults.clear()
    again = till.post("refund/create", **wish)

    assert first.status == (200 if kind == "foreign_after" else 503)
    assert (again.status, len(at_mobilepay(simulator, payment))) == (200, 1)
    assert books(payment) == (2706, 1000, 0)


def test_a_payout_that_waits_for_agreement_can_be_called_off(simulator, payment, till):
    refund = at_till(payment)
    till.get("refund/details", refundId=str(refund.pk))
    simulator.faults.add("foreign_before", *CAPTURE, status=404, times=EVERY_TRY)
    alter(simulator, {"amount": 99})
    till.post("refund/capture", refundId=str(refund.pk))

    answer = till.post("refund/cancel", refundId=str(refund.pk))

    assert answer.status == 200
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_what_has_ended_is_not_marked_by_a_look_that_comes_too_late(simulator, payment):
    refund = at_till(payment)
    captures.capture(refund=fresh(refund), by=WORKER, now=clock.now())
    alter(simulator, {"amount": 99})

    with pytest.raises(Contradiction):
        exchanges.look_up(refund=refund, by=WORKER, now=clock.now())

    assert list(Refund.objects.contradicted()) == []


def test_all_who_ask_hear_the_same(simulator, payment, till, later):
    refund = at_till(payment)
    alter(simulator, {"amount": 99})
    till.get("refund/details", refundId=str(refund.pk))
    later(seconds=11)

    told = [till.get("refund/details", refundId=str(refund.pk)).codes for _ in range(3)]

    assert told == [["refund_contradicted"]] * 3
