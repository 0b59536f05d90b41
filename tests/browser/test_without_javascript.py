"""Everything that matters works in a window where no script runs."""

from playwright.sync_api import expect
import pytest

from payments.models import Payment
from terminals.models import Terminal
from tests.payments.factories import new_payment
from tests.payments.till_sequences import reserve
from tests.people import PASSWORD


@pytest.fixture
def window(open_window, administrator):
    return open_window(administrator, java_script_enabled=False)


def test_a_payment_is_found_and_captured(administrator, till, customer, pos, window):
    reserve(till, customer)
    new_payment(pos, order_id="popcorn", state="Captured")
    window.goto(administrator.url("payments/"))
    expect(window.get_by_role("link", name="popcorn")).to_be_visible()

    window.get_by_label("State").select_option("Reserved")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_role("link", name="popcorn")).to_have_count(0)
    window.get_by_role("link", name="order-1").click()
    window.get_by_role("link", name="Capture…").click()
    window.get_by_label("Amount in DKK").fill("27.07")
    window.get_by_role("button", name="Capture").click()
    expect(window.get_by_role("alert")).to_be_visible()
    window.get_by_label("Amount in DKK").fill("27,06")
    window.get_by_role("button", name="Capture").click()

    expect(window.get_by_text("Captured 27.06 DKK of order order-1.")).to_be_visible()
    assert Payment.objects.values_list("state", "captured_minor").get(order_id="order-1") == ("Captured", 2706)


def test_a_payment_is_cancelled(administrator, till, window):
    payment_id = till.start()["paymentId"]
    window.goto(administrator.url(f"payments/{payment_id}/"))

    window.get_by_role("link", name="Cancel…").click()
    window.get_by_role("button", name="Cancel the payment").click()

    expect(window.get_by_text("Cancelled order order-1. No money moved.")).to_be_visible()
    assert till.status(payment_id) == "CancelledByClient"


def test_a_point_of_sale_is_registered_looked_at_and_deleted(administrator, new_till, window):
    terminal = Terminal.objects.get(terminal_id=new_till.terminal_id)
    window.goto(administrator.url("terminals/"))
    window.get_by_role("link", name="Kasse 1").click()

    window.get_by_role("link", name="Register point of sale…").click()
    window.get_by_role("button", name="Register").click()
    expect(window.get_by_text("Registered Kasse 1.")).to_be_visible()
    window.get_by_role("link", name="Look up").click()
    expect(window.get_by_text("Nobody is checked in")).to_be_visible()
    window.get_by_role("link", name="Kasse 1").click()
    window.get_by_role("link", name="Delete point of sale…").click()
    window.get_by_role("button", name="Delete").click()

    expect(window.get_by_text("Deleted the point of sale of Kasse 1.")).to_be_visible()
    assert list(terminal.points_of_sale.values_list("state", flat=True)) == ["Deleted"]


def test_a_token_is_reset_and_shown(administrator, till, window):
    window.goto(administrator.url("token/"))

    window.get_by_role("link", name="Reset…").click()
    window.get_by_label("Reason").fill("A till was stolen.")
    window.get_by_role("button", name="Reset").click()

    expect(window.get_by_role("heading", name="The new access token")).to_be_visible()
    token = window.locator(".secret code").inner_text()
    assert till.start().status == 401
    till.token = token
    assert till.start().status == 200


def test_somebody_signs_in_and_out_and_finds_the_menu_in_a_narrow_window(administrator, open_window):
    window = open_window(java_script_enabled=False, viewport={"width": 390, "height": 800})
    window.goto("/")
    window.get_by_label("Email").fill(administrator.user.email)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()

    window.get_by_role("link", name="Terminals", exact=True).click()

    expect(window.get_by_role("heading", name="Terminals")).to_be_visible()
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_refund_that_was_refused_is_mended_after_going_back(administrator, pos, window):
    payment = new_payment(pos, order_id="popcorn", state="Captured")
    window.goto(administrator.url(f"refunds/ask/{payment.pk}/"))
    for amount in ("27.07", "5.00"):
        window.get_by_label("Amount in DKK").fill(amount)
        window.get_by_label("Reason").select_option("returned")
        window.get_by_role("button", name="Ask for the refund").click()
        if amount == "27.07":
            expect(window.get_by_role("alert")).to_be_visible()
            window.go_back()

    expect(window.get_by_text("Asked for 5.00 DKK.")).to_be_visible()
    assert payment.refunds.count() == 1
