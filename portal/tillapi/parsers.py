"""Reads a query string or request body into name and value pairs; a name may come twice, and is refused later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
import re
from typing import IO, Any, ClassVar
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from rest_framework import status
from rest_framework.parsers import BaseParser

from portal.errors import PortalError
from portal.tillapi import encodings
from portal.tillapi.errors import BadParameters, Problem

Pairs = list[tuple[str, Any]]

_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_UNDECODED = re.compile("[\ud800-\udfff]")


class BodyTooLarge(PortalError):
    """The request has more bytes than any till call can need; nothing was read of it."""

    code = "body_too_large"
    status = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__("The request is larger than any till call can be. Nothing was done.")


@dataclass(frozen=True, slots=True)
class Garbled:
    """Stands for a value whose bytes are not of the encoding that they should be in."""

    encoding: str


def query_pairs(query: str) -> Pairs:
    """The pairs of a query string as the web server hands it over: one character for each byte."""
    return _urlencoded(query.encode("latin-1").decode(errors="surrogateescape"), encodings.UTF8)


class _TillParser(BaseParser):
    kind: ClassVar[str]
    pairs: Callable[[bytes, str], Pairs]

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the body's name and value pairs in order."""
        del parser_context
        body = stream.read(settings.TILL_BODY_LIMIT + 1)
        if len(body) > settings.TILL_BODY_LIMIT:
            raise BodyTooLarge
        try:
            return self.pairs(body, encodings.charset_of(media_type or "")) if body.strip() else []
        except UnicodeDecodeError as error:
            sentence = "The request body is not in UTF-8: send it so, or name its charset in the Content-Type."
            raise BadParameters([Problem("body_unreadable", sentence)]) from error
        except (ValueError, RecursionError, ParseError, DefusedXmlException) as error:
            sentence = f"The request body is not readable {self.kind}."
            raise BadParameters([Problem("body_unreadable", sentence)]) from error


class JsonParser(_TillParser):
    media_type = "application/json"
    kind = "JSON with one object of names and texts"

    def pairs(self, body: bytes, charset: str) -> Pairs:
        text = body.decode(encodings.encoding_of(body, charset))
        # Numbers stay the text the till wrote: an amount never becomes a float.
        found = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_refuse_constant, object_pairs_hook=_JsonObject
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

    def pairs(self, body: bytes, charset: str) -> Pairs:
        declared = _XML_ENCODING.match(body)
        charset = charset or (declared[1].decode() if declared else "")
        root = fromstring(body.decode(encodings.encoding_of(body, charset)), forbid_dtd=True)
        return [(_local_name(element.tag), _text(element)) for element in root]


class TextXmlParser(XmlParser):
    media_type = "text/xml"


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: Any) -> Any:
    # An element with elements inside is as wrong as a JSON object where a text belongs.
    return list(element) or element.text


class FormParser(_TillParser):
    media_type = "application/x-www-form-urlencoded"
    kind = "form data"

    def pairs(self, body: bytes, charset: str) -> Pairs:
        encoding = encodings.encoding_of(body, charset)
        return _urlencoded(body.decode(encoding, errors="surrogateescape").strip(), encodings.for_escapes(encoding))


def _urlencoded(text: str, encoding: str) -> Pairs:
    if text.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        raise TooManyFieldsSent
    pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="surrogateescape")
    return [(name, Garbled(encoding) if _UNDECODED.search(value) else value) for name, value in pairs]
