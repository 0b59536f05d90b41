"""What ends a payment: its till, before or after anybody was asked; or that its till has forgotten it."""

import pytest

from payments.models import Payment
from tests.epayment.books import (
    CANCEL,
    CREATE,
    ENDED,
    LOOK_UP,
    MSN,
    OPEN,
    RELEASED,
    WRITES,
    bodies,
    books,
    keys,
    ours,
    reserve,
    told,
    work_for,
)
from tests.payments.factories import row_events
from tests.payments.till_sequences import cancel, capture, prepare


@pytest.mark.parametrize("begin", [lambda till: till.start(), prepare], ids=["started", "prepared"])
def test_what_the_network_was_never_told_of_ends_without_telling_it(till, phone, simulator, begin):
    payment_id = begin(till)["paymentId"]

    ended = cancel(till, payment_id)
    again = cancel(till, payment_id)
    phone.checks_in()

    assert (ended.status, again.status, till.status(payment_id)) == (200, 200, "CancelledByClient")
    assert (told(simulator, ("POST", f"{CREATE[1]}.*")), books(simulator)) == (0, [])


def test_what_is_on_a_phone_is_called_off_there(till, asked, phone, simulator):
    ended = cancel(till, asked)
    again = cancel(till, asked)
    phone.tells()

    assert (ended.status, again.status, till.status(asked)) == (200, 200, "CancelledByClient")
    assert (books(simulator), bodies(simulator, CANCEL)) == ([ENDED], [None])


def test_what_is_reserved_is_let_go_of(till, phone, simulator):
    payment_id = reserve(till, phone)

    ended = cancel(till, payment_id)
    late = capture(till, payment_id)

    assert (ended.status, late.status, late.codes) == (200, 409, ["payment_not_reserved"])
    assert (ours(), books(simulator)) == (("CancelledByClient", ""), [RELEASED])


def test_what_is_captured_cannot_be_cancelled_and_nothing_is_told(till, phone, simulator):
    payment_id = reserve(till, phone)
    capture(till, payment_id)

    refused = cancel(till, payment_id)

    assert (refused.status, refused.codes, told(simulator, CANCEL)) == (409, ["payment_ended"], 0)
    assert books(simulator) == [("order-1", "AUTHORIZED", 2706, 0, 0)]


@pytest.mark.parametrize("is_seen", [True, False])
def test_what_was_approved_just_now_is_let_go_of_when_its_till_cancels(till, asked, phone, simulator, is_seen):
    phone.approves()
    if is_seen:
        phone.tells()

    ended = cancel(till, asked)

    assert (ended.status, ours(), books(simulator)) == (200, ("CancelledByClient", ""), [RELEASED])


def test_while_the_customer_is_approving_it_stays_owed_and_a_worker_calls_it_off_once_they_stop(
    till, asked, phone, simulator, later
):
    simulator.epayment.begin_approving(phone.reference)

    unknown = cancel(till, asked)
    waiting, meanwhile = till.get("payment/status", paymentId=asked), books(simulator)
    simulator.epayment.stop_approving(phone.reference)
    work_for(later, minutes=1)

    assert (unknown.status, unknown.codes, waiting.status, meanwhile) == (503, ["outcome_unknown"], 503, [OPEN])
    assert (till.status(asked), books(simulator)) == ("CancelledByClient", [ENDED])
    assert len(set(keys(simulator, CANCEL))) == 1


def test_a_customer_who_approves_in_the_end_has_their_money_let_go_of(till, asked, phone, simulator, later):
    simulator.epayment.begin_approving(phone.reference)
    unknown = cancel(till, asked)

    phone.approves()
    phone.tells()
    work_for(later, minutes=1)

    assert (unknown.status, ours(), books(simulator)) == (503, ("CancelledByClient", ""), [RELEASED])
    assert row_events(asked).last()[1] == "CancelledByClient"


def test_a_till_that_asks_again_and_again_while_the_customer_approves_is_heard_within_the_limit(
    till, asked, phone, simulator, later
):
    simulator.epayment.knobs.limits_rates = True
    simulator.epayment.begin_approving(phone.reference)

    answers = [cancel(till, asked) for _ in range(7)]
    simulator.epayment.stop_approving(phone.reference)
    work_for(later, minutes=4)

    assert [answer.codes for answer in answers] == [["outcome_unknown"]] * 7
    assert (ours(), books(simulator)) == (("CancelledByClient", ""), [ENDED])


@pytest.mark.parametrize("status", [423, 429])
def test_a_network_that_asks_to_come_back_later_is_not_pressed(till, asked, simulator, later, status):
    simulator.faults.add("refuse", *CANCEL, status=status, code="6160")

    unknown = cancel(till, asked)
    pressed = told(simulator, CANCEL)
    work_for(later, minutes=1)

    assert (unknown.status, unknown.codes, pressed) == (503, ["outcome_unknown"], 1)
    assert (ours(), books(simulator)) == (("CancelledByClient", ""), [ENDED])


@pytest.mark.parametrize("is_approved", [True, False])
def test_what_was_cancelled_elsewhere_already_counts_as_cancelled(till, asked, phone, simulator, is_approved):
    if is_approved:
        phone.approves()
    simulator.epayment.cancel_elsewhere(MSN, phone.reference)

    ended = cancel(till, asked)

    assert (ended.status, ours(), books(simulator)) == (
        200,
        ("CancelledByClient", ""),
        [RELEASED if is_approved else ENDED],
    )


def test_what_has_ended_otherwise_cannot_be_cancelled_and_says_how(till, asked, phone):
    phone.declines()

    refused = cancel(till, asked)

    assert (refused.status, refused.codes) == (409, ["payment_ended"])
    assert refused["errors"] == [
        "The payment of order order-1 cannot be cancelled any more: cancelled by the customer."
    ]


def test_what_was_taken_elsewhere_cannot_be_cancelled(till, asked, phone, simulator):
    phone.approves()
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 2706)

    refused = cancel(till, asked)

    assert (refused.status, refused.codes, ours()) == (409, ["payment_ended"], ("Captured", ""))
    assert Payment.objects.get().captured_minor == 2706


def test_a_cancellation_says_nothing_before_it_is_known_that_nothing_was_taken(till, phone, simulator, later):
    payment_id = reserve(till, phone)
    simulator.faults.add("refuse", *LOOK_UP, status=403, code="5060")

    unknown = cancel(till, payment_id)
    work_for(later, minutes=1)

    assert (unknown.status, unknown.codes) == (503, ["outcome_unknown"])
    assert (ours(), books(simulator)) == (("CancelledByClient", ""), [RELEASED])


def test_our_keys_may_not_cancel_it_and_everything_stays_as_it_is(till, asked, simulator):
    simulator.faults.add("refuse", *CANCEL, status=403, code="5060")

    refused = cancel(till, asked)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert (ours(), books(simulator)) == (("IssuedToUser", ""), [OPEN])


def test_a_payment_that_the_network_does_not_have_any_more_ends(till, asked, simulator):
    with simulator.epayment.present():
        simulator.epayment.payments._by_reference.clear()

    gone = cancel(till, asked)

    assert (gone.status, ours()) == (200, ("CancelledByMobilePay", ""))
    assert told(simulator, WRITES) == 2
