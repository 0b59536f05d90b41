"""Somebody at the door: a browser nobody is signed in with, and what they type."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core import mail
from django.test import Client

from portal import clock
from portal.accounts import tasks
from portal.emails import services as emails
from tests.people import PASSWORD, PORTAL

LOGIN = "/accounts/login/"
ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
LINK = re.compile(re.escape(settings.PORTAL_URL) + r"(/\S+)")


class Visitor:
    """Knocks at the door; `user` is who they say they are."""

    def __init__(self, user):
        self.user = user
        self.browser = Client(raise_request_exception=False)
        self.browser.handler = PORTAL

    def get(self, path, **options):
        return self.browser.get(path, **options)

    def post(self, path, **fields):
        return self.browser.post(path, fields)

    def signs_in(self, password=PASSWORD, email=None, **fields):
        return self.post(LOGIN, login=email or self.user.email, password=password, **fields)

    def proves_it_again(self, password=PASSWORD):
        """What is asked before one's own ways in are changed; it counts for five minutes."""
        return self.post("/accounts/reauthenticate/", password=password)

    def adds_factor(self):
        """Add an authenticator app as its page tells; gives the secret in the app, and the answer."""
        self.get(ACTIVATE)
        secret = self.browser.session["mfa.totp.secret"]
        return secret, self.post(ACTIVATE, code=code(secret))

    @property
    def is_in(self):
        return self.browser.session.get("_auth_user_id") == str(self.user.pk)

    @property
    def is_nobody(self):
        return "_auth_user_id" not in self.browser.session

    def sets_password(self, link, password, again=None):
        """Follow a letter's link and fill in what it asks for."""
        form = self.get(link)
        return self.post(form.headers.get("Location", link), password1=password, password2=again or password)


def posted():
    """Let a worker look at what was said at the door, and send what is owed; gives all letters so far."""
    tasks.answer_knocks()
    emails.send_due(now=clock.now())
    return mail.outbox


def link_in(letter):
    """The path that a letter leads to."""
    [path] = LINK.findall(letter.body)
    return path


def code(secret, *, steps=0):
    """What the authenticator app shows now, or so many half-minutes from now."""
    _, now, _ = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now + steps))
