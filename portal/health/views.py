"""What load balancers and Prometheus ask; they come without a session, and with an address for a host name."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from portal import clock
from portal.health import figures, services


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Whether the process answers at all; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether calls should be sent here (503 if not), and what the portal lacks."""
    health = services.check()
    words = {True: "ok", False: "degraded"}[health.is_well] if health.can_serve else "failing"
    parts = {name: wrong or "ok" for name, wrong in health.parts.items()}
    return JsonResponse(
        {"status": words, "version": settings.VERSION, **parts}, status=200 if health.can_serve else 503
    )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for whoever holds METRICS_TOKEN; without such a token there is no such page."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    scheme, _, offered = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(offered.strip().encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Metrics need the token.", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(figures.exposition(now=clock.now()), content_type=CONTENT_TYPE_LATEST)
