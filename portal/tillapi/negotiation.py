"""Chooses the answer's format by the Accept header: JSON unless the till prefers another of ours."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class TillNegotiation(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
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
        wanted = request._request.get_preferred_type(list(by_type))  # noqa: SLF001 - Django weighs the header
        if wanted is None:
            raise NotAcceptable
        return by_type[wanted], wanted
