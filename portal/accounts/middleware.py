"""Ends sessions: however busy somebody is, they sign in anew every so many hours; until then they are noted as seen."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal import clock
from portal.accounts.sessions import SIGNED_IN_AT, SessionStore


class SessionEndMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Tills and strangers have no session, and are asked for none.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            if _has_ended(request):
                logout(request)
            else:
                cast("SessionStore", request.session).note_seen(now=clock.now())
        return self._get_response(request)


def _has_ended(request: HttpRequest) -> bool:
    # A session of before there was an end is over.
    since: float = request.session.get(SIGNED_IN_AT, 0.0)
    return clock.now().timestamp() >= since + settings.SESSION_LIFETIME.total_seconds()
