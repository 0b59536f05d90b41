"""Answers about refunds get lost: asking again finds out what became of them and pays nothing twice."""

import pytest

from portal.operations.models import Operation
from tests.payments.posv10_calls import be_busy, keys, swallow, swallow_every_try
from tests.refunds.factories import schedule
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    at_mobilepay,
    books,
    call_off,
    details,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    status_at_till,
    told,
    told_mobilepay,
)

LOSSES = ["cut_before", "cut_after", "fail_before", "fail_after"]
BOTH = pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
ACTS = {
    "capture": (pay_out, CAPTURE, "Captured"),
    "cancel": (call_off, CANCEL, "CancelledByClient"),
}


def unknown(refund):
    return (
        503,
        ["outcome_unknown"],
        [
            (
                "MobilePay has not answered about the refund of order order-1 yet, so it is not "
                "known whether money moved. "
                "Ask for its details in a moment; the portal keeps asking too."
            )
        ],
        "2",
    )


def said(answer):
    return answer.status, answer.codes, answer["errors"], answer.headers["Retry-After"]


def owed(refund):
    found = fresh(refund)
    return found.state, found.operation, found.attempts


@pytest.mark.parametrize("loss", LOSSES)
def test_a_create_whose_first_answer_is_lost_is_tried_again_with_the_same_key(till, sold, simulator, loss):
    simulator.faults.add(loss, *CREATE)

    created = give_back(till, sold)

    assert created.status == 200
    assert keys(simulator, CREATE) == [str(sold.refunds.get().key_of("create"))] * 2
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_first_answer_is_lost_is_tried_again_with_the_same_key(till, sold, simulator, act, loss):
    do, call, state = ACTS[act]
    refund = reserved_at_till(till, sold)
    simulator.faults.add(loss, *call)

    answer = do(till, refund)

    assert answer.status == 200
    assert keys(simulator, call) == [str(fresh(refund).key_of(act))] * 2
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]


@BOTH
@pytest.mark.parametrize("again", [give_back, lambda till, sold: details(till, sold.refunds.get())])
def test_a_create_that_stays_unanswered_is_finished_by_asking_again(till, sold, simulator, again, done):
    swallow_every_try(simulator, CREATE, done=done)

    lost = give_back(till, sold)
    noted = sold.refunds.get()
    room = books(sold)
    finished = again(till, sold)

    assert said(lost) == unknown(noted)
    assert lost["refundId"] is None
    assert (noted.state, noted.remote_id, noted.attempts) == ("Created", None, 1)
    assert room == (2706, 1000, 0)
    assert finished.status == 200
    assert status_at_till(till, noted) == "Reserved"
    assert keys(simulator, CREATE) == [str(noted.key_of("create"))] * 4
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


def test_a_create_in_doubt_stays_in_doubt_while_mobilepay_is_silent(till, sold, simulator):
    be_busy(simulator)
    give_back(till, sold)
    refund = sold.refunds.get()

    created, looked_up, captured = (
        give_back(till, sold),
        details(till, refund),
        pay_out(till, refund),
    )

    assert [said(each) for each in (created, looked_up, captured)] == [unknown(refund)] * 3
    assert fresh(refund).state == "Created"
    assert told(refund) == ["Created"]
    assert books(sold) == (2706, 1000, 0)


@BOTH
@pytest.mark.parametrize("act", ACTS)
def test_a_create_in_doubt_is_finished_by_what_its_till_does_next(till, sold, simulator, act, done):
    do, _, state = ACTS[act]
    swallow(simulator, CREATE, done=done)
    give_back(till, sold)
    refund = sold.refunds.get()

    answer = do(till, refund)

    assert answer.status == 200
    assert set(keys(simulator, CREATE)) == {str(refund.key_of("create"))}
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]
    assert owed(refund) == (state, "", 0)


@BOTH
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_stays_unanswered_is_finished_by_asking_again(till, sold, simulator, act, done):
    do, call, state = ACTS[act]
    refund = reserved_at_till(till, sold)
    swallow_every_try(simulator, call, done=done)

    lost = do(till, refund)
    still = owed(refund)
    again = do(till, refund)

    assert said(lost) == unknown(refund)
    assert still == ("Reserved", act, 1)
    assert again.status == 200
    assert keys(simulator, call) == [str(fresh(refund).key_of(act))] * 4
    assert owed(refund) == (state, "", 0)
    assert told(refund) == ["Created", "Initiated", "Reserved", state]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]
    assert books(sold) == {"capture": (2706, 1000, 1000), "cancel": (2706, 0, 0)}[act]


