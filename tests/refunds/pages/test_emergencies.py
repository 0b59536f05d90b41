"""An administrator stands in for an approver, and somebody else says afterwards whether that was in order."""

from datetime import timedelta

import pytest

from portal.audit.models import Entry
from portal.roles import Role
from refunds.models import Refund
from refunds.states import State
from tests.house.world import rows
from tests.pages import all_of, buttons, errors, said
from tests.people import hire
from tests.refunds.pages.forms import after, form, lead, path, row
from tests.refunds.scenarios import ask, fresh, prove, rules, told, told_mobilepay

ACT = "approve-in-emergency/"
WHY = "the queue is out of the door"
STANDING_IN = (
    "No approver is there. The money goes back to the customer and cannot be taken back. It is marked, and somebody "
    "else must look at it afterwards."
)


@pytest.fixture
def anna(administrator):
    """The administrator, who has just proved who she is."""
    prove(administrator)
    return administrator


@pytest.fixture
def emergency(payment, clerk, administrator):
    """Paid because an administrator stood in for an approver."""
    return row(
        payment,
        State.CAPTURED,
        origin="back_office",
        requester=clerk.user,
        reason="returned",
        approvals_needed=1,
        first_approver=administrator.user,
        is_emergency=True,
    )


def stand_in(person, refund, **fields):
    return person.post(path(refund, ACT), **form(person, path(refund, ACT), **{"reason": WHY, **fields}))


def test_when_no_approver_is_there_an_administrator_stands_in(anna, clerk, payment):
    refund = ask(payment, clerk)
    question = anna.get(path(refund, ACT))

    answer = stand_in(anna, refund)

    assert (said(question, "h1"), lead(question), buttons(question)) == (
        ["Approve 10.00 DKK in an emergency?"],
        [STANDING_IN],
        ["Approve", "Back"],
    )
    assert answer["Location"] == anna.url(path(refund))
    assert after(anna, answer) == [
        "Approved 10.00 DKK of order order-1. It is paid back within seconds. Somebody else reviews it."
    ]
    found = fresh(refund)
    assert (found.is_emergency, found.first_approver, found.is_to_be_reviewed) == (True, anna.user, True)
    assert told(refund) == ["Requested", "Approved"]
    entry = Entry.objects.get(action="refund:approved")
    assert (entry.actor, entry.details["cause"]) == ("anna@kino.example", f"approved in an emergency: {WHY}")


