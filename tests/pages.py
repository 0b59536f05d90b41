"""What somebody reads on a page: its HTML as a tree, and the words in it."""

from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

from django.http import HttpResponse

_VOID = {"br", "hr", "img", "input", "link", "meta", "progress"}
# These stand on lines of their own, so a space comes between them and what is before.
_APART = {"br", "small"}


class _Reader(HTMLParser):
    """Builds a tree and fails on tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in _APART:
            self.builder.data(" ")
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag) if tag in _VOID else self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag):
        if tag not in _VOID:
            assert self.open.pop() == tag
            self.builder.end(tag)

    def handle_data(self, data):
        self.builder.data(data)


def tree(response: HttpResponse) -> Element:
    reader = _Reader()
    reader.builder.start("root", {})
    reader.feed(response.content.decode())
    reader.close()
    assert reader.open == []
    reader.builder.end("root")
    return reader.builder.close()


def words(element: Element) -> str:
    """The text of an element, with all white space, hard spaces too, made one space."""
    return " ".join("".join(element.itertext()).split())


def all_of(response: HttpResponse, path: str, kind: str = "") -> list[Element]:
    """The elements at an ElementTree path that have the class, if one is named."""
    return [each for each in tree(response).iterfind(f".//{path}") if not kind or kind in each.get("class", "").split()]


def one(response: HttpResponse, path: str, kind: str = "") -> Element:
    [found] = all_of(response, path, kind)
    return found


def said(response: HttpResponse, path: str, kind: str = "") -> list[str]:
    return [words(each) for each in all_of(response, path, kind)]


def table(response: HttpResponse) -> list[list[str]]:
    """The cells of a page's tables, row by row, without the headings."""
    return [[words(cell) for cell in row.iterfind("td")] for row in tree(response).iterfind(".//tbody/tr")]


def column(response: HttpResponse, place: int) -> list[str]:
    return [row[place] for row in table(response)]


def errors(response: HttpResponse) -> list[str]:
    """What a form says is wrong, beside its fields and above them."""
    alerts = [each for each in tree(response).iter() if each.get("role") == "alert"]
    return [words(each) for each in alerts] + said(response, "span", "error")


def toasts(response: HttpResponse) -> list[str]:
    return said(response, "div[@data-toast]")


def buttons(response: HttpResponse) -> list[str]:
    """What can be pressed in the content of a page; what is disabled stands in brackets."""
    main = one(response, "main")
    found = [each for each in main.iter() if "button" in each.get("class", "").split()]
    return [f"({words(each)})" if "disabled" in each.attrib else words(each) for each in found]


def facts(response: HttpResponse) -> dict[str, str]:
    """The names and values of a page's lists of facts."""
    names, values = said(response, "dl[@class='facts']/dt"), said(response, "dl[@class='facts']/dd")
    return dict(zip(names, values, strict=True))


def value_of(response: HttpResponse, field: str) -> str:
    """What stands in a form's field."""
    [found] = [each for each in tree(response).iter() if each.get("name") == field]
    return found.get("value", "")


def options(response: HttpResponse, field: str) -> list[str]:
    return said(response, f"select[@name='{field}']/option")


def filled(response: HttpResponse, **fields: Any) -> dict[str, Any]:
    """What a form sends as it stands on the page, with these fields filled in anew; None leaves one out."""
    sent: dict[str, Any] = {}
    for each in tree(response).iter("input"):
        if each.get("type") != "checkbox":
            sent[each.get("name", "")] = each.get("value", "")
        elif "checked" in each.attrib:
            sent.setdefault(each.get("name", ""), []).append(each.get("value", "on"))
    for each in tree(response).iter("select"):
        sent[each.get("name", "")] = [option.get("value") for option in each if "selected" in option.attrib]
    sent.pop("csrfmiddlewaretoken")
    # The field that finds anything stands on every page, in a form of its own.
    sent.pop("for", None)
    return {name: value for name, value in {**sent, **fields}.items() if value is not None}
