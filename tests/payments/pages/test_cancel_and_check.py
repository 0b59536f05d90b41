"""Freeing a till in the browser, and asking MobilePay how a payment stands."""

import pytest

from payments.models import Payment
from portal.audit.models import Entry
from tests.pages import errors, said, toasts
from tests.payments.factories import traces
from tests.payments.posv10_calls import CANCEL, LOOK_UP, be_busy, books, keys
from tests.payments.till_sequences import cancel, capture, prepare, reserve
from tests.tillapi.raw_calls import rows

SILENT = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."


def path(payment_id, act=""):
    return f"payments/{payment_id}/{act}"


def after(person, answer):
    """What the page says to which an answer leads."""
    assert answer.status_code == 302
    return toasts(person.browser.get(answer["Location"]))


def test_the_question_names_the_order_the_amount_and_the_place(administrator, till):
    payment_id = till.start()["paymentId"]

    page = administrator.get(path(payment_id, "cancel/"))

    assert said(page, "h1") == ["Cancel order order-1?"]
    assert said(page, "div[@id='dialog-content']/p") == [
        "27.06 DKK at Kasse 1, Kino Nord Aarhus: the customer pays nothing, and the till is free for the next sale."
    ]
    assert said(page, "button", "danger") == ["Cancel the payment"]


@pytest.mark.parametrize("begin", [lambda till: till.start(), prepare], ids=["direct", "prepared"])
def test_a_cancelled_payment_frees_its_till(administrator, till, simulator, begin):
    payment_id = begin(till)["paymentId"]

    answer = administrator.post(path(payment_id, "cancel/"))

    assert answer["Location"] == administrator.url(path(payment_id))
    assert after(administrator, answer) == ["Cancelled order order-1. No money moved."]
    assert till.start("order-2").status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0"), ("order-2", "Initiated", "0")]
    entry = Entry.objects.get(action="payment:intended")
    assert (entry.actor, entry.details) == ("anna@kino.example", {"intent": "cancel", "amount": None})


def test_a_reserved_payment_is_cancelled_and_the_money_goes_back(administrator, till, customer, simulator):
    payment_id = reserve(till, customer)

    administrator.post(path(payment_id, "cancel/"))

    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_in_a_dialog_a_cancellation_leads_back_to_the_payment(administrator, till):
    payment_id = till.start()["paymentId"]

    answer = administrator.send(path(payment_id, "cancel/"))

    assert (answer.status_code, answer["HX-Redirect"]) == (200, administrator.url(path(payment_id)))


def test_a_question_alone_cancels_nothing(administrator, till, simulator):
    payment_id = till.start()["paymentId"]

    administrator.get(path(payment_id, "cancel/"))

    assert simulator.calls.find(*CANCEL) == []
    assert Payment.objects.get().operation == ""


def test_a_captured_payment_is_not_cancelled(administrator, till, customer, simulator):
    payment_id = reserve(till, customer)
    capture(till, payment_id)
    before = traces(payment_id)

    question = administrator.get(path(payment_id, "cancel/"))
    refused = administrator.post(path(payment_id, "cancel/"))

    assert said(question, "div[@id='dialog-content']/p") == ["This payment is over: captured."]
    assert said(question, "button", "main") == []
    assert (refused.status_code, errors(refused)) == (
        422,
        ["The payment of order order-1 cannot be cancelled any more: captured."],
    )
    assert traces(payment_id) == before
    assert simulator.calls.find(*CANCEL) == []


def test_a_name_keeps_its_capitals_within_a_sentence(administrator, till, simulator):
    payment_id = till.start()["paymentId"]
    Payment.objects.update(state="CancelledByMobilePay")

    question = administrator.get(path(payment_id, "cancel/"))
    checked = administrator.post(path(payment_id, "check/"))

    assert said(question, "div[@id='dialog-content']/p") == ["This payment is over: cancelled by MobilePay."]
    assert after(administrator, checked) == ["MobilePay says: cancelled by MobilePay."]


def test_what_the_till_has_cancelled_already_is_cancelled_once(administrator, till, simulator):
    payment_id = till.start()["paymentId"]
    cancel(till, payment_id)
    before = traces(payment_id)

    answer = administrator.post(path(payment_id, "cancel/"))

    assert after(administrator, answer) == ["Cancelled order order-1. No money moved."]
    assert (traces(payment_id), len(keys(simulator, CANCEL))) == (before, 1)


