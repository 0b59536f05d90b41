"""Keeps pages out of the memory of shared browsers: after a sign-out, nothing is a step back away."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Pictures and files that say nothing about anybody, and answers to tills.
_MAY_BE_KEPT = ("/static/", "/qr/", "/api/")


class NoStoreMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if not request.path_info.startswith(_MAY_BE_KEPT):
            response.headers["Cache-Control"] = "no-store, private"
        return response
