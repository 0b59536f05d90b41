"""Writes a till's answer as JSON or as the contract's XML."""

from collections.abc import Mapping
import json
import re
from typing import Any
from xml.sax.saxutils import escape

from rest_framework.renderers import BaseRenderer

_MODEL_NAMESPACE = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels.ViewModels"
_OBJECT_NAMESPACE = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_Models.MobilePay"
_LIST_NAMESPACE = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
_INSTANCE_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
# XML 1.0 cannot carry these, not even escaped.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENVELOPE = ("errorCodes", "errors", "success")


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    # Needless by JSON's own rules, but some tills read Latin-1 where nothing is said.
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        del accepted_media_type, renderer_context
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


class TextJsonRenderer(JsonRenderer):
    media_type = "text/json"


class XmlRenderer(BaseRenderer):
    """Root element named after the answer's model; the rest as the contract orders it."""

    media_type = "application/xml"
    format = "xml"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        del accepted_media_type
        root = (renderer_context or {})["view"].model
        own = sorted(name for name in data if name not in _ENVELOPE)
        members = "".join(_member(name, data[name]) for name in (*_ENVELOPE, *own))
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<{root} xmlns="{_MODEL_NAMESPACE}" xmlns:i="{_INSTANCE_NAMESPACE}">{members}</{root}>'
        ).encode()


class TextXmlRenderer(XmlRenderer):
    media_type = "text/xml"


def _member(name: str, value: Any, prefix: str = "") -> str:
    tag = f"{prefix}{name}"
    if value is None:
        return f'<{tag} i:nil="true"/>'
    if isinstance(value, Mapping):
        inner = "".join(_member(each, value[each], "b:") for each in sorted(value))
        return f'<{tag} xmlns:b="{_OBJECT_NAMESPACE}">{inner}</{tag}>'
    if isinstance(value, list):
        items = "".join(f"<a:string>{_text(item)}</a:string>" for item in value)
        return f'<{tag} xmlns:a="{_LIST_NAMESPACE}">{items}</{tag}>'
    if isinstance(value, bool):
        return f"<{tag}>{str(value).lower()}</{tag}>"
    return f"<{tag}>{_text(value)}</{tag}>"


def _text(value: Any) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", str(value)), {"\r": "&#13;"})


RENDERERS = (JsonRenderer, TextJsonRenderer, XmlRenderer, TextXmlRenderer)
