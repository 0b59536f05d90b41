"""Chooses who reads the body and who writes the answer: JSON unless the till prefers another format of ours."""

from collections.abc import Iterable
import re
from typing import Any

from django.http.request import MediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class TillNegotiation(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        # `application/vnd.till+json` is JSON, whatever a till calls what is in it.
        sent = re.sub(r"^application/[^+]+\+(json|xml)$", r"application/\1", sent)
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        del format_suffix
        by_type = {renderer.media_type: renderer for renderer in renderers}
        # An empty Accept header counts as none.
        accept = request.META.get("HTTP_ACCEPT") or "*/*"
        if accept in by_type:
            return by_type[accept], accept
        if accept == "*/*":
            return next(iter(by_type.items()))[::-1]
        accepted = [MediaType(each) for each in accept.split(",") if each.strip()]
        # The first of ours when the till wants none: it must still read whether money moved.
        wanted = max(by_type, key=lambda ours: _wish(ours, accepted))
        return by_type[wanted], wanted


_NOT_AT_ALL = (0.0, 0)


def _wish(ours: str, accepted: list[MediaType]) -> tuple[float, int]:
    """How much the till wants one of our types: its quality, then how early it stands in the header.

    Parameters such as `charset` make no difference, and the most exact mention of a type counts.
    """
    main, _, sub = ours.partition("/")
    mentions = [
        (each.main_type != "*", each.sub_type != "*", -place, each.quality)
        for place, each in enumerate(accepted)
        if each.main_type in {"*", main} and each.sub_type in {"*", sub}
    ]
    if not mentions:
        return _NOT_AT_ALL
    _, _, earliness, quality = max(mentions)
    return (quality, earliness) if quality else _NOT_AT_ALL
