"""The description of the till API, for those who program tills."""

from playwright.sync_api import expect


def test_the_description_of_the_till_api_is_shown_from_our_own_files(merchants, open_window):
    window = open_window()

    window.goto("/api/docs/")

    expect(window.get_by_role("heading", name="Till API")).to_be_visible()
    expect(window.get_by_text("/api/pos/payment/start").first).to_be_visible()


def test_every_call_is_explained_in_a_window_where_no_script_runs(merchants, open_window):
    window = open_window(java_script_enabled=False)

    window.goto("/api/help/")
    window.get_by_role("link", name="payment/capture").first.click()

    expect(window.get_by_role("heading", name="payment/capture")).to_be_visible()
    expect(window.get_by_text("POST /api/pos/payment/capture HTTP/1.1").first).to_be_visible()
    window.get_by_role("link", name="Coming from the old gateway").click()
    expect(window.get_by_text("MerchantInformation")).to_be_visible()


def test_on_paper_only_the_words_are_left(merchants, open_window):
    window = open_window()
    window.goto("/api/help/payment/start/")

    window.emulate_media(media="print")

    expect(window.get_by_role("navigation", name="Till API")).to_be_hidden()
    expect(window.get_by_text("payment_active").first).to_be_visible()
