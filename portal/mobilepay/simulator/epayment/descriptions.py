"""The calls as the network publishes them: what comes in must be what is described, in headers, query and body."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Any

from portal.mobilepay.simulator.core.calls import KEPT_HEADERS, Call
from portal.mobilepay.simulator.epayment import bodies
from portal.mobilepay.simulator.epayment.schemas import Members, Schema, Text, Wrong

ROOTS = ("/accesstoken/", "/epayment/", "/qr/", "/webhooks/", "/management/")


@dataclass(frozen=True)
class Header:
    schema: Schema
    is_required: bool = True


@dataclass(frozen=True)
class Description:
    """`path` has `{names}`; a body without a schema must be empty. Query names are read in lower case."""

    name: str
    method: str
    path: str
    headers: Mapping[str, Header]
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Members | None = None
    is_body_required: bool = True

    def matches(self, method: str, path: str) -> bool:
        return method == self.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", self.path), path) is not None


_MSN = Text(r"[0-9]{4,10}")
_GIVEN = Text(shortest=1)
_SYSTEM = {
    f"vipps-system-{name}": Header(Text(longest=30), is_required=False)
    for name in ("name", "version", "plugin-name", "plugin-version")
}
_KEYS = {"ocp-apim-subscription-key": Header(_GIVEN), "merchant-serial-number": Header(_MSN), **_SYSTEM}
_USUAL = {"authorization": Header(Text(r"Bearer \S+")), **_KEYS}
_KEYED = {**_USUAL, "idempotency-key": Header(Text(shortest=1, longest=50))}
# The key of a cancel is recommended in words and missing in the description.
_CANCEL = {**_USUAL, "idempotency-key": Header(Text(shortest=1, longest=50), is_required=False)}
_MANAGEMENT = {**_USUAL, "merchant-serial-number": Header(_MSN, is_required=False)}
_IMAGE: dict[str, Schema] = {
    "qrimageformat": Text(options=("PNG", "SVG")),
    "qrimagesize": Text(r"[1-9][0-9]{2}|1[0-9]{3}|2000"),
}
_PAYMENT = "/epayment/v1/payments/{reference}"
_CODE = "/qr/v1/merchant-callback/{merchant_qr_id}"
_STICKER = "/qr/v1/merchant-callback/mobilepay/{beacon_id}"
_WEBHOOKS = "/webhooks/v1/webhooks"

CALLS = (
    Description(
        "token", "POST", "/accesstoken/get", {"client_id": Header(_GIVEN), "client_secret": Header(_GIVEN), **_KEYS}
    ),
    Description("create", "POST", "/epayment/v1/payments", _KEYED, body=bodies.CREATE),
    Description("get", "GET", _PAYMENT, _USUAL),
    Description("events", "GET", f"{_PAYMENT}/events", _USUAL),
    Description("capture", "POST", f"{_PAYMENT}/capture", _KEYED, body=bodies.MODIFY),
    Description("refund", "POST", f"{_PAYMENT}/refund", _KEYED, body=bodies.MODIFY),
    Description("cancel", "POST", f"{_PAYMENT}/cancel", _CANCEL, body=bodies.CANCEL, is_body_required=False),
    Description(
        "force_approve",
        "POST",
        "/epayment/v1/test/payments/{reference}/approve",
        _USUAL,
        body=bodies.FORCE_APPROVE,
        is_body_required=False,
    ),
    Description("list_codes", "GET", "/qr/v1/merchant-callback", _USUAL, _IMAGE),
    Description("put_sticker", "PUT", _STICKER, _USUAL, body=bodies.STICKER),
    Description("get_code", "GET", _CODE, _USUAL, _IMAGE),
    Description("put_code", "PUT", _CODE, _USUAL, body=bodies.CALLBACK_CODE),
    Description("delete_code", "DELETE", _CODE, _USUAL),
    Description("list_webhooks", "GET", _WEBHOOKS, _USUAL),
    Description("register_webhook", "POST", _WEBHOOKS, _USUAL, body=bodies.WEBHOOK),
    Description("delete_webhook", "DELETE", f"{_WEBHOOKS}/{{webhook_id}}", _USUAL),
    Description("list_sales_units", "GET", "/management/v1/sales-units", _MANAGEMENT),
    Description("get_sales_unit", "GET", "/management/v1/sales-units/{msn}", _MANAGEMENT),
)


def violations(call: Call) -> list[str]:
    """What in a call that was noted is not as described; nothing for another network's.

    The log keeps no secrets: whether keys and tokens were there, the call's status tells.
    """
    if not call.path.startswith(ROOTS):
        return []
    described = next((each for each in CALLS if each.matches(call.method, call.path)), None)
    if described is None:
        return [f"{call.method} {call.path}: is not described"]
    headers = {name: value for name, value in described.headers.items() if name in KEPT_HEADERS}
    wrongs = [
        *wrong_headers(headers, call.headers),
        *wrong_query(described, call.query),
        *wrong_body(described, call.body, call.headers.get("content-type")),
    ]
    return [f"{call.method} {call.path}: {name} {reason}" for name, reason in wrongs]


def wrong_headers(described: Mapping[str, Header], given: Mapping[str, str]) -> Iterator[Wrong]:
    """What is wrong with headers, whose names are in lower case."""
    for name, header in described.items():
        if name in given:
            yield from header.schema.wrongs(given[name], name)
        elif header.is_required:
            yield name, "must be given"


def wrong_query(described: Description, given: Mapping[str, str]) -> Iterator[Wrong]:
    for name, value in given.items():
        schema = described.query.get(name.lower())
        if schema:
            yield from schema.wrongs(value, name)
        else:
            yield name, "is not known"


def wrong_body(described: Description, body: Any, content_type: str | None) -> Iterator[Wrong]:
    """What is wrong with a parsed body; None is an empty one."""
    if body is None:
        if described.body and described.is_body_required:
            yield "body", "must be given"
    elif described.body is None:
        yield "body", "must be empty"
    elif (content_type or "").partition(";")[0].strip().lower() != "application/json":
        yield "content-type", "must be application/json"
    else:
        yield from described.body.wrongs(body, "")
