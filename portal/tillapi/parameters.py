"""Gathers a call's parameters from query string and body, and reads them by the endpoint's `Input`."""

from collections.abc import Iterable
import re
from typing import Any, NamedTuple

from rest_framework import serializers
from rest_framework.request import Request

from portal.tillapi.errors import BadParameters, Problem
from portal.tillapi.parsers import Garbled, query_pairs

KEY_HEADER = "Idempotency-Key"
KEY_PATTERN = r"[\x21-\x7e]{1,64}"
# What XML calls white space: tills pad their fields with it, and end a form with a line break.
_BLANKS = " \t\r\n"


class Given(NamedTuple):
    """One parameter as the till wrote it, and where: query or body."""

    name: str
    place: str
    value: Any


class Parameters:
    """What a call gave, by name in any letter case; the contract's own spelling comes before all others.

    Blanks around a text are not part of it, and a parameter without a value was not given.
    """

    def __init__(self, sources: Iterable[tuple[str, Iterable[tuple[str, Any]]]]) -> None:
        self._given: dict[str, list[Given]] = {}
        for place, pairs in sources:
            for name, written in pairs:
                value = written.strip(_BLANKS) if isinstance(written, str) else written
                if value is not None and value != "":
                    self._given.setdefault(name.lower(), []).append(Given(name, place, value))

    def find(self, name: str) -> list[Given]:
        """What was given under this name: one, unless it was repeated."""
        found = self._given.get(name.lower(), [])
        return [each for each in found if each.name == name] or found

    def value(self, name: str) -> Any:
        """The parameter's value; None when it was not given."""
        found = self.find(name)
        return found[0].value if found else None

    def require_single(self, names: Iterable[str]) -> dict[str, Problem]:
        """A problem for each of these names that was given more than once."""
        return {
            name: Problem("parameter_repeated", f"The parameter {name} was given more than once.")
            for name in names
            if len(self.find(name)) > 1
        }


def gather(request: Request) -> Parameters:
    """Read the query string, and the body of anything but a GET; once per request."""
    django_request = request._request  # noqa: SLF001 - a place that lives exactly as long as the call
    gathered: Parameters | None = getattr(django_request, "till_parameters", None)
    if gathered is None:
        query = query_pairs(request.META.get("QUERY_STRING", ""))
        body: Any = [] if request.method == "GET" else request.data
        gathered = Parameters([("query", query), ("body", body or [])])
        django_request.till_parameters = gathered  # type: ignore[attr-defined]
    return gathered


def read(given: Parameters, form: serializers.Serializer[Any]) -> dict[str, Any]:
    """Check the parameters by the form's fields; raise BadParameters with every problem, each by name."""
    names: list[str] = list(form.fields)
    values = {name: value for name in names if (value := given.value(name)) is not None}
    garbled = {name: _garbled(name, value) for name, value in values.items() if isinstance(value, Garbled)}
    unusable = garbled | given.require_single(names)
    problems, checked = list(unusable.values()), {}
    try:
        checked = dict(form.run_validation(values))
    except serializers.ValidationError as error:
        found: Any = error.detail
        problems += [
            _wrong(name, detail) for name, details in found.items() for detail in details if name not in unusable
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


def _garbled(name: str, value: Garbled) -> Problem:
    encoding = value.encoding.upper()
    sentence = f"The parameter {name} must be {encoding}: its bytes or percent-escapes are not."
    return Problem("parameter_invalid", sentence)


def _wrong(name: str, detail: Any) -> Problem:
    if detail.code == "required":
        return Problem("parameter_missing", f"The parameter {name} is missing.")
    return Problem("parameter_invalid", f"The parameter {name} {detail}.")
