"""Payments as the desk sees them: narrowed down, live, captured and cancelled."""

import re

from playwright.sync_api import expect
import pytest

from payments.models import Payment
from tests.payments.factories import new_payment
from tests.payments.till_sequences import capture, reserve


@pytest.fixture
def loaded_once(window):
    """Afterwards, the page that the test looked at is still the one that was loaded first."""
    window.add_init_script("sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1")
    yield
    assert window.evaluate("sessionStorage.loads") == "1"


def row(page, order):
    return page.get_by_role("row").filter(has_text=order)


def test_a_choice_narrows_the_list_down_and_stands_in_the_address(administrator, pos, window):
    new_payment(pos, order_id="popcorn", state="Captured")
    new_payment(pos, order_id="ticket", state="Reserved")
    window.goto(administrator.url("payments/"))
    expect(row(window, "ticket")).to_be_visible()

    window.get_by_label("State").select_option("Captured")
    window.get_by_role("button", name="Show").click()

    expect(row(window, "ticket")).to_have_count(0)
    expect(row(window, "popcorn")).to_be_visible()
    expect(window).to_have_url(re.compile(r"[?&]state=Captured(&|$)"))
    window.get_by_role("link", name="Clear").click()
    expect(row(window, "ticket")).to_be_visible()


def test_a_payment_appears_and_moves_on_while_the_page_is_open(administrator, till, customer, window, loaded_once):
    window.goto(administrator.url("payments/"))
    expect(window.get_by_text("No payment yet.")).to_be_visible()

    payment_id = till.start("order-1", "27.06")["paymentId"]

    expect(row(window, "order-1")).to_contain_text("Waiting for the customer")
    customer.checks_in()
    customer.accepts()
    till.status(payment_id)
    expect(row(window, "order-1")).to_contain_text("Reserved")


def test_a_row_keeps_the_focus_when_the_list_is_renewed_around_it(administrator, till, pos, window, loaded_once):
    new_payment(pos, order_id="popcorn", state="Captured")
    window.goto(administrator.url("payments/"))
    window.get_by_role("link", name="popcorn").focus()

    till.start("ticket")

    expect(window.get_by_role("link", name="1 new, show")).to_be_visible()
    expect(window.get_by_role("link", name="popcorn")).to_be_focused()


def test_a_part_that_has_not_changed_is_not_put_in_place_again(administrator, pos, window):
    payment = new_payment(pos, state="Reserved")

    with window.expect_response(lambda answer: answer.status == 204) as asked:
        window.goto(administrator.url(f"payments/{payment.pk}/"))

    assert asked.value.request.headers["hx-target"] == "payment"


def test_a_payment_is_captured_in_a_dialog(administrator, till, customer, window):
    payment_id = reserve(till, customer)
    window.goto(administrator.url(f"payments/{payment_id}/"))

    window.get_by_role("link", name="Capture…").click()
    dialog = window.get_by_role("dialog", name="Capture order order-1")
    expect(dialog.get_by_label("Amount in DKK")).to_be_focused()
    expect(dialog.get_by_label("Amount in DKK")).to_have_value("27.06")
    dialog.get_by_role("button", name="Capture").click()

    expect(window.get_by_role("status").get_by_text("Captured 27.06 DKK of order order-1.")).to_be_visible()
    expect(window.locator("#payment .top .tag")).to_have_text("Captured")
    expect(window.get_by_role("link", name="Capture…")).to_have_count(0)
    assert Payment.objects.values_list("state", "captured_minor").get() == ("Captured", 2706)


def test_a_capture_of_too_much_comes_back_into_the_dialog_and_says_why(administrator, till, customer, window):
    payment_id = reserve(till, customer)
    window.goto(administrator.url(f"payments/{payment_id}/"))
    window.get_by_role("link", name="Capture…").click()
    dialog = window.get_by_role("dialog", name="Capture order order-1")

    dialog.get_by_label("Amount in DKK").fill("27.07")
    dialog.get_by_role("button", name="Capture").click()

    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("Amount in DKK")).to_have_value("27.07")
    assert Payment.objects.values_list("state", "captured_minor").get() == ("Reserved", 0)
    dialog.get_by_label("Amount in DKK").fill("nonsense")
    dialog.get_by_role("button", name="Capture").click()
    expect(dialog.get_by_label("Amount in DKK")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Amount in DKK")).to_be_focused()


def test_a_payment_is_cancelled_in_a_dialog_and_another_window_sees_it(administrator, clerk, till, window, open_window):
    payment_id = till.start()["paymentId"]
    other = open_window(clerk)
    other.goto(clerk.url(f"payments/{payment_id}/"))
    expect(other.get_by_text("Live", exact=True)).to_be_visible()
    window.goto(administrator.url(f"payments/{payment_id}/"))

    window.get_by_role("link", name="Cancel…").click()
    dialog = window.get_by_role("dialog", name="Cancel order order-1?")
    dialog.get_by_role("button", name="Cancel the payment").click()

    expect(window.get_by_role("status").get_by_text("Cancelled order order-1. No money moved.")).to_be_visible()
    expect(other.locator("#payment .top .tag")).to_have_text("Cancelled by the shop")
    expect(other.get_by_text("Live", exact=True)).to_have_count(0)
    assert till.status(payment_id) == "CancelledByClient"


def test_a_payment_that_is_over_is_not_asked_for_again(administrator, till, customer, window):
    payment_id = reserve(till, customer)
    window.goto(administrator.url(f"payments/{payment_id}/"))
    expect(window.get_by_text("Live", exact=True)).to_be_visible()

    capture(till, payment_id)

    expect(window.get_by_text("Live", exact=True)).to_have_count(0)
    expect(window.locator("[data-live]")).to_have_count(0)
    expect(window.locator("[hx-trigger]:not(#banners)")).to_have_count(0)


def test_what_stands_in_a_dialog_is_not_swept_away_by_the_live_page_behind_it(administrator, till, customer, window):
    payment_id = reserve(till, customer)
    window.goto(administrator.url(f"payments/{payment_id}/"))
    window.get_by_role("link", name="Capture…").click()
    window.get_by_role("dialog").get_by_label("Amount in DKK").fill("1.00")

    capture(till, payment_id)

    expect(window.locator("#payment .top .tag")).to_have_text("Captured")
    expect(window.get_by_role("dialog").get_by_label("Amount in DKK")).to_have_value("1.00")
    window.get_by_role("dialog").get_by_role("button", name="Capture").click()
    expect(window.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    assert Payment.objects.values_list("state", "captured_minor").get() == ("Captured", 2706)
