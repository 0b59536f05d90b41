"""Declining and withdrawing: with a reason that others read, and no money moves."""

import pytest

from portal.roles import Role
from refunds.states import State
from tests.house.world import rows
from tests.pages import buttons, errors, said
from tests.people import hire
from tests.places import limited_to
from tests.refunds.pages.forms import after, lead, path, row
from tests.refunds.scenarios import ask, books, told, told_mobilepay

BOTH = pytest.mark.parametrize("act", ["decline", "withdraw"])
FREE = (2706, 0, 0)


def cause(refund):
    return refund.events.order_by("-pk")[0].cause


def test_a_declined_request_is_over_and_its_amount_is_free_again(approver, clerk, payment, simulator):
    refund = ask(payment, clerk)
    question = approver.get(path(refund, "decline/"))

    answer = approver.post(path(refund, "decline/"), reason="no receipt")

    assert (said(question, "h1"), buttons(question)) == (["Decline 10.00 DKK?"], ["Decline", "Back"])
    assert lead(question) == ["Whoever asked reads your reason. No money moves, and the amount can be asked for again."]
    assert answer["Location"] == approver.url("refunds/?tab=mine")
    assert after(approver, answer) == ["Declined 10.00 DKK. No money moved."]
    assert (told(refund), cause(refund), books(payment)) == (
        ["Requested", "Declined"],
        "declined: no receipt",
        FREE,
    )
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("who", ["clerk", "administrator"])
def test_a_withdrawn_request_is_over_and_its_amount_is_free_again(request, clerk, payment, simulator, who):
    somebody, refund = request.getfixturevalue(who), ask(payment, clerk)
    question = somebody.get(path(refund, "withdraw/"))

    answer = somebody.post(path(refund, "withdraw/"), reason="a mistake")

    assert (said(question, "h1"), buttons(question)) == (["Withdraw 10.00 DKK?"], ["Withdraw", "Back"])
    assert lead(question) == ["No money moves, and the amount can be asked for again."]
    assert answer["Location"] == somebody.url(path(refund))
    assert after(somebody, answer) == ["Withdrew 10.00 DKK. No money moved."]
    assert (told(refund), cause(refund), books(payment)) == (
        ["Requested", "Withdrawn"],
        "withdrawn: a mistake",
        FREE,
    )
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("state", [State.APPROVED, State.WAITING_FOR_BALANCE])
def test_what_mobilepay_does_not_have_yet_can_still_be_withdrawn(clerk, payment, state):
    refund = row(payment, state, origin="back_office", requester=clerk.user, reason="returned")

    answer = clerk.post(path(refund, "withdraw/"), reason="a mistake")

    assert (answer.status_code, told(refund), books(payment)) == (302, ["Withdrawn"], FREE)


@BOTH
@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "This field is required."),
        ("  ", "This field is required."),
        ("no", "Ensure this value has at least 3 characters (it has 2)."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("\u200b\u200b\u200b", "This field is required."),
        ("a\u202e\x00", "Ensure this value has at least 3 characters (it has 1)."),
    ],
)
def test_without_a_fair_reason_nothing_ends(approver, clerk, payment, act, reason, message):
    person, refund = {"decline": approver, "withdraw": clerk}[act], ask(payment, clerk)
    before = rows()

    page = person.send(path(refund, f"{act}/"), reason=reason)

    assert (page.status_code, errors(page)) == (422, [message])
    assert rows() == before


@BOTH
def test_in_a_dialog_the_end_leads_on(approver, clerk, payment, act):
    person, refund = {"decline": approver, "withdraw": clerk}[act], ask(payment, clerk)

    answer = person.send(path(refund, f"{act}/"), reason="a mistake")

    onward = {"decline": "refunds/?tab=mine", "withdraw": path(refund)}[act]
    assert (answer.status_code, answer["HX-Redirect"]) == (200, person.url(onward))


@BOTH
@pytest.mark.parametrize(
    ("state", "word"),
    [(State.CAPTURED, "paid back"), (State.DECLINED, "declined"), (State.RESERVED, "reserved")],
)
def test_what_is_no_longer_waiting_neither_offers_a_button_nor_ends(
    approver, administrator, payment, simulator, act, state, word
):
    person = {"decline": approver, "withdraw": administrator}[act]
    refund = row(payment, state)
    before = rows()

    question = person.get(path(refund, f"{act}/"))
    refused = person.post(path(refund, f"{act}/"), reason="a mistake")

    sentence = {
        "decline": f"This refund is not waiting for approval: it is {word}.",
        "withdraw": f"This refund cannot be withdrawn any more: it is {word}.",
    }[act]
    assert (lead(question), buttons(question)) == ([sentence], ["Back"])
    assert (refused.status_code, errors(refused)) == (422, [f"{sentence} Nothing was changed."])
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_nobody_declines_their_own_request(approver, payment):
    refund = ask(payment, approver)
    before = rows()

    refused = approver.post(path(refund, "decline/"), reason="no receipt")

    assert (refused.status_code, errors(refused)) == (
        422,
        ["You asked for this refund, so somebody else must decide about it. Nothing was changed."],
    )
    assert rows() == before


def test_nobody_but_an_administrator_withdraws_somebody_elses_request(clerk, kino, payment):
    refund = ask(payment, clerk)
    other = hire("cora@kino.example", kino, Role.CLERK)
    before = rows()

    refused = other.post(path(refund, "withdraw/"), reason="a mistake")

    assert (refused.status_code, errors(refused)) == (
        422,
        ["Only the person who asked for it, or an administrator, can withdraw a refund. Nothing was changed."],
    )
    assert rows() == before


@pytest.mark.parametrize(
    ("act", "who", "what"),
    [
        ("decline", "clerk", "approve or decline refunds"),
        ("decline", "administrator", "approve or decline refunds"),
        ("decline", "auditor", "approve or decline refunds"),
        ("withdraw", "approver", "ask for refunds"),
        ("withdraw", "auditor", "ask for refunds"),
    ],
)
def test_whoever_may_not_is_told_so(request, clerk, payment, act, who, what):
    somebody, refund = request.getfixturevalue(who), ask(payment, clerk)
    before = rows()

    answers = [somebody.get(path(refund, f"{act}/")), somebody.post(path(refund, f"{act}/"), reason="a mistake")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == [f"You may not {what} here"]
    assert rows() == before


@BOTH
def test_a_refund_of_another_store_does_not_exist(one_factor, clerk, payment, odense, act):
    refund = ask(payment, clerk)
    role = {"decline": Role.APPROVER, "withdraw": Role.ADMINISTRATOR}[act]
    elsewhere = limited_to(odense.terminal.store, role=role)
    before = rows()

    answers = [elsewhere.get(path(refund, f"{act}/")), elsewhere.post(path(refund, f"{act}/"), reason="a mistake")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert rows() == before
