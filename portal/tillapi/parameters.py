"""Gathers a call's parameters from query string and body, and reads them by the endpoint's `Input`."""

from collections.abc import Iterable
import re
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from portal.tillapi.errors import BadParameters, Problem

KEY_HEADER = "Idempotency-Key"
KEY_PATTERN = r"[\x21-\x7e]{1,64}"


class Parameters(dict[str, Any]):
    """Values by exact name; `places` says where each came from (query, body)."""

    def __init__(self, sources: Iterable[tuple[str, Iterable[tuple[str, Any]]]]) -> None:
        super().__init__()
        self.places: dict[str, str] = {}
        self.repeated: dict[str, None] = {}
        for place, pairs in sources:
            for name, value in pairs:
                if value is None:
                    continue
                if name in self:
                    self.repeated[name] = None
                self[name] = value
                self.places[name] = place

    def require_single(self, names: Iterable[str]) -> list[Problem]:
        return [
            Problem("parameter_repeated", f"The parameter {name} was given more than once.")
            for name in names
            if name in self.repeated
        ]


def gather(request: Request) -> Parameters:
    """Read the query string, and the body of anything but a GET; once per request."""
    django_request = request._request  # noqa: SLF001 - a place that lives exactly as long as the call
    gathered: Parameters | None = getattr(django_request, "till_parameters", None)
    if gathered is None:
        query = ((name, value) for name, values in request.query_params.lists() for value in values)
        body: Any = [] if request.method == "GET" else request.data
        gathered = Parameters([("query", query), ("body", body or [])])
        django_request.till_parameters = gathered  # type: ignore[attr-defined]
    return gathered


def read(given: Parameters, form: serializers.Serializer[Any]) -> dict[str, Any]:
    """Check the parameters by the form's fields; raise BadParameters with every problem, each by name."""
    problems, checked = given.require_single(form.fields), {}
    try:
        checked = dict(form.run_validation(given))
    except serializers.ValidationError as error:
        found: Any = error.detail
        problems += [
            Problem(f"parameter_{_CODES.get(detail.code, 'invalid')}", _sentence(name, detail))
            for name, details in found.items()
            for detail in details
            if name not in given.repeated
        ]
    if problems:
        raise BadParameters(problems)
    return checked


def idempotency_key(request: Request) -> str | None:
    """The till's own key for this call, if it sent one; raise BadParameters when it is not usable."""
    key: str | None = request.headers.get(KEY_HEADER)
    if key is None or re.fullmatch(KEY_PATTERN, key):
        return key
    message = f"The header {KEY_HEADER} must be 1 to 64 visible ASCII characters."
    raise BadParameters([Problem("idempotency_key_invalid", message)])


_CODES = {"required": "missing", "blank": "missing", "null": "missing"}


def _sentence(name: str, detail: Any) -> str:
    if detail.code in _CODES:
        return f"The parameter {name} is missing."
    return f"The parameter {name} {detail}."
