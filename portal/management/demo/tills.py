"""The access tokens of the demo's tills, each in a private file that whoever sells reads anew before every call."""

from collections.abc import Callable
from pathlib import Path
import re

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from portal.management.demo import TILLS
from terminals.models import AccessToken, Merchant
from terminals.tokens import TokenText

_WORD = re.compile(rb"\bmpp_\w+")


def file(merchant: Merchant) -> Path:
    return Path(settings.VAR_DIR / TILLS / str(merchant.pk))


def give(*, merchant: Merchant, token: str) -> Path:
    """Write down which token the merchant's tills have, and give the file."""
    path = file(merchant)
    path.parent.mkdir(exist_ok=True)
    # Whole or not at all: somebody may be reading it.
    new = path.with_suffix(".new")
    new.write_text(token, encoding="ascii")
    return new.replace(path)


class NewTokenMiddleware:
    """Types a token that the portal has just told somebody, on a page or at `manage/token`, into the demo's tills."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if isinstance(response, HttpResponse):
            for word in set(_WORD.findall(response.content)):
                _hear(word.decode("ascii"))
        return response


def _hear(word: str) -> None:
    token = TokenText.read(word)
    if token is None:
        return
    current = AccessToken.objects.current().filter(lookup_id=token.lookup_id).select_related("merchant").first()
    if current and token.matches(bytes(current.digest)) and file(current.merchant).exists():
        give(merchant=current.merchant, token=token.text)