@BOTH
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_stays_unanswered_is_finished_by_asking_for_the_details(till, sold, simulator, later, act, done):
    do, call, state = ACTS[act]
    refund = reserved_at_till(till, sold)
    swallow(simulator, call, done=done)
    do(till, refund)
    later(seconds=1)

    status = status_at_till(till, refund)

    assert status == state
    assert len(set(keys(simulator, call))) == 1
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]


@pytest.mark.parametrize("act", ACTS)
def test_details_do_not_tell_an_old_state_while_an_act_is_in_doubt(till, sold, simulator, act):
    do, call, _ = ACTS[act]
    simulator.world.knobs.refund_poll_delay_in_ms = 60_000
    refund = reserved_at_till(till, sold)
    be_busy(simulator, call, times=1)
    do(till, refund)
    asked = told_mobilepay(simulator)

    answer = details(till, refund)

    assert said(answer) == unknown(refund)
    assert answer["refundDetails"] is None
    assert told_mobilepay(simulator) == asked


def test_details_tell_the_state_that_mobilepay_confirmed_while_an_act_is_only_on_its_way(till, sold, simulator):
    simulator.world.knobs.refund_poll_delay_in_ms = 60_000
    refund = reserved_at_till(till, sold)
    schedule(refund, Operation.CAPTURE)
    asked = told_mobilepay(simulator)

    assert status_at_till(till, refund) == "Reserved"
    assert told_mobilepay(simulator) == asked


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [("capture", "cancel", "to pay it out"), ("cancel", "capture", "to cancel it")],
)
def test_while_one_thing_is_in_doubt_the_other_is_not_asked_of_mobilepay(till, sold, simulator, first, then, words):
    refund = reserved_at_till(till, sold)
    swallow(simulator, ACTS[first][1], done=False)
    ACTS[first][0](till, refund)
    before, asked = owed(refund), told_mobilepay(simulator)

    other = ACTS[then][0](till, refund)

    assert (other.status, other.codes, other.headers["Retry-After"]) == (
        409,
        ["outcome_pending"],
        "2",
    )
    assert other["errors"] == [
        (
            f"MobilePay was asked {words} and has not confirmed it for the refund of order order-1 yet. "
            "Ask for its details in a moment; nothing else was done."
        )
    ]
    assert owed(refund) == before == ("Reserved", first, 1)
    assert told_mobilepay(simulator) == asked


def test_a_create_that_is_being_cancelled_cannot_be_captured(till, sold, simulator):
    be_busy(simulator)
    give_back(till, sold)
    refund = sold.refunds.get()
    call_off(till, refund)
    asked = told_mobilepay(simulator)

    refused = pay_out(till, refund)

    assert (refused.status, refused.codes) == (409, ["outcome_pending"])
    assert owed(refund) == ("Created", "cancel", 2)
    assert told_mobilepay(simulator) == asked


def test_money_in_doubt_is_not_given_back_a_second_time(till, sold, simulator):
    swallow(simulator, CREATE, done=True)
    give_back(till, sold, "20.00")

    other = give_back(till, sold, "20.00", "refund-2")

    assert (other.status, other.codes) == (409, ["refund_too_high"])
    assert at_mobilepay(simulator, sold) == [("refund-1", 2000, "Reserved")]
    assert books(sold) == (2706, 2000, 0)


def test_a_create_with_half_an_answer_is_looked_for_and_known(till, sold, simulator):
    simulator.faults.add("garble", *CREATE, times=3)

    found, again = give_back(till, sold), give_back(till, sold)

    assert [found.status, again.status] == [200, 200]
    assert found["refundId"] == again["refundId"]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


def test_a_token_that_expires_in_the_middle_is_renewed_and_nobody_notices(till, sold, simulator):
    refund = reserved_at_till(till, sold)
    simulator.tokens.expire_all()

    paid = pay_out(till, refund)

    assert paid.status == 200
    assert [each.status for each in simulator.calls.find(*CAPTURE)] == [401, 200]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured")]


def test_a_request_is_taken_while_mobilepay_is_silent(till, sold, simulator):
    rules(sold.merchant, till_limit_minor=500)
    be_busy(simulator)

    refund = refund_id(give_back(till, sold))

    assert status_at_till(till, refund) == "AwaitingApproval"
    assert told_mobilepay(simulator) == 0
