"""The description of the till API, for those who program tills."""

from playwright.sync_api import expect


def test_the_description_of_the_till_api_is_shown_from_our_own_files(merchants, open_window):
    window = open_window()

    window.goto("/api/docs/")

    expect(window.get_by_role("heading", name="Till API")).to_be_visible()
    expect(window.get_by_text("/api/pos/payment/start").first).to_be_visible()