def test_what_the_customer_has_declined_meanwhile_is_told_as_it_is(administrator, till, customer, simulator):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.cancels()

    refused = administrator.post(path(payment_id, "cancel/"))

    assert (refused.status_code, errors(refused)) == (
        422,
        ["The payment of order order-1 cannot be cancelled any more: cancelled by the customer."],
    )
    assert said(refused, "div[@id='dialog-content']/p") == ["This payment is over: cancelled by the customer."]
    assert said(refused, "button", "main") == []
    assert books(simulator) == [("order-1", "CancelledByUser", "0")]


def test_a_payment_that_mobilepay_does_not_let_go_stays(administrator, till, simulator):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("refuse", *CANCEL, status=403, code="1408")

    refused = administrator.post(path(payment_id, "cancel/"))

    assert (refused.status_code, errors(refused)) == (
        422,
        [
            (
                "MobilePay refused (code 1408): it says the payment belongs to another merchant and cannot be "
                "cancelled. Nothing was changed and no money moved; the service desk must look at the registration."
            )
        ],
    )
    assert (Payment.objects.get().state, Payment.objects.get().operation) == ("Initiated", "")
    assert books(simulator) == [("order-1", "Initiated", "0")]


@pytest.mark.parametrize("who", ["administrator", "clerk", "approver"])
def test_a_check_brings_the_payment_up_to_date(request, till, customer, simulator, who):
    somebody = request.getfixturevalue(who)
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    answer = somebody.post(path(payment_id, "check/"))

    assert answer["Location"] == somebody.url(path(payment_id))
    assert after(somebody, answer) == ["MobilePay says: reserved."]
    assert Payment.objects.get().events.order_by("pk").last().actor == somebody.user.email


def test_a_check_is_asked_at_once_whatever_the_poll_delay(clerk, till, simulator):
    simulator.world.knobs.payment_poll_delay_in_ms = 60_000
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    asked = len(simulator.calls.find(*LOOK_UP))

    clerk.post(path(payment_id, "check/"))

    assert len(simulator.calls.find(*LOOK_UP)) == asked + 1


def test_a_check_that_changes_nothing_says_how_it_stands(clerk, till):
    payment_id = till.start()["paymentId"]

    assert after(clerk, clerk.post(path(payment_id, "check/"))) == ["MobilePay says: waiting for the customer."]


def test_a_check_while_mobilepay_is_silent_says_so_and_changes_nothing(clerk, till, simulator):
    payment_id = till.start()["paymentId"]
    be_busy(simulator, LOOK_UP)
    before = traces(payment_id)

    answer = clerk.post(path(payment_id, "check/"))

    page = clerk.browser.get(answer["Location"])
    assert toasts(page) == [SILENT]
    assert said(page, "div[@id='toasts']/div", "bad") == [SILENT]
    assert traces(payment_id) == before


def test_a_check_that_mobilepay_refuses_is_told_with_its_reason(clerk, till, simulator):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("refuse", *LOOK_UP, status=403, code="1401")
    before = traces(payment_id)

    answer = clerk.post(path(payment_id, "check/"))

    assert after(clerk, answer) == [
        (
            "MobilePay refused (code 1401): it says the payment was created by another integrator. Nothing was "
            "changed and no money moved; the service desk must look at the registration."
        )
    ]
    assert traces(payment_id) == before


def test_a_check_of_a_payment_that_ended_asks_nobody(clerk, till, customer, simulator):
    payment_id = reserve(till, customer)
    capture(till, payment_id)
    before, calls = traces(payment_id), len(simulator.calls.find())

    answer = clerk.post(path(payment_id, "check/"))

    assert after(clerk, answer) == ["MobilePay says: captured."]
    assert (traces(payment_id), len(simulator.calls.find())) == (before, calls)


def test_a_check_is_no_question_to_be_read(clerk, till, simulator):
    payment_id = till.start()["paymentId"]
    calls = len(simulator.calls.find())

    assert clerk.get(path(payment_id, "check/")).status_code == 405
    assert len(simulator.calls.find()) == calls


def test_an_auditor_cannot_make_the_portal_ask(auditor, till, simulator):
    payment_id = till.start()["paymentId"]
    stored, calls = rows()["payments_payment"], len(simulator.calls.find())

    answer = auditor.post(path(payment_id, "check/"))

    assert answer.status_code == 403
    assert said(answer, "h1") == ["You may not ask MobilePay how a payment stands here"]
    assert (rows()["payments_payment"], len(simulator.calls.find())) == (stored, calls)
