"""Makes the till API's paths the same in any letter case, with or without a slash at the end, or slashes too many."""

from collections.abc import Callable
from functools import cache
import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, get_resolver

PREFIX = "/api/pos"


class CanonicalPathMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        folded = re.sub("/+", "/", request.path_info.lower())
        if folded.startswith(PREFIX):
            # An unknown path stays unknown, but in the letters that our own answer for it matches.
            request.path_info = canonical_paths().get(folded.rstrip("/"), folded)
        return self._get_response(request)


@cache
def canonical_paths() -> dict[str, str]:
    """The contract's spelling of every till path, by its lower-case form."""
    paths: dict[str, str] = {}
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", ()):
            path = f"/{resolver.pattern}{pattern.pattern}"
            if isinstance(pattern, URLPattern) and path.startswith(PREFIX):
                paths[path.lower()] = path
    return paths
