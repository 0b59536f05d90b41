"""Answers load balancers and Prometheus before anything else: they know no host name of ours and no HTTPS."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from portal.health import views

_PAGES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/health/live": views.live,
    "/health/ready": views.ready,
    "/metrics": views.metrics,
}


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        page = _PAGES.get(request.path_info)
        if page is None:
            return self._get_response(request)
        request.resolver_match = ResolverMatch(page, (), {}, route=request.path_info)
        response = page(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
