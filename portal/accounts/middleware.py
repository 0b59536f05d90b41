"""Ends sessions: however busy somebody is, they sign in anew every so many hours."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal import clock

SIGNED_IN_AT = "signed_in_at"


class SessionEndMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Tills and strangers have no session, and are asked for none.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and _has_ended(request):
            logout(request)
        return self._get_response(request)


def _has_ended(request: HttpRequest) -> bool:
    if SESSION_KEY not in request.session:
        return False
    # A session of before there was an end is over.
    since: float = request.session.get(SIGNED_IN_AT, 0.0)
    return clock.now().timestamp() >= since + settings.SESSION_LIFETIME.total_seconds()
