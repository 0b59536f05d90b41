"""What every line of the log carries, and what none may hold."""

import logging

from django.http import HttpRequest

from portal.observability import request_context

UNKNOWN = "an address that does not exist"


class ContextFilter(logging.Filter):
    """Puts the request id on every log record, and what the request is about, one attribute each."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = request_context.current()
        # Django logs a refused request after the middleware has left it, but hands the request along.
        request = getattr(record, "request", None)
        record.request_id = context.request_id if context else getattr(request, "request_id", "-")
        for name, value in (context.about if context else {}).items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class RedactUrlFilter(logging.Filter):
    """Writes, where Django names a request's address, the pattern that it matched instead.

    An address that was mistyped or misused may hold a token, or the key of a letter's link.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(_pattern(request) if each == request.path else each for each in record.args)
        return True


def _pattern(request: HttpRequest) -> str:
    route = request.resolver_match.route if request.resolver_match else "^"
    return UNKNOWN if route.startswith("^") else f"/{route.lstrip('/')}"
