"""Describes the till API for OpenAPI: what each call takes and gives, what it is refused with, and samples of both."""

from functools import cache, cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from portal.tillapi import groups, refusals, samples
from portal.tillapi.examples import PARAMETERS
from portal.tillapi.members import MEANINGS
from portal.tillapi.parameters import KEY_HEADER, KEY_PATTERN
from portal.tillapi.refusals import Refusal
from portal.tillapi.views import MessageOutput, TillView

JSON, FORM, XML = "application/json", "application/x-www-form-urlencoded", "application/xml"
# The header, which is preferred; else the old contract's parameters.
PROOF: list[dict[str, list[str]]] = [{"bearer": []}, {"accessToken": [], "bioCode": []}]
RETRY, _RETRY = "Retry-After", "After so many seconds it makes sense to ask again."
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

    @cached_property
    def refusals(self) -> list[tuple[int, list[Refusal]]]:
        """By HTTP status, lowest first."""
        found = sorted(refusals.of(type(self.endpoint), self.method), key=attrgetter("status"))
        return [(status, list(same)) for status, same in groupby(found, attrgetter("status"))]

    def get_tags(self) -> list[str]:
        return [groups.of_path("/".join(self.path.split("/")[3:])).name]

    def get_operation_id(self) -> str:
        return "_".join([self.method.lower(), *self.path.split("/")[3:]])

    def get_summary(self) -> str:
        return self.endpoint.summary()

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own signature
        is_old_form = self.method == "GET" and hasattr(self.view, "post")
        return "The old form of the POST on the same path: prefer that one." if is_old_form else ""

    def get_auth(self) -> list[dict[str, Any]]:
        return PROOF if self.endpoint.authentication_classes else [{}]

    def get_override_parameters(self) -> Any:
        waits = [status for status, same in self.refusals if any(refusal.retry_after for refusal in same)]
        header = OpenApiParameter(
            RETRY, {"type": "integer"}, OpenApiParameter.HEADER, response=waits, description=_RETRY
        )
        if self.method == "POST":
            return [_KEY, header] if self.endpoint.takes_key else [header]
        return [self.endpoint.Input, header] if self.endpoint.Input().fields else [header]

    def get_request_serializer(self) -> Any:
        return self.endpoint.Input if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        # Several calls answer with one model: their sentences differ, its shape does not.
        output = MessageOutput if issubclass(self.endpoint.Output, MessageOutput) else self.endpoint.Output
        answer = OpenApiResponse(_envelope(self.endpoint.model, output), "It is done.")
        refused = {status: OpenApiResponse(self._refusal(same), _meanings(same)) for status, same in self.refusals}
        return {200: answer} | refused

    def get_examples(self) -> list[OpenApiExample]:
        view = type(self.endpoint)
        shown = self._answer("Done", samples.done(view), 200)
        for status, same in self.refusals:
            shown += self._answer(same[0].code, samples.refused(view, same[0].problems), status)
        return [*self._calls(view), *shown] if self.method == "POST" else shown

    def map_parsers(self) -> list[str]:
        return [JSON, FORM, XML]

    def map_renderers(self, _attribute: str) -> list[str]:
        return [JSON, XML]

    def _calls(self, view: type[TillView]) -> list[OpenApiExample]:
        given = samples.parameters(view)
        written = {JSON: given, FORM: given, XML: samples.as_xml(given)}
        return [OpenApiExample("Call", call, request_only=True, media_type=kind) for kind, call in written.items()]

    def _answer(self, name: str, answer: dict[str, Any], status: int) -> list[OpenApiExample]:
        written = {JSON: answer, XML: samples.answer_in_xml(type(self.endpoint), answer)}
        return [
            OpenApiExample(name, value, response_only=True, status_codes=[str(status)], media_type=kind)
            for kind, value in written.items()
        ]

    def _refusal(self, same: list[Refusal]) -> dict[str, Any]:
        """The envelope without its own members, and with these codes alone."""
        codes = {"type": "string", "enum": sorted({refusal.code for refusal in same})}
        own: list[str] = list(self.endpoint.Output().fields)
        nothing = {name: {"type": "string", "nullable": True, "enum": [None]} for name in own}
        members = {**nothing, "errorCodes": {"type": "array", "items": codes}}
        narrowed = {"type": "object", "properties": members, "required": [*own, "errorCodes"]}
        return {"allOf": [_ref("Refusal"), narrowed]}


def complete(result: Any, **_context: Any) -> Any:
    """Add what no single call knows: the groups, the proof in a body, what each name means; say once what is alike."""
    result["tags"] = [{"name": group.name, "description": group.markdown} for group in groups.GROUPS]
    schemas = result["components"]["schemas"]
    schemas["Refusal"] = _REFUSAL
    schemas["Proof"] = _PROOF
    responses: dict[str, Any] = {}
    for path in result["paths"].values():
        for operation in path.values():
            _complete(operation)
            for status, response in operation["responses"].items():
                if status != "200":
                    # Which codes there are stands with JSON, once.
                    response["content"][XML]["schema"] = _ref("Refusal")
                operation["responses"][status] = _shared(responses, f"{operation['operationId']}_{status}", response)
    result["components"]["responses"] = responses
    for name, schema in schemas.items():
        _explain(name, schema)
    return result


def _complete(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            parameter["description"] = MEANINGS[parameter["name"]]
            parameter["example"] = PARAMETERS[parameter["name"]]
    if "requestBody" in operation and operation["security"] == PROOF:
        for content in operation["requestBody"]["content"].values():
            content["schema"] = {"allOf": [content["schema"], _ref("Proof")]}


def _shared(responses: dict[str, Any], name: str, response: dict[str, Any]) -> dict[str, str]:
    """A reference to the response, among those that several calls share."""
    known = next((each for each, said in responses.items() if said == response), name)
    responses[known] = response
    return {"$ref": f"#/components/responses/{known}"}


def _explain(name: str, schema: dict[str, Any]) -> None:
    """Say what each member is; a reference stands alone by OpenAPI's rules, and is wrapped for that."""
    if name.endswith("Input") or name == "CurrencyCodeEnum":
        # Words for who reads the code, or the codes once more.
        schema.pop("description", None)
    for each, member in schema.get("properties", {}).items():
        if "$ref" in member:
            member["allOf"] = [{"$ref": member.pop("$ref")}]
        member["description"] = MEANINGS[each]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _meanings(same: list[Refusal]) -> str:
    return "\n".join(f"- `{refusal.code}`: {refusal.meaning}" for refusal in same)


_SENTENCES = {"type": "array", "items": {"type": "string"}}
_REFUSAL = {
    "type": "object",
    "description": "What every refused call is answered: its own members are null.",
    "properties": {
        "success": {"type": "boolean", "enum": [False]},
        "errors": {**_SENTENCES, "minItems": 1},
        "errorCodes": {**_SENTENCES, "minItems": 1},
    },
    "required": ["success", "errors", "errorCodes"],
}
_PROOF = {
    "type": "object",
    "description": "How tills proved themselves before there was a header for it. Prefer the header.",
    "properties": {"accessToken": {"type": "string"}, "bioCode": {"type": "string"}},
}


@cache
def _envelope(name: str, output: type[serializers.Serializer[Any]]) -> Any:
    own: dict[str, Any] = dict(output().fields)
    verdict: dict[str, Any] = {
        "success": serializers.BooleanField(),
        "errors": serializers.ListField(child=serializers.CharField(), max_length=0),
        "errorCodes": serializers.ListField(child=serializers.CharField(), max_length=0),
    }
    return inline_serializer(name, own | verdict)
