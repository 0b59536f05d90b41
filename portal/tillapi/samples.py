"""Calls and answers to show, each written by the code that reads and writes the real ones."""

from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from portal.tillapi.errors import Problem
from portal.tillapi.examples import PARAMETERS
from portal.tillapi.renderers import JsonRenderer, XmlRenderer
from portal.tillapi.views import TillView


def parameters(view: type[TillView]) -> dict[str, str]:
    """What a call gives."""
    names: list[str] = list(view.Input().fields)
    return {name: PARAMETERS[name] for name in names}


def as_json(given: dict[str, str]) -> str:
    return JsonRenderer().render(given).decode()


def as_form(given: dict[str, str]) -> str:
    return urlencode(given)


def as_xml(given: dict[str, str]) -> str:
    members = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in given.items())
    return f"<call>{members}</call>"


def done(view: type[TillView]) -> dict[str, Any]:
    """The answer of a call that succeeds."""
    return view().done(view.sample)


def refused(view: type[TillView], problems: list[Problem]) -> dict[str, Any]:
    """The answer of a call that was refused."""
    return view().envelope(problems)


def answer_in_json(answer: dict[str, Any]) -> str:
    return JsonRenderer().render(answer).decode()


def answer_in_xml(view: type[TillView], answer: dict[str, Any]) -> str:
    return XmlRenderer().render(answer, renderer_context={"view": view}).decode()
