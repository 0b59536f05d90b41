"""Counts every till call, and writes a log line for each but reads that succeed: those come every second."""

from collections.abc import Mapping
import logging
from typing import Any

from django.dispatch import Signal
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.observability import metrics, request_context
from portal.tillapi.paths import PREFIX

logger = logging.getLogger(__name__)

# A till that was let in has called: `auth` is who, `about` what. Who notes it is an app further up.
till_called = Signal()

UNKNOWN = "unknown"
# What log lines call the things that parameters and answers name.
_THINGS = {
    "terminal_id": "terminal",
    "pos_id": "pos",
    "payment_id": "payment",
    "paymentId": "payment",
    "refund_id": "refund",
    "refundId": "refund",
    "order_id": "order",
    "refund_order_id": "order",
}


def are_about(facts: Mapping[str, Any]) -> None:
    """Note what the call is about: parameters that were checked, or members of its answer."""
    request_context.note(**{word: facts[name] for name, word in _THINGS.items() if facts.get(name)})


def came(auth: Any) -> None:
    """Say that somebody who was let in has called, whatever became of it; no trouble with that is the till's."""
    context = request_context.current()
    till_called.send_robust(sender=None, auth=auth, about=context.about if context else {})


def record(request: HttpRequest, response: HttpResponseBase, *, is_read: bool, seconds: float) -> None:
    """Count a call that has been answered; `is_read` says that its endpoint changes nothing."""
    codes = getattr(response, "data", {}).get("errorCodes")
    outcome, endpoint = (codes[0] if codes else "ok"), _endpoint(request)
    metrics.till_called(endpoint, outcome, seconds)
    if codes or not is_read:
        facts = {"endpoint": endpoint, "status": response.status_code, "outcome": outcome, "ms": round(seconds * 1000)}
        logger.info("%s %s: %s", request.method, endpoint, outcome, extra=facts)


def _endpoint(request: HttpRequest) -> str:
    """The contract's path, or one word for all that it does not have: callers must not make up labels."""
    route = request.resolver_match.route if request.resolver_match else ""
    return UNKNOWN if not route or route.startswith("^") else f"/{route}".removeprefix(f"{PREFIX}/")
