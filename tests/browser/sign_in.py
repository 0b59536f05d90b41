"""The steps of signing in, as a person takes them."""

from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page

from tests.people import PASSWORD


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or so many half-minutes from now: each code is taken once."""
    _, now, _ = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now + steps))


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def begin_authenticator(page: Page) -> str:
    """Go to where an authenticator app is added; gives the secret that the page shows."""
    page.get_by_role("link", name="Use an authenticator app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    return page.get_by_label("Authenticator secret").input_value()


def add_authenticator(page: Page, *, before: Callable[[], None] = lambda: None) -> str:
    """Add an authenticator app; `before` is done with its page open."""
    secret = begin_authenticator(page)
    before()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.get_by_label("Unused codes").wait_for()
    return secret
