"""Ending a request: an approver declines it, or whoever asked takes it back; its room is free again."""

import pytest

from tests.refunds.factories import set_balance
from tests.refunds.scenarios import (
    actions,
    approve,
    ask,
    books,
    decline,
    fresh,
    refusal,
    rules,
    told,
    told_mobilepay,
    traces,
    withdraw,
    work,
)

QUICKER = "Somebody else was quicker: this refund is {} by now. Nothing was changed."
NOT_WAITING = "This refund is not waiting for approval: it is {}. Nothing was changed."
TOO_LATE = "This refund cannot be withdrawn any more: it is {}. Nothing was changed."


def test_a_declined_request_ends_with_its_reason_and_frees_its_room(asked, payment, approver, simulator):
    declined = decline(asked, approver, "the goods are worn")

    work()
    event = asked.events.get(to_state="Declined")
    assert (declined.state, told(asked), books(payment)) == ("Declined", ["Requested", "Declined"], (2706, 0, 0))
    assert (event.from_state, event.cause, event.actor_kind, event.actor) == (
        "Requested",
        "declined: the goods are worn",
        "person",
        "asta@kino.example",
    )
    assert actions(asked) == ["refund:requested", "refund:moved"]
    assert (declined.due_at, told_mobilepay(simulator)) == (None, 0)


def test_nobody_declines_their_own_request(asked, clerk):
    before = traces(asked)

    said = refusal(decline, asked, clerk)

    assert said == "You asked for this refund, so somebody else must decide about it. Nothing was changed."
    assert traces(asked) == before


@pytest.mark.parametrize(("end", "stands"), [(approve, "approved"), (decline, "declined"), (withdraw, "withdrawn")])
def test_what_was_decided_is_not_declined(end, stands, asked, clerk, approver, second_approver):
    end(asked, clerk if end is withdraw else approver)
    before = traces(asked)

    said = refusal(decline, fresh(asked), second_approver)

    assert (said, traces(asked)) == (NOT_WAITING.format(stands), before)


@pytest.mark.parametrize(("end", "stands"), [(approve, "approved"), (withdraw, "withdrawn")])
def test_whoever_declines_what_somebody_else_has_just_decided_reads_so(
    end, stands, asked, clerk, approver, second_approver
):
    seen = fresh(asked)
    end(asked, clerk if end is withdraw else approver)
    before = traces(asked)

    said = refusal(decline, seen, second_approver)

    assert (said, traces(asked)) == (QUICKER.format(stands), before)


@pytest.mark.parametrize(("end", "who"), [(decline, "approver"), (withdraw, "clerk")])
def test_the_same_form_sent_twice_ends_a_request_once(end, who, asked, request):
    person, seen = request.getfixturevalue(who), fresh(asked)
    end(asked, person)
    before = traces(asked)

    again = end(seen, person)

    assert (again.state, traces(asked)) == (before[1][-1], before)


@pytest.mark.parametrize("who", ["clerk", "administrator"])
def test_a_request_is_withdrawn_by_whoever_asked_or_by_an_administrator(who, asked, payment, simulator, request):
    person = request.getfixturevalue(who)

    withdrawn = withdraw(asked, person, "the customer keeps it")

    work()
    event = asked.events.get(to_state="Withdrawn")
    assert (withdrawn.state, told(asked), books(payment)) == ("Withdrawn", ["Requested", "Withdrawn"], (2706, 0, 0))
    assert (event.cause, event.actor) == ("withdrawn: the customer keeps it", person.user.email)
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("who", ["approver", "auditor", "rival"])
def test_nobody_else_withdraws_a_request(who, asked, request):
    person = request.getfixturevalue(who)
    before = traces(asked)

    said = refusal(withdraw, asked, person)

    assert said == (
        "Only the person who asked for it, or an administrator, can withdraw a refund. Nothing was changed."
    )
    assert traces(asked) == before


def test_an_approved_refund_is_withdrawn_before_a_worker_has_told_mobilepay(asked, payment, clerk, approver, simulator):
    approved = approve(asked, approver)

    withdraw(approved, clerk)

    work()
    assert told(asked) == ["Requested", "Approved", "Withdrawn"]
    assert (books(payment), told_mobilepay(simulator)) == ((2706, 0, 0), 0)


def test_a_refund_that_waits_for_the_stores_balance_is_withdrawn(asked, payment, clerk, approver, simulator):
    set_balance(simulator, "5.00")
    approve(asked, approver)
    work()
    waiting = fresh(asked)

    withdrawn = withdraw(waiting, clerk)

    assert (waiting.state, withdrawn.state, books(payment)) == ("WaitingForBalance", "Withdrawn", (2706, 0, 0))


def test_what_was_paid_is_not_withdrawn(asked, payment, clerk, approver):
    approve(asked, approver)
    work()
    before = traces(asked)

    said = refusal(withdraw, fresh(asked), clerk)

    assert (said, traces(asked), books(payment)) == (TOO_LATE.format("paid back"), before, (2706, 1000, 1000))


def test_whoever_withdraws_what_a_worker_has_just_paid_reads_so(asked, payment, clerk, approver):
    seen = approve(asked, approver)
    work()
    before = traces(asked)

    said = refusal(withdraw, seen, clerk)

    assert (said, traces(asked), books(payment)) == (QUICKER.format("paid back"), before, (2706, 1000, 1000))


@pytest.mark.parametrize(("end", "stands"), [(decline, "declined"), (withdraw, "withdrawn")])
def test_what_has_ended_is_not_withdrawn(end, stands, asked, clerk, approver):
    end(asked, clerk if end is withdraw else approver)
    before = traces(asked)

    said = refusal(withdraw, fresh(asked), clerk)

    assert (said, traces(asked)) == (TOO_LATE.format(stands), before)


def test_what_was_declined_can_be_asked_for_again(asked, payment, clerk, approver):
    decline(asked, approver)

    again = ask(payment, clerk, 2706)

    assert (again.state, books(payment)) == ("Requested", (2706, 2706, 0))


def test_a_tills_request_is_declined_like_any_other(payment, till, approver, simulator):
    rules(payment.merchant, till_limit_minor=0)
    answer = till.post("refund/create", paymentId=str(payment.pk), refundOrderId="refund-1", amount="10.00")
    refund = fresh(answer["refundId"])

    decline(refund, approver)

    work()
    assert (told(refund), books(payment), told_mobilepay(simulator)) == (
        ["Requested", "Declined"],
        (2706, 0, 0),
        0,
    )
