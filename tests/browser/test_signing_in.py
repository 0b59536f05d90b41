"""Signing in with a password and a second factor, and what a window does when it is signed out under its reader."""

import re

from playwright.sync_api import expect
import pytest

from portal.roles import Role
from terminals.models import Synchronisation
from tests.browser.sign_in import add_authenticator, begin_authenticator, code_of, sign_in
from tests.people import hire

EMAIL = "anna@kino.example"


@pytest.fixture
def anna(merchants):
    """An administrator who has not added a second factor yet."""
    return hire(EMAIL, merchants["KINO1"], Role.ADMINISTRATOR)


def test_an_administrator_adds_an_authenticator_and_signs_in_with_it_from_then_on(anna, open_window):
    page = open_window()
    page.goto("/")
    sign_in(page, EMAIL)
    secret = add_authenticator(page)
    expect(page.get_by_label("Unused codes")).to_have_value(re.compile(r"^(\d{8}\s*){10}$"))
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, EMAIL)
    page.get_by_label("Code").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Sign In", exact=True).click()

    expect(page).to_have_url(re.compile(rf"/merchants/{anna.merchant.pk}/$"))
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_wrong_code_is_said_so_and_lets_nobody_in(anna, open_window):
    page = open_window()
    page.goto("/")
    sign_in(page, EMAIL)
    begin_authenticator(page)

    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Activate").click()

    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    page.goto(anna.url(""))
    expect(page.get_by_role("heading", name="Add a second factor first")).to_be_visible()


def test_a_live_part_brings_the_sign_in_page_when_the_sign_in_has_expired_and_then_the_way_back(administrator, window):
    window.goto(administrator.url("payments/?state=open"))
    expect(window.get_by_role("heading", name="Payments")).to_be_visible()

    window.context.clear_cookies()

    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(window, EMAIL)
    expect(window).to_have_url(re.compile(r"/payments/\?state=open$"))


def test_a_button_pressed_after_the_sign_in_has_expired_leads_back_to_a_page(administrator, window):
    window.goto(administrator.url("stores/"))
    window.context.clear_cookies(name="sessionid")

    window.get_by_role("button", name="Synchronise with MobilePay").click()
    sign_in(window, EMAIL)

    expect(window.get_by_role("navigation", name="Main")).to_be_visible()
    assert Synchronisation.objects.count() == 0
