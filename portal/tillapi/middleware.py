"""Before any call of a till: the path it means, and the name it calls us by."""

from collections.abc import Callable
import logging
import re
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.tillapi.hosts import UnknownHost
from portal.tillapi.paths import PREFIX, canonical_paths

_API = "/api/"

logger = logging.getLogger(__name__)


class CanonicalPathMiddleware:
    """Makes paths the same in any letter case, with or without a slash at the end, or slashes too many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        folded = re.sub("/+", "/", request.path_info.lower())
        if folded.startswith(PREFIX):
            # An unknown path stays unknown, but in the letters that our own answer for it matches.
            request.path_info = canonical_paths().get(folded.rstrip("/"), folded)
        return self._get_response(request)


class KnownHostMiddleware:
    """Answers a call to another name than ours in the contract's envelope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_API):
            return self._get_response(request)
        try:
            request.get_host()
        except DisallowedHost as error:
            logger.warning("%s", error)
            answer: Any = UnknownHost.as_view()(request)
            return answer.render()  # type: ignore[no-any-return]
        return self._get_response(request)
