"""MobilePay says no: to a creation, a payout or a cancellation, for good or for now."""

from datetime import timedelta

import pytest

from portal import clock
from portal.gateway.errors import OutcomeUnknown, Refused
from refunds import tasks
from refunds.services import cancellations, captures, lookups
from refunds.services.refusals import CreationImpossible, CreationRefused, RefundEnded, RefundNotReserved
from tests.payments.posv10_calls import EVERY_TRY, UNKNOWN, own_code, tell
from tests.refunds.factories import TILL, at_till, decided
from tests.refunds.scenarios import (
    ABOUT_REFUNDS,
    CANCEL,
    CAPTURE,
    CREATE,
    LOOK_UP,
    actions,
    at_mobilepay,
    books,
    fresh,
    told,
    work,
)

TOO_OLD = "MobilePay refused it: the payment is too old to be refunded; pay it back another way"
TOO_HIGH = (
    "MobilePay refused it: less is left of the payment than the portal knows of; look it up at MobilePay, "
    "where somebody may have given money back directly"
)
REFUSALS = [
    ("1366", TOO_OLD, CreationRefused),
    ("1367", TOO_HIGH, CreationRefused),
    ("1354", "MobilePay refused it: it says the payment is not captured", CreationRefused),
    ("1365", "MobilePay refused it: it says the refund has another currency than the payment", CreationRefused),
    ("1001", "MobilePay refused it: it says the payment does not exist there", CreationImpossible),
    ("1401", "MobilePay refused it: it says the payment was created by another integrator", CreationImpossible),
]


def capture(refund):
    return captures.capture(refund=fresh(refund), by=TILL, now=clock.now())


def cancel(refund):
    return cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())


def reserved(payment):
    """A till's refund that the till has seen reserved."""
    refund = at_till(payment)
    return lookups.status(merchant=refund.merchant, refund_id=refund.pk, by=TILL, now=clock.now())


@pytest.mark.parametrize(("code", "cause", "kind"), REFUSALS, ids=[code for code, _, _ in REFUSALS])
def test_a_refused_refund_of_the_desk_ends_with_a_sentence_and_frees_the_room(
    simulator, payment, clerk, code, cause, kind
):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CREATE, status=403 if code == "1401" else 409, code=code)

    work()

    ended = fresh(refund)
    assert (ended.state, ended.refused_code, ended.was_refused, ended.due_at) == (
        "CancelledByMobilePay",
        code,
        True,
        None,
    )
    assert refund.events.order_by("pk").last().cause == cause
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 0, 0))


@pytest.mark.parametrize(("code", "cause", "kind"), REFUSALS, ids=[code for code, _, _ in REFUSALS])
def test_a_till_reads_the_same_sentence_however_often_it_asks(simulator, payment, code, cause, kind):
    simulator.faults.add("refuse", *CREATE, status=403 if code == "1401" else 409, code=code)

    with pytest.raises(kind) as refusal:
        at_till(payment)
    with pytest.raises(kind) as again:
        at_till(payment)

    assert refusal.value.message.startswith(cause)
    assert "No money moved" in refusal.value.message
    assert again.value.message == refusal.value.message
    assert len(simulator.calls.find(*CREATE)) == 1
    assert books(payment) == (2706, 0, 0)


@pytest.mark.parametrize("refusal", [{"status": 401}, {"status": 403, "code": UNKNOWN}], ids=str)
def test_what_is_wrong_with_our_registration_does_not_cost_people_their_approval(
    simulator, payment, clerk, later, refusal
):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CREATE, times=2, **refusal)

    tasks.sweep_due()

    doubtful = fresh(refund)
    assert (doubtful.state, doubtful.attempts, doubtful.refused_code) == ("Created", 1, "")
    assert books(payment) == (2706, 1000, 0)
    simulator.faults.clear()
    for _ in range(2):
        later(seconds=6)
        work()
    assert fresh(refund).state == "Captured"
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]


@pytest.mark.parametrize("refusal", [{"status": 401}, {"status": 403, "code": UNKNOWN}], ids=str)
def test_a_tills_first_creation_refused_for_our_registration_has_ended(simulator, payment, refusal):
    simulator.faults.add("refuse", *CREATE, times=2, **refusal)

    with pytest.raises(CreationImpossible) as answer:
        at_till(payment)

    [refund] = payment.refunds.all()
    assert answer.value.message.endswith("Use another refundOrderId to try again.")
    assert (refund.state, refund.refused_code) == ("CancelledByMobilePay", refusal.get("code", ""))
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 0, 0))


def test_a_bare_not_found_is_no_answer_to_a_creation(simulator, payment):
    simulator.faults.add("refuse", *CREATE, times=EVERY_TRY, status=404)

    with pytest.raises(OutcomeUnknown):
        at_till(payment)

    assert [each.state for each in payment.refunds.all()] == ["Created"]
    assert books(payment) == (2706, 1000, 0)


def test_a_creation_answered_with_a_bare_not_found_is_found_in_mobilepays_list(simulator, payment):
    simulator.faults.add("cut_after", *CREATE)
    simulator.faults.add("refuse", *CREATE, times=EVERY_TRY, status=404)

    refund = at_till(payment)

    assert refund.state in {"Initiated", "Reserved"}
    assert at_mobilepay(simulator, payment)[0][:2] == ("refund-1", 1000)
    assert books(payment) == (2706, 1000, 0)


