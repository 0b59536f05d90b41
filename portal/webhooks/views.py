"""The entrance for networks: no session, no cookie, no CSRF; a signature is all the proof."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal import clock
from portal.webhooks import tasks
from portal.webhooks.services import intake
from portal.webhooks.services.intake import NotGenuine, Sent


@csrf_exempt
@require_POST
def receive(request: HttpRequest, slug: UUID) -> HttpResponse:
    """Keep what a network has sent and say so at once; a worker does the rest."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.WEBHOOK_BODY_LIMIT:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        delivery = intake.take(Sent(slug, headers, lambda: request.body), now=clock.now())
    except NotGenuine as refusal:
        return JsonResponse({"error": refusal.message}, status=refusal.status)
    if delivery is not None and delivery.due_at is not None:
        tasks.hand_over(delivery)
    return HttpResponse(status=200)
