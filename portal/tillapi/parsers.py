"""Reads a till's request body into name and value pairs; a name may come twice, and is refused later."""

from collections.abc import Callable, Mapping
import json
from typing import IO, Any, ClassVar
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from rest_framework import status
from rest_framework.parsers import BaseParser

from portal.errors import PortalError
from portal.tillapi.errors import BadParameters, Problem

Pairs = list[tuple[str, Any]]


class BodyTooLarge(PortalError):
    """The request has more bytes than any till call can need; nothing was read of it."""

    code = "body_too_large"
    status = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__("The request is larger than any till call can be. Nothing was done.")


class _TillParser(BaseParser):
    kind: ClassVar[str]
    pairs: Callable[[bytes], Pairs]

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the body's name and value pairs in order."""
        del media_type, parser_context
        body = stream.read(settings.TILL_BODY_LIMIT + 1)
        if len(body) > settings.TILL_BODY_LIMIT:
            raise BodyTooLarge
        try:
            return self.pairs(body) if body.strip() else []
        except (ValueError, RecursionError, ParseError, DefusedXmlException, LookupError) as error:
            problem = Problem("body_unreadable", f"The request body is not readable {self.kind}.")
            raise BadParameters([problem]) from error


class JsonParser(_TillParser):
    media_type = "application/json"
    kind = "JSON with one object of names and texts"

    def pairs(self, body: bytes) -> Pairs:
        # Numbers stay the text the till wrote: an amount never becomes a float.
        found = json.loads(
            body, parse_float=str, parse_int=str, parse_constant=_refuse_constant, object_pairs_hook=_JsonObject
        )
        if not isinstance(found, _JsonObject):
            raise ValueError("not an object")  # noqa: TRY004 - caught with the other unreadable bodies
        return list(found)


class TextJsonParser(JsonParser):
    media_type = "text/json"


class _JsonObject(list[tuple[str, Any]]):
    """The members of a JSON object in order, repeated names included."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class XmlParser(_TillParser):
    media_type = "application/xml"
    kind = "XML without a document type"

    def pairs(self, body: bytes) -> Pairs:
        root = fromstring(body, forbid_dtd=True)
        return [(_local_name(element.tag), _text(element)) for element in root]


class TextXmlParser(XmlParser):
    media_type = "text/xml"


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: Any) -> Any:
    # An element with elements inside is as wrong as a JSON object where a text belongs.
    return list(element) or (element.text or "").strip()


class FormParser(_TillParser):
    media_type = "application/x-www-form-urlencoded"
    kind = "form data in UTF-8"

    def pairs(self, body: bytes) -> Pairs:
        return list(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