def test_standing_in_for_one_of_two_leaves_the_other(anna, clerk, payment):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk)

    answer = stand_in(anna, refund)

    assert after(anna, answer) == [
        "Approved 10.00 DKK. It needs one more approval by somebody else. Somebody else reviews it."
    ]
    assert (told(refund), fresh(refund).is_emergency) == (["Requested"], True)


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "This field is required."),
        ("ok", "Ensure this value has at least 3 characters (it has 2)."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_standing_in_takes_a_reason(anna, clerk, payment, reason, message):
    refund = ask(payment, clerk)
    before = rows()

    page = stand_in(anna, refund, reason=reason)

    assert (page.status_code, errors(page)) == (422, [message])
    assert rows() == before


def test_while_an_approver_is_there_nobody_stands_in(anna, approver, clerk, payment, simulator):
    refund = ask(payment, clerk)
    before = rows()

    question, refused = anna.get(path(refund, ACT)), stand_in(anna, refund)

    sentence = "Asta can approve it. You may stand in when nobody has done so for 30 minutes."
    assert (lead(question), buttons(question)) == ([sentence], ["Back"])
    assert (refused.status_code, errors(refused)) == (422, [f"{sentence} Nothing was changed."])
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_after_half_an_hour_even_an_approver_who_is_there_is_stood_in_for(
    administrator, approver, clerk, payment, time_machine
):
    refund = ask(payment, clerk)
    time_machine.shift(timedelta(minutes=30))
    prove(administrator)

    stand_in(administrator, refund)

    assert told(refund) == ["Requested", "Approved"]


def test_nobody_stands_in_for_their_own_request(anna, payment):
    refund = ask(payment, anna)
    before = rows()

    refused = stand_in(anna, refund)

    assert (refused.status_code, errors(refused)) == (
        422,
        ["You asked for this refund, so somebody else must approve it. Nothing was changed."],
    )
    assert rows() == before


def test_standing_in_asks_for_a_fresh_proof(administrator, clerk, payment):
    refund = ask(payment, clerk)
    prove(administrator, ago=timedelta(minutes=5, seconds=1))
    before = rows()

    answers = [administrator.get(path(refund, ACT)), administrator.post(path(refund, ACT), reason=WHY)]

    ways = [answer["Location"].partition("?")[0] for answer in answers]
    assert ways == ["/accounts/reauthenticate/"] * 2
    assert rows() == before


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor"])
def test_only_administrators_stand_in(request, clerk, payment, who):
    somebody, refund = request.getfixturevalue(who), ask(payment, clerk)
    prove(somebody)
    before = rows()

    answers = [somebody.get(path(refund, ACT)), somebody.post(path(refund, ACT), reason=WHY)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not approve refunds in an emergency here"]
    assert rows() == before


@pytest.mark.parametrize(
    ("verdict", "words"), [("in_order", "Reviewed: in order."), ("not_in_order", "Reviewed: not in order.")]
)
def test_somebody_else_reviews_an_emergency(approver, emergency, verdict, words):
    question = approver.get(path(emergency, "review/"))

    answer = approver.post(path(emergency, "review/"), verdict=verdict, note="called the shop")

    assert (said(question, "h1"), lead(question), buttons(question)) == (
        ["Review 10.00 DKK"],
        ["No approver was there when this was approved. Was it in order?"],
        ["Save the review", "Back"],
    )
    assert answer["Location"] == approver.url(path(emergency))
    assert after(approver, answer) == [words]
    assert (fresh(emergency).reviewer, fresh(emergency).review) == (approver.user, verdict)
    [step] = [each for each in said(approver.get(path(emergency)), "ol[@class='steps']/li") if "Reviewed" in each]
    assert step == f"{words.rstrip('.')} 15:00:00 · asta@kino.example · called the shop"


def test_the_verdicts_are_offered_as_two_choices_and_neither_is_made(approver, emergency):
    page = approver.get(path(emergency, "review/"))

    choices = all_of(page, "input[@type='radio']")
    assert [(each.get("value"), "checked" in each.attrib) for each in choices] == [
        ("in_order", False),
        ("not_in_order", False),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"verdict": ""}, "This field is required."),
        ({"verdict": "fine"}, "Select a valid choice. fine is not one of the available choices."),
        ({"note": ""}, "This field is required."),
        ({"note": "ok"}, "Ensure this value has at least 3 characters (it has 2)."),
        ({"note": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_review_takes_a_verdict_and_a_note(approver, emergency, fields, message):
    before = rows()

    page = approver.post(path(emergency, "review/"), **{"verdict": "in_order", "note": "called the shop", **fields})

    assert (page.status_code, errors(page)) == (422, [message])
    assert rows() == before


def test_nobody_reviews_what_they_took_part_in(administrator, emergency):
    before = rows()

    question = administrator.get(path(emergency, "review/"))
    refused = administrator.post(path(emergency, "review/"), verdict="in_order", note="called the shop")

    sentence = "You took part in this refund, so somebody else must review it."
    assert (lead(question), buttons(question)) == ([sentence], ["Back"])
    assert (refused.status_code, errors(refused)) == (422, [f"{sentence} Nothing was changed."])
    assert rows() == before


def test_an_emergency_is_reviewed_once(approver, kino, emergency):
    other = hire("axel@kino.example", kino, Role.ADMINISTRATOR)
    approver.post(path(emergency, "review/"), verdict="not_in_order", note="no receipt")
    before = rows()

    refused = other.post(path(emergency, "review/"), verdict="in_order", note="called the shop")

    assert (refused.status_code, errors(refused)) == (
        422,
        ["There is nothing to review, or somebody has done so already. Nothing was changed."],
    )
    assert (rows(), Refund.objects.get().review) == (before, "not_in_order")


@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_whoever_may_not_review_is_told_who_may(request, emergency, who):
    somebody = request.getfixturevalue(who)
    before = rows()

    answers = [somebody.get(path(emergency, "review/")), somebody.post(path(emergency, "review/"), verdict="in_order")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not review refunds that were approved in an emergency here"]
    assert rows() == before
