"""Describes the till API for OpenAPI: parameters, the answer's envelope, and how to prove oneself."""

from functools import cache
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from portal.tillapi import examples
from portal.tillapi.parameters import KEY_HEADER, KEY_PATTERN
from portal.tillapi.views import TillView

_REFUSALS = {
    400: "A parameter is missing or wrong.",
    401: "The merchant or the access token is not valid.",
    403: "The token may not do this.",
    404: "The merchant has no such thing.",
    409: "The state of the payment, refund or point of sale forbids it.",
    413: "The request is too large.",
    429: "Too many calls; wait as long as Retry-After says.",
    502: "MobilePay refused for a reason that a till cannot mend.",
    503: "MobilePay did not answer; the outcome is not known yet. Ask again after Retry-After.",
}
_KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
    OpenApiParameter.HEADER,
    description="1 to 64 visible characters of the till's own: the same key is the same call.",
)


class TillSchema(AutoSchema):
    """GET and DELETE take parameters in the address, POST in the body; every answer is an envelope."""

    @property
    def endpoint(self) -> TillView:
        return cast("TillView", self.view)

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3].removesuffix("s")]

    def get_operation_id(self) -> str:
        return "_".join([self.method.lower(), *self.path.split("/")[3:]])

    def get_summary(self) -> str:
        return " ".join(str(type(self.view).__doc__).split())

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own signature
        is_old_form = self.method == "GET" and hasattr(self.view, "post")
        return "The old form of the POST on the same path: prefer that one." if is_old_form else ""

    def get_auth(self) -> list[dict[str, Any]]:
        return [{"accessToken": []}] if self.endpoint.authentication_classes else [{}]

    def get_override_parameters(self) -> Any:
        if self.method == "POST":
            return [_KEY] if self.endpoint.takes_key else []
        return [self.endpoint.Input] if self.endpoint.Input().fields else []

    def get_request_serializer(self) -> Any:
        return self.endpoint.Input if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        answer = _envelope(self.endpoint.model, self.endpoint.Output)
        refusal = _envelope("Refusal", serializers.Serializer)
        return {200: answer} | {code: OpenApiResponse(refusal, text) for code, text in _REFUSALS.items()}

    def get_examples(self) -> list[OpenApiExample]:
        output, path = self.endpoint.Output(), "/".join(self.path.split("/")[3:])
        done, refused = examples.answer(output, path), examples.refusal(output)
        answers = [
            OpenApiExample("Done", done, response_only=True, status_codes=["200"]),
            OpenApiExample("Refused", refused, response_only=True, status_codes=["404"]),
        ]
        call = OpenApiExample("Call", examples.call(self.endpoint.Input()), request_only=True)
        return [call, *answers] if self.method == "POST" else answers

    def map_parsers(self) -> list[str]:
        return ["application/json", "application/x-www-form-urlencoded", "application/xml"]

    def map_renderers(self, _attribute: str) -> list[str]:
        return ["application/json", "application/xml"]


@cache
def _envelope(name: str, output: type[serializers.Serializer[Any]]) -> Any:
    verdict: dict[str, Any] = {
        "success": serializers.BooleanField(),
        "errors": serializers.ListField(child=serializers.CharField(help_text="A sentence fit for a cashier.")),
        "errorCodes": serializers.ListField(child=serializers.CharField(help_text="A stable word, same order.")),
    }
    own: dict[str, Any] = dict(output().fields)
    return inline_serializer(name, own | verdict)
