"""Capturing in the browser: all of it or a part, by those who may, and never a wrong amount."""

from django.test.client import ClientHandler
import pytest

from payments.models import Payment
from portal.audit.models import Entry
from tests.pages import errors, said, toasts, value_of
from tests.payments.posv10_calls import CAPTURE, LOOK_UP, books
from tests.payments.till_sequences import prepare, reserve
from tests.tillapi.raw_calls import rows

PARTLY = "+4520031805"


@pytest.fixture
def reserved(till, customer):
    """A reserved payment of which MobilePay allows a part to be captured."""
    customer.phone_number = PARTLY
    return reserve(till, customer)


def path(payment_id, act="capture/"):
    return f"payments/{payment_id}/{act}"


def moved(simulator):
    """What a capture would leave behind, here and at MobilePay."""
    payment = Payment.objects.get()
    return payment.state, payment.operation, len(simulator.calls.find(*CAPTURE)), books(simulator)


def test_the_form_offers_all_that_is_reserved(administrator, reserved):
    page = administrator.get(path(reserved))

    assert value_of(page, "amount") == "27.06"
    assert said(page, "h1") == ["Capture order order-1"]
    assert said(page, "div[@id='dialog-content']/p") == [
        "27.06 DKK are reserved at Kasse 1, Kino Nord Aarhus. What is not captured goes back to the customer."
    ]
    assert said(page, "label") == ["Amount in DKK"]


def test_all_of_it_is_captured(administrator, reserved, simulator):
    answer = administrator.post(path(reserved), amount="27.06")

    assert (answer.status_code, answer["Location"]) == (302, administrator.url(path(reserved, "")))
    assert toasts(administrator.browser.get(answer["Location"])) == ["Captured 27.06 DKK of order order-1."]
    assert moved(simulator) == ("Captured", "", 1, [("order-1", "Captured", "27.06")])
    entry = Entry.objects.get(action="payment:intended")
    assert (entry.actor_kind, entry.actor, entry.details) == (
        "person",
        "anna@kino.example",
        {"intent": "capture", "amount": "27.06 DKK"},
    )


@pytest.mark.parametrize(
    ("written", "taken"),
    [("10", "10"), ("10,50", "10.5"), ("10.50", "10.5"), (" 0,01 ", "0.01"), ("27,06", "27.06")],
)
def test_a_part_is_captured_however_it_is_written(administrator, reserved, simulator, written, taken):
    administrator.post(path(reserved), amount=written)

    [(order, state, captured)] = books(simulator)
    assert (order, state, captured.rstrip("0").rstrip(".") if "." in captured else captured) == (
        "order-1",
        "Captured",
        taken,
    )


@pytest.mark.parametrize("written", ["1.234,50", "1,234.50", "1 234,50", "1\u00a0234.50", "1'234.50"])
def test_a_large_amount_is_read_with_the_thousands_that_people_write(administrator, till, customer, simulator, written):
    customer.phone_number = PARTLY
    payment_id = reserve(till, customer, amount="5000.00")

    administrator.post(path(payment_id), amount=written)

    assert str(Payment.objects.get().captured) == "1234.50 DKK"


NOT_AN_AMOUNT = "The amount must be a plain amount with a point and at most two decimals, such as 27.06."


WRONG = [
    ("", "This field is required."),
    (" ", "This field is required."),
    ("0", "The amount must be more than zero."),
    ("0,00", "The amount must be more than zero."),
    ("-1", NOT_AN_AMOUNT),
    ("all", NOT_AN_AMOUNT),
    ("1e1", NOT_AN_AMOUNT),
    ("10 DKK", NOT_AN_AMOUNT),
    ("10 EUR", NOT_AN_AMOUNT),
    ("٢٧", NOT_AN_AMOUNT),
    ("27.0600001", NOT_AN_AMOUNT),
    ("9" * 5000, "The amount must have at most 12 digits."),
    ("1.000", "1.000 can be read in two ways. Write it with two decimals, such as 1234.00."),
    ("27,061", "27,061 can be read in two ways. Write it with two decimals, such as 1234.00."),
    ("<b>1</b>", NOT_AN_AMOUNT),
]


def test_what_is_no_amount_captures_nothing(administrator, reserved, simulator):
    before = moved(simulator)

    pages = [(written, administrator.post(path(reserved), amount=written)) for written, _ in WRONG]

    assert [(written, *errors(page)) for written, page in pages] == WRONG
    assert [(page.status_code, value_of(page, "amount")) for _, page in pages] == [(422, each) for each, _ in WRONG]
    assert moved(simulator) == before


