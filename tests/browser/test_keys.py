"""The portal without a mouse."""

import re

from playwright.sync_api import expect
import pytest

from tests.payments.factories import new_payment
from tests.payments.till_sequences import reserve

FOCUS_IS_OUTSIDE = "document.activeElement !== document.body && !document.activeElement.closest('dialog[open]')"


@pytest.fixture
def three(pos):
    """Three payments, the newest last; the list shows that one first."""
    return [new_payment(pos, order_id=order, state="Captured") for order in ("popcorn", "cola", "ticket")]


def test_the_first_key_leads_past_the_navigation(administrator, merchants, window):
    window.goto(administrator.url("payments/"))

    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(window.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    window.keyboard.press("Enter")

    expect(window.get_by_role("main")).to_be_focused()
    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="CSV")).to_be_focused()


def test_a_slash_goes_to_the_search_and_letters_are_letters_there(administrator, three, window):
    window.goto(administrator.url("payments/"))

    window.keyboard.press("/")
    search = window.get_by_label("Order or id", exact=True)
    expect(search).to_be_focused()
    window.keyboard.type("jk?/")

    expect(search).to_have_value("jk?/")
    expect(search).to_be_focused()
    search.fill("cola")
    window.keyboard.press("Enter")
    expect(window.get_by_role("link", name="ticket")).to_have_count(0)
    expect(window.get_by_role("link", name="cola")).to_be_visible()


def test_a_slash_opens_the_search_where_there_is_none_on_the_page(administrator, three, window):
    window.goto(administrator.url("people/"))

    window.keyboard.press("/")
    search = window.get_by_label("Find an order or id")
    expect(search).to_be_focused()
    window.keyboard.type("cola")
    window.keyboard.press("Enter")

    expect(window.get_by_role("heading", level=1)).to_contain_text("Order cola")


def test_a_slash_opens_the_menu_on_a_phone_because_the_search_is_in_there(administrator, three, window):
    window.set_viewport_size({"width": 390, "height": 800})
    window.goto(administrator.url("people/"))

    window.keyboard.press("/")

    expect(window.get_by_label("Find an order or id")).to_be_focused()


def test_a_slash_leads_to_the_search_from_a_page_without_the_menu(administrator, window):
    window.goto(administrator.url("/api/help/"))

    window.keyboard.press("/")

    expect(window.get_by_role("heading", level=1)).to_have_text("Find")
    window.keyboard.press("/")
    expect(window.get_by_label("Order or id", exact=True)).to_be_focused()


def test_j_and_k_walk_the_rows_and_enter_opens_one(administrator, three, window):
    window.goto(administrator.url("payments/"))
    expect(window.get_by_role("link", name="ticket")).to_be_visible()

    walked = []
    for key in "jjjjkkk":
        window.keyboard.press(key)
        walked.append(window.evaluate("document.activeElement.textContent"))

    assert walked == ["ticket", "cola", "popcorn", "popcorn", "cola", "ticket", "ticket"]
    window.keyboard.press("j")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Order cola")).to_be_visible()


def test_a_payment_is_captured_with_keys_alone(administrator, till, customer, window):
    reserve(till, customer)
    window.goto(administrator.url("payments/"))
    window.keyboard.press("j")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Order order-1")).to_be_visible()
    opener = window.get_by_role("link", name="Capture…")
    for _ in range(40):
        window.keyboard.press("Tab")
        if opener.evaluate("link => link === document.activeElement"):
            break

    window.keyboard.press("Enter")
    expect(window.get_by_role("dialog").get_by_label("Amount in DKK")).to_be_focused()
    for _ in range(8):
        window.keyboard.press("Tab")
        assert not window.evaluate(FOCUS_IS_OUTSIDE)
    for _ in range(8):
        window.keyboard.press("Shift+Tab")
        assert not window.evaluate(FOCUS_IS_OUTSIDE)
    window.keyboard.press("Escape")

    expect(window.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.get_by_role("dialog").get_by_label("Amount in DKK")).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.locator("#payment .top .tag")).to_have_text("Captured")


def test_a_dialog_that_is_left_gives_the_focus_back_though_the_page_behind_was_renewed(administrator, pos, window):
    window.goto(administrator.url(f"terminals/{pos.terminal_id}/"))
    opener = window.get_by_role("link", name="Delete point of sale…")
    opener.focus()
    window.keyboard.press("Enter")
    expect(window.get_by_role("dialog")).to_be_visible()

    window.locator("#terminal").evaluate("part => { part.dataset.old = '' }")
    pos.terminal.points_of_sale.update(name="Another name")
    expect(window.locator("#terminal[data-old]")).to_have_count(0)
    window.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(administrator, merchants, window):
    window.goto(administrator.url(""))

    window.keyboard.press("?")
    keys = window.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    assert keys.locator("kbd").all_inner_texts() == ["/", "j", "k", "Enter", "a", "d", "Esc", "?"]
    window.keyboard.press("Escape")

    expect(keys).to_have_count(0)


def test_the_menu_of_a_narrow_window_opens_by_key(administrator, merchants, open_window):
    window = open_window(administrator, viewport={"width": 390, "height": 800})
    window.goto(administrator.url(""))
    expect(window.get_by_role("link", name="Payments", exact=True)).to_have_count(0)

    window.get_by_role("button", name="Menu").focus()
    window.keyboard.press("Enter")

    expect(window.get_by_role("button", name="Menu")).to_have_attribute("aria-expanded", "true")
    window.get_by_role("link", name="Payments", exact=True).focus()
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Payments")).to_be_visible()


def test_the_other_theme_is_chosen_by_a_button_and_remembered(administrator, merchants, window):
    window.goto(administrator.url(""))
    expect(window.locator("html")).not_to_have_attribute("data-theme", re.compile(""))

    window.get_by_role("button", name="Dark or light").press("Enter")

    expect(window.locator("html")).to_have_attribute("data-theme", "dark")
    window.reload()
    expect(window.locator("html")).to_have_attribute("data-theme", "dark")
