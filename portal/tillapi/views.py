"""What every endpoint of the till API shares."""

from collections.abc import Callable, Sequence
from functools import cache
import time
from typing import Any, ClassVar, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.errors import PortalError
from portal.tillapi import calls, errors, parameters, throttles
from portal.tillapi.errors import Problem
from portal.tillapi.negotiation import TillNegotiation
from portal.tillapi.parsers import FormParser, JsonParser, TextJsonParser, TextXmlParser, XmlParser
from portal.tillapi.renderers import RENDERERS


class TillView(APIView):
    """One endpoint: `Input` reads the parameters, `act` makes one service call, `Output` writes the answer.

    `model` is the answer's name in the contract, and its root element in XML. What is described of it is made by the
    same code: `sample` is something that `act` may give, `refusals` are what it may raise, each as an example.
    """

    model: ClassVar[str]
    Input: ClassVar[type[serializers.Serializer[Any]]] = serializers.Serializer
    Output: ClassVar[type[serializers.Serializer[Any]]] = serializers.Serializer
    takes_key: ClassVar[bool] = False
    is_read: ClassVar[bool] = False
    sample: ClassVar[Any] = None
    refusals: ClassVar[tuple[PortalError, ...]] = ()
    act: Callable[..., Any]

    content_negotiation_class = TillNegotiation
    parser_classes = (JsonParser, TextJsonParser, XmlParser, TextXmlParser, FormParser)
    permission_classes = ()
    renderer_classes = RENDERERS
    # HEAD and OPTIONS are out: a GET of this contract may move money, and HEAD would run it.
    http_method_names = ("get", "post", "delete")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = time.perf_counter()
        response = super().dispatch(request, *args, **kwargs)
        calls.record(request, response, is_read=self.is_read, seconds=time.perf_counter() - began)
        return response

    @classmethod
    def summary(cls) -> str:
        """What it does, for who reads no code."""
        return " ".join(str(cls.__doc__).replace("`", "").split())

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return errors.handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is not None:
            till = cast("Any", request.auth)
            throttles.count_call(token=till.token.lookup_id, merchant=till.merchant.bio_code)

    def respond(self, request: Request) -> Response:
        given = parameters.read(parameters.gather(request), _built(self.Input))
        if self.takes_key:
            given["idempotency_key"] = parameters.idempotency_key(request)
        calls.are_about(given)
        try:
            answer = self.done(self.act(request.auth, **given))
            calls.are_about(answer)
        finally:
            calls.came(request.auth)
        return Response(answer)

    def done(self, result: Any) -> dict[str, Any]:
        """The answer of a call that succeeded: its own members, and that nothing was wrong."""
        return {**_built(self.Output).to_representation(result), **_verdict([])}

    def envelope(self, problems: Sequence[Problem]) -> dict[str, Any]:
        """The answer of a failed call: its own members empty, and why."""
        own = dict.fromkeys(self.Output._declared_fields)  # noqa: SLF001 - DRF's only list of a form's members
        return {**own, **_verdict(problems)}

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class ReadingView(TillView):
    """An endpoint that changes nothing."""

    is_read = True

    def get(self, request: Request) -> Response:
        return self.respond(request)


class ChangingView(TillView):
    """An endpoint that changes something: POST is the documented form, GET the contract's old one."""

    def get(self, request: Request) -> Response:
        return self.respond(request)

    def post(self, request: Request) -> Response:
        return self.respond(request)


class MessageOutput(serializers.Serializer[Any]):
    """`message`: the new access token, or in a subclass a sentence about what was done."""

    message = serializers.CharField()


class UnknownEndpoint(TillView):
    """Answers every path the contract does not have."""

    model = "UnknownEndpointViewModel"
    authentication_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


@cache
def _built(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """One form for all calls: building one takes longer than all that is asked of it."""
    return form()


def _verdict(problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "success": not problems,
        "errors": [problem.message for problem in problems],
        "errorCodes": [problem.code for problem in problems],
    }
