"""Pictures of QR codes behind signed links."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terminals.services import qr_codes
from terminals.services.qr_codes import LinkExpired

_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


@require_safe
def qr_code(_request: HttpRequest, signed: str, kind: str) -> HttpResponse:
    """The picture behind a signed link; the link is all the proof it takes."""
    try:
        content = qr_codes.read(signed)
    except LinkExpired as refusal:
        return HttpResponse(refusal.message, status=refusal.status, content_type="text/plain; charset=utf-8")
    response = HttpResponse(qr_codes.picture(content, kind=kind), content_type=_TYPES[kind])
    response["Cache-Control"] = "private, max-age=3600"
    return response
