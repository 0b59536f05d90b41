"""Letters about refunds: who gets which, and what they read."""

from datetime import timedelta

from django.core import mail
import pytest

from portal.roles import Role
from refunds.models import Notification
from tests.payments.factories import new_store
from tests.people import hire
from tests.refunds.emails.outbox import send, sent, to
from tests.refunds.factories import set_balance
from tests.refunds.scenarios import (
    approve,
    ask,
    call_off,
    decline,
    give_back,
    last_seen,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    stand_in,
    withdraw,
    work,
)

TO_APPROVE = "[PoS Portal] Refund of 10.00 DKK to approve (Kino Nord)"
TO_REVIEW = "[PoS Portal] Refund of 10.00 DKK to review: approved in an emergency (Kino Nord)"


def _news(word):
    return f"[PoS Portal] Refund of 10.00 DKK: {word} (Kino Nord)"


def test_an_approver_reads_what_is_asked_for_and_where_to_decide(asked, approver, settings):
    settings.PORTAL_URL = "https://portal.example"

    count, letters = send()

    [letter] = mail.outbox
    assert (count, letters) == (1, to("asta", subject=TO_APPROVE))
    assert (letter.from_email, letter.cc, letter.bcc) == ("portal@kino.example", [], [])
    assert letter.body.replace("\xa0", " ") == (
        "Hello Asta,\n\n"
        "Carl asks for a refund at Kino Nord Aarhus, Kino Nord:\n\n"
        "    Amount   10.00 DKK of 27.06 DKK that are left of the payment\n"
        "    Reason   Faulty goods: torn & <wet>\n"
        "    Lapses   3 March 2026, 11:00 UTC\n\n"
        "Nothing is paid back before somebody approves it. Approve or decline it here:\n"
        f"https://portal.example/merchants/{asked.merchant_id}/refunds/{asked.pk}/\n\n"
    )


def test_everybody_who_can_approve_it_gets_one_letter_and_nobody_else(
    asked, approver, second_approver, administrator, auditor, merchants
):
    randers = new_store(asked.merchant, "Randers")
    hire("local@kino.example", asked.merchant, Role.APPROVER, stores=[asked.store, randers])
    hire("elsewhere@kino.example", asked.merchant, Role.APPROVER, stores=[randers])
    hire("rival@kino.example", merchants["BAGER7"], Role.APPROVER)
    gone = hire("gone@kino.example", asked.merchant, Role.APPROVER)
    gone.user.is_active = False
    gone.user.save(update_fields=["is_active"])

    letters = sent()

    assert letters == to("asta", "bent", "local", subject=TO_APPROVE)


def test_an_approver_who_asks_is_not_told_of_their_own_request(payment, approver, second_approver):
    ask(payment, approver, 1000)

    letters = sent()

    assert letters == to("bent", subject=TO_APPROVE)


def test_after_a_first_approval_the_others_are_asked(payment, clerk, approver, second_approver):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk, 1000)
    first = sent()
    approve(refund, approver)

    second = sent()

    assert (first, second) == (to("asta", "bent", subject=TO_APPROVE), to("bent", subject=TO_APPROVE))


@pytest.mark.parametrize("decide", [approve, decline, withdraw])
def test_nobody_is_asked_about_what_was_decided_before_the_letter_was_written(
    decide, asked, clerk, approver, second_approver
):
    decide(asked, clerk if decide is withdraw else approver)

    letters = sent()

    assert [subject for _, subject in letters if subject == TO_APPROVE] == []
    assert Notification.objects.filter(sent_at=None).count() == 0


@pytest.mark.parametrize(
    ("end", "word", "cause"), [(decline, "declined", "worn out"), (withdraw, "withdrawn", "worn out")]
)
def test_whoever_asked_reads_how_it_ended_and_why(end, word, cause, asked, clerk, approver):
    end(asked, clerk if end is withdraw else approver, cause)

    letters = sent()

    assert letters == to("carl", subject=_news(word))
    assert (
        f"The refund of 10.00 DKK at Kino Nord Aarhus, Kino Nord, is {word}: {word}: {cause}.\n\n"
        "No money has moved, and nothing more happens by itself.\n"
    ) in mail.outbox[0].body.replace("\xa0", " ")


def test_whoever_asked_reads_that_the_money_is_on_its_way_back(asked, approver):
    approve(asked, approver)
    work()

    letters = sent()

    assert letters == to("carl", subject=_news("paid back"))
    assert (
        mail.outbox[0]
        .body.replace("\xa0", " ")
        .startswith(
            "Hello Carl,\n\nThe refund of 10.00 DKK at Kino Nord Aarhus, Kino Nord, is paid back.\n\n"
            "The money has gone back to the customer.\n"
        )
    )


def test_whoever_asked_reads_that_the_portal_keeps_trying(asked, approver, simulator):
    set_balance(simulator, "5.00")
    approve(asked, approver)
    work()

    letters = sent()

    assert letters == to("carl", subject=_news("waiting for the store's balance"))
    assert "No money has moved yet; the portal keeps trying by itself." in mail.outbox[0].body


def test_whoever_asked_reads_that_it_lapsed(asked, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)
    work()

    letters = sent()

    assert letters == to("carl", subject=_news("lapsed"))


def test_somebody_who_has_left_gets_no_letter(asked, clerk, approver):
    clerk.user.is_active = False
    clerk.user.save(update_fields=["is_active"])
    decline(asked, approver)

    count, letters = send()

    assert (count, letters, Notification.objects.filter(sent_at=None).count()) == (0, [], 0)


def test_approvers_read_that_they_let_a_tills_request_lapse(payment, till, clerk, approver, time_machine):
    rules(payment.merchant, till_limit_minor=0)
    refund_id(give_back(till, payment, "10.00"))
    asked_for = sent()
    body = mail.outbox[0].body
    time_machine.shift(timedelta(hours=24))
    work()

    letters = sent()

    assert (asked_for, "A till asks for a refund at Kino Nord Aarhus" in body) == (
        to("asta", subject=TO_APPROVE),
        True,
    )
    assert letters == to("asta", subject=_news("lapsed"))


@pytest.mark.parametrize("finish", [pay_out, call_off])
def test_nobody_at_the_desk_is_told_how_a_till_finishes_its_own_refund(finish, payment, till, approver, simulator):
    refund = reserved_at_till(till, payment)
    finish(till, refund)

    count, letters = send()

    assert (count, letters, Notification.objects.filter(sent_at=None).count()) == (0, [], 0)


def test_those_who_took_no_part_are_told_to_review_an_emergency(asked, approver, administrator):
    hire("alma@kino.example", asked.merchant, Role.ADMINISTRATOR)
    last_seen(approver)
    stand_in(asked, administrator, "the cinema burns")

    letters = sent()

    assert letters == to("alma", "asta", subject=TO_REVIEW)
    assert (
        mail.outbox[0]
        .body.replace("\xa0", " ")
        .startswith(
            "Hello Alma,\n\nA refund of 10.00 DKK at Kino Nord Aarhus, Kino Nord, was approved in an emergency: "
            "the cinema burns\n\nNo approver was there. "
        )
    )


def test_an_administrator_who_asked_is_not_told_to_review_it(payment, administrator, approver):
    anna = hire("alma@kino.example", payment.merchant, Role.ADMINISTRATOR)
    last_seen(approver)
    stand_in(ask(payment, administrator, 1000), anna)

    letters = sent()

    assert letters == to("asta", subject=TO_REVIEW)
