"""One handler for every error of a till call: always the contract's envelope, never a stack trace."""

from collections.abc import Sequence
from dataclasses import dataclass
import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from portal.errors import PortalError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a stable snake_case word; `message` a sentence a cashier can be shown."""

    code: str
    message: str


class BadParameters(PortalError):
    """What the till sent cannot be used; every problem is named at once."""

    code = "parameters_invalid"
    status = status.HTTP_400_BAD_REQUEST

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = list(problems)


class TooManyCalls(PortalError):
    """There are more calls than one token, merchant or wrong guess at a token may make; nothing was done."""

    code = "too_many_calls"
    status = status.HTTP_429_TOO_MANY_REQUESTS
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("There are too many calls right now. Nothing was done; try again in a moment.")


FAILED = Problem("internal_error", "The portal failed. Ask for the payment's status before you try again.")

_FRAMEWORK_ERRORS: dict[type[Exception], tuple[str, str]] = {
    exceptions.MethodNotAllowed: ("method_not_allowed", "This address does not take this HTTP method."),
    exceptions.UnsupportedMediaType: (
        "unsupported_media_type",
        "The request must be JSON, XML or an HTML form.",
    ),
    SuspiciousOperation: ("request_unusable", "The request cannot be used: it has far too many parameters."),
    Http404: ("not_found", "There is no such address in this API."),
}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Give the contract's envelope for any exception raised while a till call was served."""
    view = context["view"]
    code, problems = read(error)
    till = getattr(context["request"]._request, "till", None)  # noqa: SLF001 - set once a till has proved itself
    if till is not None and till.merchant.answers_always_200:
        code = status.HTTP_200_OK
    response = Response(view.envelope(problems), status=code)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def read(error: Exception) -> tuple[int, list[Problem]]:
    """The HTTP status of an error, and what it says to a till."""
    if isinstance(error, BadParameters):
        return error.status, error.problems
    if isinstance(error, PortalError):
        return error.status, [Problem(error.code, error.message)]
    for kind, (code, message) in _FRAMEWORK_ERRORS.items():
        if isinstance(error, kind):
            return _status_of(error), [Problem(code, message)]
    logger.error("A till call failed unexpectedly", exc_info=error)
    return status.HTTP_500_INTERNAL_SERVER_ERROR, [FAILED]


def _status_of(error: Exception) -> int:
    if isinstance(error, exceptions.APIException):
        return error.status_code
    return status.HTTP_404_NOT_FOUND if isinstance(error, Http404) else status.HTTP_400_BAD_REQUEST
