"""Calls exactly as they stand on the wire, and what they leave behind."""

from collections.abc import Iterable
from dataclasses import dataclass
import json
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape

from django.db import connection
from django.test import Client

MODELS = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels.ViewModels"
OBJECTS = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_Models.MobilePay"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

Pairs = Iterable[tuple[str, Any]]

# One for all: building the middleware anew for every call would take longer than the call.
_client = Client(raise_request_exception=False)


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def xml(self) -> Element:
        return fromstring(self.content)  # noqa: S314 - our own answer

    @property
    def codes(self) -> list[str]:
        return self.json["errorCodes"]

    @property
    def sentences(self) -> list[str]:
        return self.json["errors"]


def call(
    method: str,
    path: str,
    *,
    token: str = "",
    query: str = "",
    body: bytes = b"",
    content_type: str = "",
    address: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send a request to a path such as `payment/start`, or to an absolute one such as `/qr/x.png`."""
    sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
    extra = {"QUERY_STRING": query, "REMOTE_ADDR": address, **({"CONTENT_TYPE": content_type} if content_type else {})}
    address = path if path.startswith("/") else f"/api/pos/{path}"
    if address.startswith("//"):
        extra["PATH_INFO"] = address  # which the client would take for the name of a host
    response = _client.generic(method, address, body, content_type or "text/plain", headers=sent, **extra)
    return Reply(response.status_code, response.content, response.headers)


def as_query(pairs: Pairs) -> dict[str, Any]:
    return {"query": urlencode(list(pairs))}


def as_form(pairs: Pairs) -> dict[str, Any]:
    return {"body": urlencode(list(pairs)).encode(), "content_type": "application/x-www-form-urlencoded"}


def as_json(pairs: Pairs) -> dict[str, Any]:
    members = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return {"body": f"{{{members}}}".encode(), "content_type": "application/json"}


def as_xml(pairs: Pairs) -> dict[str, Any]:
    members = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in pairs)
    return {"body": f"<call>{members}</call>".encode(), "content_type": "application/xml"}


BODIES = (as_json, as_form, as_xml)


# Who called and who was refused at the door: written whatever becomes of a call.
WHO_CALLED = {"terminals_lastcall", "terminals_refusedtill"}


def rows() -> dict[str, list[Any]]:
    """Everything that is stored, by table, but for who has called."""
    with connection.cursor() as cursor:
        stored = {}
        for table in sorted({*connection.introspection.table_names(cursor)} - WHO_CALLED):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database itself
            stored[table] = cursor.fetchall()
        return stored


def refusal(*, own: Iterable[str], code: str, sentence: str) -> dict[str, Any]:
    """The envelope of a call refused for one reason."""
    return {**dict.fromkeys(own), "success": False, "errors": [sentence], "errorCodes": [code]}