@pytest.mark.parametrize("origin", ["back_office", "till"])
def test_a_refund_that_mobilepay_cannot_reserve_ends_and_frees_the_room(simulator, payment, clerk, later, origin):
    simulator.world.knobs.decline_refunds = True
    refund = decided(payment, clerk) if origin == "back_office" else at_till(payment)
    later(minutes=11)

    work()

    ended = fresh(refund)
    assert (ended.state, ended.was_refused, ended.due_at) == ("CancelledByMobilePay", False, None)
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "CancelledByMobilePay")]
    assert (simulator.calls.find(*CAPTURE), simulator.calls.find(*CANCEL)) == ([], [])
    assert books(payment) == (2706, 0, 0)


@pytest.mark.parametrize(
    "refusal",
    [{"status": 409, "code": "1351"}, {"status": 403, "code": "1402"}, {"status": 404, "code": "1004"}],
    ids=str,
)
def test_a_refused_payout_is_tried_again_a_minute_later(simulator, payment, clerk, frozen, refusal):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CAPTURE, **refusal)
    work()
    refused = fresh(refund)
    frozen(minutes=1)

    work()

    assert (refused.state, refused.operation, refused.attempts) == ("Reserved", "", 0)
    assert refused.due_at == refused.changed_at + timedelta(minutes=1)
    assert actions(refund).count("refund:refused") == 1
    assert (fresh(refund).state, books(payment)) == ("Captured", (2706, 1000, 1000))
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [({"status": 409, "code": "1351"}, RefundNotReserved), ({"status": 403, "code": "1402"}, Refused)],
    ids=str,
)
def test_a_till_reads_why_mobilepay_does_not_pay_out(simulator, payment, refusal, kind):
    refund = reserved(payment)
    simulator.faults.add("refuse", *CAPTURE, **refusal)

    with pytest.raises(kind):
        capture(refund)

    assert (fresh(refund).state, fresh(refund).operation) == ("Reserved", "")
    assert books(payment) == (2706, 1000, 0)
    assert capture(refund).state == "Captured"


def test_a_refused_payout_whose_look_up_is_refused_too_leaves_the_refund_as_it_was(simulator, payment):
    refund = reserved(payment)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1351")
    simulator.faults.add("refuse", *LOOK_UP, status=403, code="1402")

    with pytest.raises(RefundNotReserved):
        capture(refund)

    assert (fresh(refund).state, fresh(refund).operation) == ("Reserved", "")
    assert books(payment) == (2706, 1000, 0)


@pytest.mark.parametrize("act", [capture, cancel])
@pytest.mark.parametrize("refusal", [{"status": 401}, {"status": 403, "code": UNKNOWN}], ids=str)
def test_a_refusal_after_an_unanswered_try_is_no_answer(simulator, payment, later, act, refusal):
    refund = reserved(payment)
    call = CAPTURE if act is capture else CANCEL
    simulator.faults.add("cut_after", *call)
    simulator.faults.add("refuse", *call, times=2, **refusal)
    simulator.faults.add("refuse", *LOOK_UP, status=403, code=UNKNOWN, times=1)

    with pytest.raises(Exception, match="has not answered about the refund"):
        act(refund)

    assert fresh(refund).is_in_doubt is True
    simulator.faults.clear()
    later(seconds=6)
    work()
    assert fresh(refund).state == ("Captured" if act is capture else "CancelledByClient")
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, fresh(refund).state)]


def test_a_payout_of_what_was_paid_by_itself_meanwhile_counts_as_done(simulator, payment, later):
    refund = reserved(payment)
    later(hours=24, seconds=1)

    paid = capture(refund)

    assert (paid.state, books(payment)) == ("ExpiredAndCaptured", (2706, 1000, 1000))


@pytest.mark.parametrize(
    ("ending", "act", "state", "refunded"),
    [("cancel", capture, "CancelledByClient", (0, 0)), ("capture", cancel, "Captured", (1000, 1000))],
)
def test_a_refund_that_somebody_else_ended_at_mobilepay_is_taken_over(simulator, payment, ending, act, state, refunded):
    refund = reserved(payment)
    tell(simulator, f"/refunds/{refund.remote_id}/{ending}")

    with pytest.raises(RefundEnded):
        act(refund)

    assert (fresh(refund).state, fresh(refund).due_at) == (state, None)
    assert books(payment) == (2706, *refunded)


def test_a_cancellation_refused_although_it_was_done_counts_as_done(simulator, payment):
    refund = reserved(payment)
    tell(simulator, f"/refunds/{refund.remote_id}/cancel")
    simulator.faults.add("refuse", *CANCEL, status=409, code="1352")

    ended = cancel(refund)

    assert (ended.state, books(payment)) == ("CancelledByClient", (2706, 0, 0))


@pytest.mark.parametrize("look_up", [None, 403, 404], ids=["seen", "not to be seen", "unknown"])
def test_a_cancellation_that_is_not_found_is_still_owed(simulator, payment, look_up):
    refund = reserved(payment)
    simulator.faults.add("refuse", *CANCEL, status=404)
    if look_up:
        simulator.faults.add("refuse", *LOOK_UP, status=look_up, times=2, code=own_code(look_up))

    with pytest.raises(OutcomeUnknown):
        cancel(refund)

    assert (fresh(refund).state, fresh(refund).operation) == ("Reserved", "cancel")
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "Reserved")]
    assert books(payment) == (2706, 1000, 0)


def test_what_was_refused_is_never_sent_again(simulator, payment, clerk, later):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CREATE, status=409, code="1367")
    work()
    simulator.calls.clear()
    later(days=1)

    work()

    assert told(refund) == ["Approved", "Created", "CancelledByMobilePay"]
    assert simulator.calls.find(*ABOUT_REFUNDS) == []
