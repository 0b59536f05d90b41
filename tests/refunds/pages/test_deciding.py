"""Approving: by somebody else, who has just proved who they are, and who saw how it stands now."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.roles import Role
from refunds.models import Refund
from refunds.states import State
from tests.house.world import rows
from tests.pages import buttons, errors, facts, filled, said
from tests.people import hire
from tests.places import limited_to, secure
from tests.refunds.pages.forms import after, form, lead, path, row
from tests.refunds.scenarios import ask, at_mobilepay, books, fresh, prove, rules, told, told_mobilepay, work

WARNING = "The money goes back to the customer and cannot be taken back."
STALE = "Somebody else has changed this since you opened it: "
AGAIN = "Nothing was saved; look at your values again and save them if they still hold."


def approve(person, refund):
    """Open the question and say yes."""
    return person.post(path(refund, "approve/"), **form(person, path(refund, "approve/")))


def reauthenticate(person, refund):
    return f"/accounts/reauthenticate/?next={quote(person.url(path(refund, 'approve/')), safe='')}"


def test_the_question_names_what_was_asked_for_and_what_is_remarkable(asta, clerk, payment):
    for _ in range(2):
        ask(payment, clerk, 100)
    refund = ask(payment, clerk, 1000, note="torn")

    page = asta.get(path(refund, "approve/"))

    assert (said(page, "h1"), lead(page)) == (["Approve 10.00 DKK?"], [WARNING])
    assert facts(page) == {
        "Order": "order-1, Kasse 1, Aarhus",
        "Amount": "10.00 DKK of 25.06 DKK that were left",
        "Asked by": "Carl",
        "Reason": "Goods returned: torn",
    }
    assert said(page, "div[@class='notice warn']") == ["It is this person's request number 3 that day."]
    assert buttons(page) == ["Approve", "Back"]


def test_a_tills_request_is_said_to_be_one(asta, payment):
    refund = row(payment, State.REQUESTED, approvals_needed=1)

    page = asta.get(path(refund, "approve/"))

    assert [facts(page)[name] for name in ("Asked by", "Reason")] == ["a till", "Asked for at a till"]


def test_what_is_approved_is_paid_back_and_the_approver_is_back_at_the_queue(asta, clerk, sold, simulator):
    refund = ask(sold, clerk)

    answer = approve(asta, refund)
    work()

    assert answer["Location"] == asta.url("refunds/?tab=mine")
    assert after(asta, answer) == ["Approved 10.00 DKK of order order-1. It is paid back within seconds."]
    assert (books(sold), fresh(refund).first_approver) == ((2706, 1000, 1000), asta.user)
    assert at_mobilepay(simulator, sold) == [(refund.refund_order_id, 1000, "Captured")]


def test_in_a_dialog_approving_leads_back_to_the_queue(asta, clerk, payment):
    refund = ask(payment, clerk)
    dialog = asta.part(path(refund, "approve/"), "dialog-content")

    answer = asta.send(path(refund, "approve/"), **form(asta, path(refund, "approve/")))

    assert (dialog.status_code, said(dialog, "h1"), said(dialog, "nav")) == (200, ["Approve 10.00 DKK?"], [])
    assert (answer.status_code, answer["HX-Redirect"]) == (200, asta.url("refunds/?tab=mine"))
    assert told(refund) == ["Requested", "Approved"]


def test_a_question_alone_approves_nothing(asta, clerk, payment, simulator):
    refund = ask(payment, clerk)
    before = rows()

    asta.get(path(refund, "approve/"))

    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_the_first_of_two_approvals_asks_for_the_second(asta, second_approver, clerk, payment):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk)

    first = approve(asta, refund)
    between = told(refund)
    second = approve(second_approver, refund)

    assert after(asta, first) == ["Approved 10.00 DKK. It needs one more approval by somebody else."]
    assert (between, told(refund)) == (["Requested"], ["Requested", "Approved"])
    assert after(second_approver, second) == ["Approved 10.00 DKK of order order-1. It is paid back within seconds."]


def not_at_all(person):
    person.browser.session.flush()
    person.browser.force_login(person.user)


def six_minutes_ago(person):
    prove(person, ago=timedelta(minutes=6))


def by_password_alone(person):
    """Somebody who has a second factor, and has only given their password again."""
    secure(person)
    person.user.factors = []
    prove(person)


@pytest.mark.parametrize("proves", [not_at_all, six_minutes_ago, by_password_alone])
def test_whoever_has_not_just_proved_who_they_are_is_asked_to(approver, clerk, payment, simulator, proves):
    refund = ask(payment, clerk)
    proves(approver)
    before = rows()

    question, deed = approver.get(path(refund, "approve/")), approver.post(path(refund, "approve/"))
    dialog = approver.part(path(refund, "approve/"), "dialog-content")

    assert [question["Location"], deed["Location"], dialog["HX-Redirect"]] == [reauthenticate(approver, refund)] * 3
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_a_second_factor_of_five_minutes_ago_is_enough(approver, clerk, payment):
    refund = ask(payment, clerk)
    secure(approver)
    approver.user = User.objects.get(pk=approver.user.pk)
    prove(approver, ago=timedelta(minutes=5))

    approve(approver, refund)

    assert told(refund) == ["Requested", "Approved"]


def test_what_has_changed_meanwhile_is_shown_before_it_is_approved(asta, clerk, payment, simulator):
    refund = ask(payment, clerk)
    stale = form(asta, path(refund, "approve/"))
    ask(payment, clerk, 600)
    before = rows()

    refused = asta.post(path(refund, "approve/"), **stale)
    is_unmoved = rows() == before
    answer = asta.post(path(refund, "approve/"), **filled(refused))

    assert (refused.status_code, is_unmoved) == (422, True)
    assert errors(refused) == [f"{STALE}11.06 DKK are left of the payment now. {AGAIN}"]
    assert (answer.status_code, told(refund)) == (302, ["Requested", "Approved"])
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("seen", ["", "0123456789abcdef"])
def test_a_form_that_shows_nothing_of_ours_approves_nothing(asta, clerk, payment, seen):
    refund = ask(payment, clerk)
    before = rows()

    page = asta.post(path(refund, "approve/"), seen=seen)

    assert (page.status_code, [each.startswith(STALE) for each in errors(page)]) == (422, [True])
    assert rows() == before


def test_what_somebody_else_has_decided_meanwhile_is_not_approved(asta, second_approver, clerk, payment):
    refund = ask(payment, clerk)
    stale = form(asta, path(refund, "approve/"))
    second_approver.post(path(refund, "decline/"), reason="no receipt")
    before = rows()

    page = asta.post(path(refund, "approve/"), **stale)

    assert (page.status_code, lead(page), buttons(page)) == (
        422,
        ["This refund is not waiting for approval: it is declined."],
        ["Back"],
    )
    assert rows() == before


def test_nobody_approves_their_own_request(asta, payment, simulator):
    refund = ask(payment, asta)
    question, before = asta.get(path(refund, "approve/")), rows()

    refused = approve(asta, refund)

    sentence = "You asked for this refund, so somebody else must approve it."
    assert (lead(question), buttons(question)) == ([sentence], ["Back"])
    assert (refused.status_code, errors(refused)) == (422, [f"{sentence} Nothing was changed."])
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_nobody_gives_both_approvals(asta, clerk, payment):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk)
    approve(asta, refund)
    before = rows()

    refused = approve(asta, refund)

    assert (refused.status_code, errors(refused)) == (
        422,
        ["You have approved this refund already; it needs a second person. Nothing was changed."],
    )
    assert rows() == before


def test_what_has_lapsed_is_not_approved(asta, clerk, payment, time_machine):
    rules(payment.merchant, lifetime=timedelta(minutes=4))
    refund = ask(payment, clerk)
    fields, before = form(asta, path(refund, "approve/")), rows()
    time_machine.shift(timedelta(minutes=4))

    refused = asta.post(path(refund, "approve/"), **fields)

    assert (refused.status_code, errors(refused)) == (
        422,
        ["This request has lapsed. Ask again if it is still wanted. Nothing was changed."],
    )
    assert rows() == before


@pytest.mark.parametrize("who", ["clerk", "auditor", "administrator"])
def test_whoever_may_not_approve_is_told_who_may(request, clerk, payment, who):
    somebody, refund = request.getfixturevalue(who), ask(payment, clerk)
    prove(somebody)
    before = rows()

    answers = [somebody.get(path(refund, "approve/")), somebody.post(path(refund, "approve/"))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not approve or decline refunds here"]
    assert rows() == before


def test_an_approver_of_another_store_or_merchant_finds_nothing_to_approve(
    one_factor, merchants, clerk, payment, odense
):
    refund = ask(payment, clerk)
    elsewhere = limited_to(odense.terminal.store, role=Role.APPROVER)
    stranger = hire("ib@bager.example", merchants["BAGER7"], Role.APPROVER)
    before = rows()

    answers = []
    for person in (elsewhere, stranger):
        prove(person)
        answers += [person.get(path(refund, "approve/")), person.post(path(refund, "approve/"))]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert rows() == before


def test_an_approval_is_written_down_with_what_the_approver_could_see(asta, clerk, payment):
    for _ in range(3):
        refund = ask(payment, clerk, 100)

    approve(asta, refund)

    entry = Entry.objects.get(action="refund:approved")
    assert (entry.actor, entry.subject_id) == ("asta@kino.example", str(refund.pk))
    assert (entry.details["amount"], entry.details["is_emergency"]) == ("1.00 DKK", False)
    assert "It is this person's request number 3 that day." in entry.details["hints"]
    assert Refund.objects.get(pk=refund.pk).first_approver == asta.user
