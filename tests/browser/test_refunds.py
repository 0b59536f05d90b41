"""Money goes back between two windows: one person asks, another agrees, a worker pays, and both see it."""

import re

from playwright.sync_api import expect
import pytest

from portal.roles import Role
from refunds.models import Refund
from tests.browser.sign_in import add_authenticator, code_of, sign_in
from tests.browser.test_accessibility import findings, looked_at
from tests.people import hire
from tests.refunds.scenarios import ask, at_mobilepay, books, prove, sell, work


@pytest.fixture
def sold(till, customer):
    return sell(till, customer)


@pytest.fixture
def asta(approver):
    """An approver who has just given her password, which is all she needs here."""
    prove(approver)
    return approver


def row(window, order):
    return window.get_by_role("row").filter(has_text=order)


def test_a_clerk_asks_an_approver_approves_with_her_second_factor_and_both_see_it_paid(
    sold, clerk, merchants, open_window, simulator
):
    asta = hire("asta@kino.example", merchants["KINO1"], Role.APPROVER)
    desk, office = open_window(clerk), open_window()
    desk.goto(clerk.url(f"payments/{sold.pk}/"))
    office.goto("/")
    sign_in(office, "asta@kino.example")
    secret = add_authenticator(office)
    office.goto(asta.url("refunds/?tab=mine"))
    expect(office.get_by_text("Nothing waits for you.")).to_be_visible()

    desk.get_by_role("link", name="Refund…").click()
    dialog = desk.get_by_role("dialog", name="Refund order order-1")
    dialog.get_by_label("Amount in DKK").fill("20.00")
    dialog.get_by_label("Reason").select_option("Goods returned")
    dialog.get_by_role("button", name="Ask for the refund").click()
    expect(desk.locator("#refund .top .tag")).to_have_text("Waiting for approval")

    row(office, "order-1").get_by_role("link", name="Approve…").click()
    office.get_by_label("Code").fill(code_of(secret, steps=1))
    office.get_by_role("button", name="Confirm").click()
    expect(office.get_by_role("heading", name="Approve 20.00 DKK?")).to_be_visible()
    office.get_by_role("button", name="Approve", exact=True).click()
    expect(office.get_by_role("status").get_by_text("It is paid back within seconds.")).to_be_visible()
    expect(desk.locator("#refund .top .tag")).to_have_text("Approved")
    assert at_mobilepay(simulator, sold) == []

    work()

    expect(desk.locator("#refund .top .tag")).to_have_text("Paid back")
    office.goto(asta.url("refunds/?tab=done"))
    expect(row(office, "order-1")).to_contain_text("Paid back")
    assert [(minor, state) for _, minor, state in at_mobilepay(simulator, sold)] == [(2000, "Captured")]
    assert books(sold) == (2706, 2000, 2000)


def test_a_request_is_declined_with_a_reason_that_the_clerk_reads(sold, clerk, asta, open_window, simulator):
    refund = ask(sold, clerk, 2706)
    desk, office = open_window(clerk), open_window(asta)
    desk.goto(clerk.url(f"refunds/{refund.pk}/"))
    office.goto(asta.url(f"refunds/{refund.pk}/"))

    office.get_by_role("link", name="Decline…").click()
    dialog = office.get_by_role("dialog", name="Decline 27.06 DKK?")
    dialog.get_by_role("button", name="Decline").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    dialog.get_by_label("Reason").fill("The receipt is of another shop")
    dialog.get_by_role("button", name="Decline").click()

    expect(office.get_by_role("status").get_by_text("Declined 27.06 DKK. No money moved.")).to_be_visible()
    expect(desk.locator("#refund .top .tag")).to_have_text("Declined")
    expect(desk.get_by_text("declined: The receipt is of another shop")).to_be_visible()
    assert (at_mobilepay(simulator, sold), books(sold)) == ([], (2706, 0, 0))


def test_the_queue_is_worked_through_with_keys_alone(till, customer, clerk, asta, open_window):
    payments = [sell(till, customer, order_id=order) for order in ("popcorn", "cola", "ticket")]
    popcorn, cola, ticket = (ask(payment, clerk, 500) for payment in payments)
    window = open_window(asta)
    window.goto(asta.url("refunds/?tab=mine"))
    expect(row(window, "ticket")).to_be_visible()

    window.keyboard.press("j")
    window.keyboard.press("a")
    expect(window.get_by_role("dialog", name="Approve 5.00 DKK?")).to_be_visible()
    window.keyboard.press("Enter")
    expect(row(window, "popcorn")).to_have_count(0)
    expect(window.get_by_role("status").get_by_text("of order popcorn")).to_be_visible()
    window.keyboard.press("j")
    window.keyboard.press("j")
    window.keyboard.press("d")
    expect(window.get_by_role("dialog").get_by_label("Reason")).to_be_focused()
    window.keyboard.type("Not ours")
    window.keyboard.press("Enter")
    expect(row(window, "ticket")).to_have_count(0)
    window.keyboard.press("j")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Refund of 5.00 DKK")).to_be_visible()
    window.keyboard.press("a")
    expect(window.get_by_role("dialog", name="Approve 5.00 DKK?")).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.get_by_role("dialog")).to_have_count(0)

    states = dict(Refund.objects.values_list("pk", "state"))
    assert [states[each.pk] for each in (popcorn, cola, ticket)] == ["Approved", "Requested", "Declined"]


def test_a_request_appears_in_the_queue_by_itself_and_keeps_the_focus_where_it_was(sold, clerk, asta, open_window):
    ask(sold, clerk, 500)
    window = open_window(asta)
    window.goto(asta.url("refunds/?tab=mine"))
    window.keyboard.press("j")

    ask(sold, clerk, 600)

    expect(window.get_by_role("row").filter(has_text="6.00 DKK")).to_be_visible()
    expect(window.get_by_role("link", name="order-1").first).to_be_focused()


def test_what_others_did_meanwhile_is_told_before_it_is_approved(sold, clerk, asta, open_window):
    refund = ask(sold, clerk, 500)
    window = open_window(asta)
    window.goto(asta.url(f"refunds/{refund.pk}/approve/"))
    ask(sold, clerk, 600)

    window.get_by_role("button", name="Approve").click()

    expect(window.get_by_role("alert")).to_contain_text("16.06 DKK are left of the payment now")
    assert Refund.objects.get(pk=refund.pk).state == "Requested"
    window.get_by_role("button", name="Approve").click()
    expect(window).to_have_url(re.compile(r"/refunds/\?tab=mine$"))
    assert Refund.objects.get(pk=refund.pk).state == "Approved"


def test_nothing_is_wrong_with_the_pages_of_an_approver(sold, till, clerk, asta, open_window):
    waiting = ask(sold, clerk, 500, reason="other", note="Swapped for size L")
    done = till.post("refund/create", paymentId=str(sold.pk), refundOrderId="R-1", amount="1.00")["refundId"]
    window = open_window(asta, reduced_motion="reduce")
    paths = ["", "?tab=mine", f"{waiting.pk}/", f"{waiting.pk}/approve/", f"{done}/", f"{done}/proof/", "?q=nothing"]

    found = looked_at(window, [asta.url(f"refunds/{path}") for path in paths])
    window.goto(asta.url(f"payments/{sold.pk}/"))

    assert (found, findings(window)) == ({}, [])
