"""Error pages tell the browser what all others do, wherever in the portal they are made."""

from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
import pytest

from portal.web.forms import LONGEST_AMOUNT
from tests.payments.factories import new_payment
from tests.people import PORTAL
from tests.web.test_headers import HEADERS, POLICY, policy, refused_by_the_browser

LOGIN = "/accounts/login/"


def check(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert policy(response) == POLICY
    assert refused_by_the_browser(response) == []
    assert response.headers["Cache-Control"] == "no-store, private"
    assert len(response.headers["X-Request-Id"]) == 36


@pytest.fixture
def browser():
    client = Client(raise_request_exception=False)
    client.handler = PORTAL
    return client


@pytest.mark.parametrize("host", ["evil.example", "", "a b", "x" * 300, "testserver:port", "testserver, evil.example"])
def test_the_page_for_a_host_that_is_not_ours(host, db, browser):
    check(browser.get(LOGIN, headers={"Host": host}), 400)


def test_the_page_for_far_too_many_fields(db, browser, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5

    check(browser.post(LOGIN, {f"field-{number}": "" for number in range(6)}), 400)


@pytest.mark.parametrize("path", ["people/invite/", "/audit/", "token/"])
def test_the_page_for_a_missing_right(path, clerk):
    check(clerk.get(path), 403)


@pytest.mark.parametrize("path", [LOGIN, "/accounts/logout/"])
def test_the_page_for_a_form_from_elsewhere(path, db):
    check(Client(enforce_csrf_checks=True).post(path), 403)


@pytest.mark.parametrize("path", ["/no/such/page", "/accounts/x/", "/merchants/1/payments/%00/", "/%ff"])
@pytest.mark.parametrize("is_in", [True, False])
def test_the_page_for_what_does_not_exist(path, is_in, clerk, browser):
    check((clerk.browser if is_in else browser).get(path), 404)


@pytest.mark.parametrize("path", ["/no/such/page", LOGIN])
def test_the_page_for_far_too_much_at_once(path, db, browser, settings):
    settings.PAGE_BODY_LIMIT = LONGEST_AMOUNT

    check(browser.post(path, {"field": "x" * 2 * LONGEST_AMOUNT}), 413)


def test_the_page_for_too_many_tries(db, browser):
    caches["default"].clear()

    *_, response = [browser.post(LOGIN) for _ in range(31)]

    caches["default"].clear()
    check(response, 429)


def test_the_page_for_a_fault_of_ours(clerk, pos, settings):
    payment = new_payment(pos, customer_token="secret")
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]

    check(clerk.get(f"payments/{payment.pk}/"), 500)


def test_the_page_for_a_fault_before_any_page_was_reached(clerk):
    def fails(*_arguments):
        raise OperationalError("gone")

    with connection.execute_wrapper(fails):
        response = clerk.get("payments/")

    check(response, 500)


@pytest.mark.parametrize(
    "cookie", ['sessionid="abcdefgh\\000"', 'sessionid="\\000"', 'csrftoken="a\\000b"', f"sessionid={'x' * 5000}"]
)
@pytest.mark.parametrize("path", ["/", LOGIN, "/merchants/1/"])
def test_a_cookie_that_was_never_ours_is_none(cookie, path, db, browser):
    response = browser.get(path, headers={"Cookie": cookie})

    assert response.status_code in {200, 302}
    assert path == LOGIN or response.headers["Location"].startswith(LOGIN)
