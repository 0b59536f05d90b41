"""What a till call can be refused with: what every call can be, and what its endpoint declares beside its `act`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from portal.errors import PortalError
from portal.tillapi import errors, parameters
from portal.tillapi.errors import BadParameters, Problem, TooManyCalls
from portal.tillapi.fields import AnyTextField
from portal.tillapi.hosts import HostUnknown
from portal.tillapi.parameters import KEY_HEADER, Parameters
from portal.tillapi.parsers import BodyTooLarge, JsonParser
from portal.tillapi.views import TillView

# Of no kind that a parameter can be.
_NONSENSE = "漢" * 201
# A refusal of its own kind says in its docstring what it means; these are several reasons of one kind.
_MEANINGS = {
    "parameter_missing": "A parameter that the call needs is not there; the sentence names it.",
    "parameter_invalid": "A parameter cannot be what it is; the sentence says what it must be.",
    "parameter_repeated": "A parameter was given more than once.",
    "idempotency_key_invalid": f"The header {KEY_HEADER} is not 1 to 64 visible ASCII characters.",
    "body_unreadable": "The body is not what its Content-Type says, or in another charset.",
    "request_unusable": "The request has far more parameters than any call.",
    "unsupported_media_type": "The body is neither JSON nor XML nor a form.",
    "method_not_allowed": "The path is right, and the HTTP method is none of its own.",
    "not_found": "The path is none of this API.",
    "internal_error": "The portal failed, and somebody was told. Ask how things stand before you try again.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason to refuse a call, as an example: `problems` all have its code."""

    code: str
    status: int
    meaning: str
    problems: list[Problem]
    retry_after: int | None = None

    @property
    def sentence(self) -> str:
        return self.problems[0].message


class Proof(serializers.Serializer[Any]):
    """How tills proved themselves before there was a header for it."""

    accessToken = AnyTextField(required=False)  # noqa: N815 - the contract's name
    bioCode = AnyTextField(required=False)  # noqa: N815 - the contract's name


def of(view: type[TillView], method: str) -> list[Refusal]:
    """Everything that a call can be refused with, in the order in which it is looked at."""
    has_proof = bool(view.authentication_classes)
    proof = [refusal for kind in view.authentication_classes for refusal in getattr(kind, "refusals", ())]
    found = [*proof, *_of_parameters(view.Input(), has_proof=has_proof)]
    if view.takes_key:
        found.append(_raised(_read_key))
    if method != "GET":
        unreadable = partial(JsonParser().parse, BytesIO(b"{"))
        found += [_raised(unreadable), BodyTooLarge(), exceptions.UnsupportedMediaType("text/plain")]
    return _read([*found, TooManyFieldsSent(), *view.refusals, TooManyCalls()])


def rules_of(view: type[TillView]) -> dict[str, str]:
    """What each parameter must be, by name, in the words in which anything else is refused."""
    form = view.Input()
    invalid = _raised(partial(parameters.read, _nonsense(form), form))
    sentences = [problem.message for problem in errors.read(invalid)[1]] if invalid else []
    return {
        name: sentence.removeprefix(f"The parameter {name} ")
        for name, sentence in zip(form.fields, sentences, strict=True)
    }


def anywhere() -> list[Refusal]:
    """What is answered where no call was made, or none of these was meant."""
    return [
        *_read([HostUnknown(), exceptions.MethodNotAllowed("PUT"), Http404()]),
        Refusal(errors.FAILED.code, 500, _MEANINGS[errors.FAILED.code], [errors.FAILED]),
    ]


def _of_parameters(form: serializers.Serializer[Any], *, has_proof: bool) -> list[Exception | None]:
    names = [*(Proof._declared_fields if has_proof else ()), *form.fields]  # noqa: SLF001 - DRF's only list of them
    twice = [(names[0], "a"), (names[0], "b")]
    return [
        _raised(partial(parameters.read, _given([]), form)),
        _raised(partial(parameters.read, _nonsense(form), form)),
        _raised(partial(parameters.read, _given(twice), Proof() if has_proof else form)),
    ]


def _given(pairs: Iterable[tuple[str, str]]) -> Parameters:
    return Parameters([("body", pairs)])


def _nonsense(form: serializers.Serializer[Any]) -> Parameters:
    names: list[str] = list(form.fields)
    return _given([(name, _NONSENSE) for name in names])


def _read_key() -> None:
    request = HttpRequest()
    request.META["HTTP_IDEMPOTENCY_KEY"] = " "
    parameters.idempotency_key(Request(request))


def _raised(act: Callable[[], Any]) -> Exception | None:
    """What the code itself says to that; None where it has nothing against it."""
    try:
        act()
    except BadParameters as error:
        return error
    return None


def _read(found: Iterable[Exception | None]) -> list[Refusal]:
    refusals = []
    for error in found:
        if error is None:
            continue
        status, problems = errors.read(error)
        is_one_kind = isinstance(error, PortalError) and not isinstance(error, BadParameters)
        for code in dict.fromkeys(problem.code for problem in problems):
            meaning = str(type(error).__doc__) if is_one_kind else _MEANINGS[code]
            same = [problem for problem in problems if problem.code == code]
            refusals.append(Refusal(code, status, meaning, same, getattr(error, "retry_after", None)))
    return refusals
