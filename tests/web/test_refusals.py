"""What people read when a page cannot be had: nobody is left with a blank page, and nothing was done."""

from django.core.cache import caches
from django.test import Client
import pytest

from payments.models import Payment
from portal.accounts.models import Membership
from tests.pages import all_of, one, words
from tests.payments.factories import new_payment
from tests.people import PASSWORD, PORTAL
from tests.tillapi.raw_calls import rows

TOKEN = "csrfmiddlewaretoken"


@pytest.fixture
def strict(administrator):
    """The administrator's browser, whose forms must prove that they come from our pages."""
    administrator.browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    administrator.browser.force_login(administrator.user)
    administrator.proves_it_again()
    return administrator


def _tokens(response):
    """The form tokens of a page, in the order of its forms."""
    return (each.get("value") for each in all_of(response, f"input[@name='{TOKEN}']"))


def _home(response):
    return [link.get("href") for link in all_of(response, "main//a")][-1]


@pytest.mark.parametrize("path", ["/no/such/page", "/merchants/x/", "/merchants/1/nothing/", "/accounts/nothing/"])
@pytest.mark.parametrize("is_in", [True, False])
def test_what_does_not_exist_is_said_in_a_sentence(path, is_in, clerk):
    browser = clerk.browser if is_in else Client(raise_request_exception=False)

    response = browser.get(path)

    assert response.status_code == 404
    assert words(one(response, "main")) == (
        "There is nothing here The page does not exist, or it belongs to a merchant or a store that you do not work "
        "for. Nothing was done. Go to the start"
    )
    assert _home(response) == "/"


def test_too_many_tries_are_refused_in_a_sentence_with_a_way_back(db):
    caches["default"].clear()
    browser = Client(raise_request_exception=False)
    browser.handler = PORTAL

    *_, response = [browser.post("/accounts/login/") for _ in range(31)]

    caches["default"].clear()
    assert (response.status_code, len(words(one(response, "main")).split()) > 8, _home(response)) == (429, True, "/")


def test_a_request_for_another_host_is_not_understood(clerk):
    response = clerk.browser.get("/merchants/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert words(one(response, "main")) == (
        "This request was not understood The portal could not read it, so nothing was done and no money moved. "
        "Go to the start"
    )
    assert "evil.example" not in response.content.decode()


def test_our_own_fault_is_said_without_details(clerk, pos, settings):
    payment = new_payment(pos, customer_token="secret")
    settings.ENCRYPTION_KEYS = ["another-key-than-the-one-that-wrote"]

    response = clerk.get(f"payments/{payment.pk}/")

    assert (response.status_code, words(one(response, "h1"))) == (500, "Something went wrong here")
    assert "InvalidToken" not in response.content.decode()
    assert (_home(response), len(response.headers["X-Request-Id"])) == ("/", 36)


def test_an_unknown_method_is_refused(clerk):
    stored = rows()

    answers = [clerk.browser.generic(method, clerk.url("payments/")) for method in ("POST", "PUT", "DELETE", "PATCH")]

    assert [answer.status_code for answer in answers] == [405] * 4
    assert rows() == stored


@pytest.mark.parametrize("kind", ["no token", "a wrong one", "another browser's"])
def test_a_form_that_does_not_come_from_our_pages_does_nothing(kind, strict, clerk):
    path = f"people/{Membership.objects.get(user=clerk.user).pk}/remove/"
    theirs = next(_tokens(Client().get("/accounts/login/")))
    sent = {"no token": {}, "a wrong one": {TOKEN: "x" * 64}, "another browser's": {TOKEN: theirs}}
    strict.get(path)
    stored = rows()

    response = strict.post(path, **sent[kind])

    assert response.status_code == 403
    assert words(one(response, "main")) == (
        "This page was open for too long The portal cannot tell that the form came from you, so nothing was done and "
        "no money moved. Go back, load the page again and send the form once more. Go to the start"
    )
    assert rows() == stored


def test_nobody_signs_somebody_in_from_elsewhere(administrator):
    browser = Client(enforce_csrf_checks=True)

    response = browser.post("/accounts/login/", {"login": administrator.user.email, "password": PASSWORD})

    assert (response.status_code, "_auth_user_id" in browser.session) == (403, False)


def test_the_forms_own_token_proves_it(strict, clerk):
    path = f"people/{Membership.objects.get(user=clerk.user).pk}/remove/"
    [*_, token] = _tokens(strict.get(path))

    response = strict.post(path, **{TOKEN: token})

    assert (response.status_code, Membership.objects.count()) == (302, 1)


def test_the_frames_token_proves_it_for_htmx(strict, clerk):
    path = strict.url(f"people/{Membership.objects.get(user=clerk.user).pk}/remove/")
    headers = one(strict.get("people/"), "body").get("hx-headers")
    token = headers.partition('": "')[2].partition('"')[0]

    sent = {"HX-Request": "true", "HX-Target": "dialog-content"}
    refused = strict.browser.post(path, headers=sent)
    response = strict.browser.post(path, headers={**sent, "X-CSRFToken": token})

    assert (refused.status_code, response.status_code, Membership.objects.count()) == (403, 200, 1)


def test_a_payment_of_another_merchant_or_none_does_not_exist(administrator, pos, rival):
    payment = new_payment(pos)
    stored = rows()

    answers = [
        rival.get(f"payments/{payment.pk}/"),
        rival.post(f"payments/{payment.pk}/cancel/"),
        administrator.get("payments/00000000-0000-4000-8000-000000000000/"),
        administrator.get("payments/nonsense/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (Payment.objects.count(), rows()) == (1, stored)
