"""The people of the back office, each with a browser of their own."""

from datetime import timedelta
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from portal import clock
from portal.accounts.models import Membership, User
from portal.roles import Role
from terminals.models import Merchant, Store

PASSWORD = "correct horse battery staple"
# One for all browsers: each new one would read all static files anew.
PORTAL = ClientHandler(enforce_csrf_checks=False)


class Person:
    """Somebody who is signed in; paths are those within their merchant unless they begin with a slash."""

    def __init__(self, user: User, merchant: Merchant | None) -> None:
        self.user = user
        self.merchant = merchant
        self.browser = Client(raise_request_exception=False)
        self.browser.handler = PORTAL
        self.browser.force_login(user)
        self.proves_it_again()

    def proves_it_again(self, *, ago: timedelta = timedelta(0)) -> None:
        """The person has just given their password, and their second factor when they have one."""
        session = self.browser.session
        method = "mfa" if self.user.factors else "password"
        record = {"method": method, "at": (clock.now() - ago).timestamp()}
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session["account_authentication_methods_user"] = str(self.user.pk)
        session.save()

    def url(self, path: str) -> str:
        return path if path.startswith("/") else f"/merchants/{self.merchant.pk}/{path}"

    def get(self, path: str, **parameters: Any) -> HttpResponse:
        """The page, also where a list leads to its address without what is not set."""
        url = self.url(path)
        response = self.browser.get(url, parameters)
        leads_to = response.headers.get("Location", "")
        return self.browser.get(leads_to) if leads_to.partition("?")[0] == url.partition("?")[0] else response

    def post(self, path: str, **fields: Any) -> HttpResponse:
        return self.browser.post(self.url(path), fields)

    def part(self, path: str, target: str, *, seen: str = "", **parameters: Any) -> HttpResponse:
        """What htmx gets when it asks for one element of a page."""
        headers = {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": f"http://testserver{self.url(path)}"}
        return self.browser.get(self.url(path), parameters, headers={**headers, "X-Seen": seen})

    def send(self, path: str, **fields: Any) -> HttpResponse:
        """A form sent from a dialog, by htmx."""
        headers = {"HX-Request": "true", "HX-Target": "dialog-content"}
        return self.browser.post(self.url(path), fields, headers=headers)


def hire(
    email: str, merchant: Merchant, role: Role | str, *, stores: list[Store] | None = None, name: str = ""
) -> Person:
    """Somebody with a role, for all stores unless some are named."""
    user = User(email=email, name=name or email.partition("@")[0].title())
    user.set_password(PASSWORD)
    user.save()
    membership = Membership.objects.create(
        user=user,
        merchant=merchant,
        role=role,
        all_stores=stores is None,
        invited_as=user.name,
        accepted_at=clock.now(),
    )
    membership.stores.set(stores or [])
    return Person(user, merchant)
