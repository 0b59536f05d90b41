"""Keeps addresses out of the log: one that was mistyped or misused may hold a token, or the key of a letter's link."""

import logging

from django.http import HttpRequest

UNKNOWN = "an address that does not exist"


class AddressFilter(logging.Filter):
    """Writes, where Django names a request's address, the pattern that it matched instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(_pattern(request) if each == request.path else each for each in record.args)
        return True


def _pattern(request: HttpRequest) -> str:
    route = request.resolver_match.route if request.resolver_match else "^"
    return UNKNOWN if route.startswith("^") else f"/{route.lstrip('/')}"
