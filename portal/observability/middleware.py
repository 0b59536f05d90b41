"""Gives every request an id, and gives it back as X-Request-Id."""

from collections.abc import Callable
import re
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal import plain_text
from portal.observability import request_context

LONGEST_ADDRESS = 45

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        offered = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = offered if _ACCEPTABLE.fullmatch(offered) else str(uuid4())
        request.request_id = request_id  # type: ignore[attr-defined] # a request carries what belongs to it
        entered = request_context.enter(request_context.RequestContext(request_id, _address(request)))
        try:
            response = self._get_response(request)
        finally:
            request_context.leave(entered)
        response["X-Request-Id"] = request_id
        return response

    def process_view(self, _request: HttpRequest, _view: object, _args: object, named: dict[str, object]) -> None:
        """Note what the address is about: the merchant, the payment, the terminal."""
        request_context.note(
            **{name.removesuffix("_id"): value for name, value in named.items() if name.endswith("_id")}
        )


def _address(request: HttpRequest) -> str:
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUST_PROXY:
        # The last entry is the one our own proxy wrote; those before it are the caller's claim.
        address = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return plain_text.clean(address, longest=LONGEST_ADDRESS)
