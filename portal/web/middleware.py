"""Around every page: what comes in, how numbers are written, and what no browser may keep."""

from collections.abc import Callable
import re

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from portal import plain_text
from portal.web import numbers

# Pictures and files that say nothing about anybody, and answers to tills.
_MAY_BE_KEPT = ("/static/", "/qr/", "/api/")
# Reads no more than its own limit, and answers in its own words.
_TILLS = "/api/pos"


class CookieMiddleware:
    """Forgets a cookie that was never ours: a NUL spelled in one would end in an error of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cookies = {name: value for name, value in request.COOKIES.items() if plain_text.shows_all(value)}
        request.COOKIES = cookies  # read from the headers once, and kept
        return self._get_response(request)


class BodyLimitMiddleware:
    """Refuses a body that is too large before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        is_short = re.fullmatch(r"[0-9]{1,9}", length) and int(length) <= settings.PAGE_BODY_LIMIT
        if is_short or request.path_info.startswith(_TILLS):
            return self._get_response(request)
        return render(request, "413.html", status=413)


class NoStoreMiddleware:
    """Keeps pages out of the memory of shared browsers: after a sign-out, nothing is a step back away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if not request.path_info.startswith(_MAY_BE_KEPT):
            response.headers["Cache-Control"] = "no-store, private"
        return response


class ReaderMiddleware:
    """Has numbers written as the reader's browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with numbers.as_asked_for(request.headers.get("Accept-Language", "")):
            return self._get_response(request)