def test_more_than_is_reserved_captures_nothing(administrator, reserved, simulator):
    before = moved(simulator)

    pages = [administrator.post(path(reserved), amount=written) for written in ("27.07", "27060", "9999999999.99")]

    sentence = "At most 27.06 DKK can be captured of order order-1. No money moved."
    assert [(page.status_code, errors(page)) for page in pages] == [(422, [sentence])] * 3
    assert moved(simulator) == before


def test_where_mobilepay_allows_no_part_the_form_says_so_and_none_is_captured(administrator, till, customer, simulator):
    payment_id = reserve(till, customer)
    before = moved(simulator)

    form = administrator.get(path(payment_id))
    page = administrator.post(path(payment_id), amount="10")

    hint = "MobilePay allows no partial capture of this payment."
    assert hint in said(form, "small")
    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                "The payment of order order-1 can only be captured whole, 27.06 DKK. No money moved; "
                "capture all of it or cancel it."
            )
        ],
    )
    assert moved(simulator) == before


def test_what_the_customer_has_not_accepted_is_not_captured(administrator, till, simulator):
    payment_id = till.start()["paymentId"]

    page = administrator.post(path(payment_id), amount="27.06")

    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                "Only a reserved payment can be captured, and that of order order-1 is not: waiting for "
                "the customer. No money moved."
            )
        ],
    )
    assert moved(simulator) == ("Initiated", "", 0, [("order-1", "Initiated", "0")])


def test_nothing_is_said_to_be_reserved_that_is_not(administrator, till):
    payment_id = till.start()["paymentId"]

    page = administrator.get(path(payment_id))

    assert [each for each in said(page, "p") if "are reserved" in each] == []


def test_a_payment_without_an_amount_is_not_captured(administrator, till, simulator):
    payment_id = prepare(till)["paymentId"]

    form = administrator.get(path(payment_id))
    page = administrator.post(path(payment_id), amount="27.06")

    assert (form.status_code, value_of(form, "amount")) == (200, "")
    assert (page.status_code, errors(page)) == (
        422,
        ["Only a reserved payment can be captured, and that of order order-1 is not: prepared. No money moved."],
    )
    assert moved(simulator) == ("Prepared", "", 0, [("order-1", "Prepared", "0")])


def test_what_the_customer_has_just_accepted_is_captured_although_nobody_has_asked_yet(
    administrator, till, customer, simulator
):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    administrator.post(path(payment_id), amount="27.06")

    assert moved(simulator) == ("Captured", "", 1, [("order-1", "Captured", "27.06")])


def test_in_a_dialog_success_leads_on_and_a_refusal_comes_back_alone(administrator, reserved, simulator):
    refused = administrator.send(path(reserved), amount="0")
    form = administrator.part(path(reserved), "dialog-content")
    captured = administrator.send(path(reserved), amount="27.06")

    assert (refused.status_code, errors(refused)) == (422, ["The amount must be more than zero."])
    assert [b"<html" in each.content for each in (refused, form)] == [False, False]
    assert (captured.status_code, captured["HX-Redirect"]) == (200, administrator.url(path(reserved, "")))
    assert toasts(administrator.get(path(reserved, ""))) == ["Captured 27.06 DKK of order order-1."]


def test_a_question_alone_captures_nothing(administrator, reserved, simulator):
    before = moved(simulator)

    administrator.get(path(reserved), amount="27.06")

    assert moved(simulator) == before


def test_without_a_token_of_the_page_nothing_is_done(administrator, reserved, simulator):
    administrator.browser.handler = ClientHandler(enforce_csrf_checks=True)
    before, asked = moved(simulator), len(simulator.calls.find(*LOOK_UP))

    answers = [administrator.post(path(reserved, act), amount="27.06") for act in ("capture/", "cancel/", "check/")]

    assert [each.status_code for each in answers] == [403] * 3
    assert (moved(simulator), len(simulator.calls.find(*LOOK_UP))) == (before, asked)


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "rival"])
def test_whoever_may_not_handle_payments_moves_nothing(request, reserved, simulator, who):
    somebody = request.getfixturevalue(who)
    somebody.merchant = Payment.objects.get().merchant
    before, stored = moved(simulator), rows()["audit_entry"]

    asked = [somebody.get(path(reserved, act)) for act in ("capture/", "cancel/")]
    pressed = [somebody.post(path(reserved, act), amount="27.06") for act in ("capture/", "cancel/")]

    assert [each.status_code for each in (*asked, *pressed)] == [404 if who == "rival" else 403] * 4
    assert (moved(simulator), rows()["audit_entry"]) == (before, stored)
