"""The access token's reset: shown once, copied with one press."""

import re

from playwright.sync_api import expect

from tests.shop import Till


def test_a_new_token_is_shown_once_and_copied_with_one_press(administrator, till, window):
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.goto(administrator.url("token/"))
    window.get_by_role("link", name="Reset…").click()
    dialog = window.get_by_role("dialog", name="Reset the access token?")

    dialog.get_by_label("Reason").fill("A till was stolen.")
    dialog.get_by_role("button", name="Reset").click()
    dialog = window.get_by_role("dialog", name="The new access token")
    token = dialog.locator(".secret code").inner_text()
    dialog.get_by_role("button", name="Copy the access token").click()

    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert re.fullmatch(r"mpp_\w+", token.replace("-", "_"))
    assert window.evaluate("navigator.clipboard.readText()") == token
    assert Till(token, till.terminal_id).start().status == 200
    assert till.start("order-2").status == 401
    dialog.get_by_role("link", name="I have copied it").click()
    expect(window.get_by_text("In use")).to_be_visible()
    assert token not in window.content()
    window.go_back()
    assert token not in window.content()


def test_a_reset_without_a_reason_is_refused_beside_the_field_and_changes_nothing(administrator, till, window):
    window.goto(administrator.url("token/"))
    window.get_by_role("link", name="Reset…").click()
    dialog = window.get_by_role("dialog", name="Reset the access token?")

    dialog.get_by_role("button", name="Reset").click()

    expect(dialog.get_by_label("Reason")).to_have_accessible_description(re.compile("This field is required."))
    expect(dialog.get_by_label("Reason")).to_be_focused()
    assert till.start().status == 200


def test_a_page_left_behind_by_a_new_token_shows_that_one_as_the_current(administrator, till, window):
    window.goto(administrator.url("token/"))
    old = window.locator("tbody code").first.inner_text()
    window.get_by_role("link", name="Reset…").click()
    window.get_by_label("Reason").fill("A till was stolen.")
    window.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(window.get_by_role("dialog", name="The new access token")).to_be_visible()

    window.keyboard.press("Escape")

    expect(window.get_by_role("row").filter(has_text=old).first).not_to_contain_text("Current")
