"""Whatever others have written stands in a <bdi> of its own: words from right to left move nothing around them."""

from collections.abc import Iterator
from pathlib import Path
import re

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
# By these names the pages know what people, the network and tills have written.
WORDS = {
    *("name", "called", "actor", "who", "requester", "first_approver", "second_approver", "reviewer", "email"),
    *("note", "cause", "problem", "answer", "value", "order_id", "refund_order_id"),
    *("street", "city", "brand_name"),
}
# Names that the portal has given itself: the facts' of the audit log, a currency's, an element's.
OURS = {
    "allauth/elements/button.html": {"attrs.name", "attrs.value"},
    "audit/list.html": {"name"},
    "dashboard/tables.html": {"name"},
    "403.html": {"missing.right.value"},
}
_PIECE = re.compile(
    r"\{\{(?P<shown>.*?)\}\}|\{%.*?%\}|\{#.*?#\}|(?P<tag></?[a-zA-Z])|(?P<end>>)|(?P<quote>\")", re.DOTALL
)
_NO_PLACE_FOR_ELEMENTS = re.compile(
    r"\{% block title %\}.*?\{% endblock title %\}|<title>.*?</title>|<textarea.*?</textarea>", re.DOTALL
)


def shown_as_text(source: str) -> Iterator[str]:
    """The expressions that a template shows between its elements, not within one."""
    is_in_tag = False
    for piece in _PIECE.finditer(_NO_PLACE_FOR_ELEMENTS.sub("", source)):
        if piece["tag"]:
            is_in_tag = True
        elif piece["end"]:
            is_in_tag = False
        elif piece["shown"] and not is_in_tag:
            yield piece["shown"].strip()


def bare(name: str, source: str) -> list[str]:
    """Words of others without an element of their own."""
    ours = OURS.get(name, set())
    found = []
    for shown in shown_as_text(source):
        value, *filters = shown.split("|")
        if value.rpartition(".")[2] in WORDS and value not in ours and filters[-1:] != ["bdi"]:
            found.append(shown)
    return found


# The help pages tell of the API alone.
@pytest.mark.parametrize(
    "path",
    sorted(set(TEMPLATES.rglob("*.html")) - set(TEMPLATES.glob("help/*"))),
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_words_of_others_have_an_element_of_their_own(path):
    assert bare(str(path.relative_to(TEMPLATES)), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ store.name }}</p>", ["store.name"]),
        ("<p>{{ store.name|bdi }}</p>", []),
        ('<p>{{ each.requester.name|default:"a till" }}</p>', ['each.requester.name|default:"a till"']),
        ('<img alt="{{ store.name }}"><p>{{ amount }}</p>', []),
        ("<title>{{ store.name }}</title>", []),
        ("{% block title %}{{ store.name }}{% endblock title %}", []),
        ('<a href="{% url "x" store.pk %}">{{ store.name }}</a>', ["store.name"]),
        ('<b {% if a > b %}class="x"{% endif %}>{{ note }}</b>', ["note"]),
    ],
)
def test_the_search_finds_bare_words_and_nothing_else(source, found):
    assert bare("any.html", source) == found
