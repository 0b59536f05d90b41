"""Every call of the till API as it is to be shown: read from the endpoints, as the OpenAPI description is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from typing import Any

from django.urls import get_resolver
from rest_framework import serializers

from portal.tillapi import groups, refusals, samples
from portal.tillapi.examples import HOST, KEY, PROOF, TOKEN
from portal.tillapi.fields import StateField
from portal.tillapi.groups import Group
from portal.tillapi.members import MEANINGS
from portal.tillapi.parameters import KEY_HEADER
from portal.tillapi.paths import PREFIX
from portal.tillapi.refusals import Refusal
from portal.tillapi.views import TillView

_METHODS = ("POST", "GET", "DELETE")


@dataclass(frozen=True, slots=True)
class Parameter:
    """`rule` completes “it …”."""

    name: str
    is_required: bool
    meaning: str
    rule: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an answer, or of the object `within` it; `words` are all that it can say, with their meaning."""

    name: str
    within: str
    meaning: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    text: str


@dataclass(frozen=True)
class Call:
    """One path of the API; `path` is below `/api/pos/`."""

    path: str
    view: type[TillView]

    @property
    def methods(self) -> list[str]:
        """The preferred one first."""
        return [method for method in _METHODS if hasattr(self.view, method.lower())]

    @property
    def group(self) -> Group:
        return groups.of_path(self.path)

    @property
    def summary(self) -> str:
        return self.view.summary()

    @property
    def needs_proof(self) -> bool:
        return bool(self.view.authentication_classes)

    @cached_property
    def refusals(self) -> list[Refusal]:
        """What its most demanding method can be refused with, by HTTP status."""
        return sorted(refusals.of(self.view, self.methods[0]), key=lambda refusal: refusal.status)

    @cached_property
    def parameters(self) -> list[Parameter]:
        rules = refusals.rules_of(self.view)
        fields = self.view.Input().fields.items()
        return [Parameter(name, field.required, MEANINGS[name], rules[name]) for name, field in fields]

    @cached_property
    def members(self) -> list[Member]:
        """What its answer holds besides `success`, `errors` and `errorCodes`."""
        return list(_members(self.view.Output(), ""))

    @cached_property
    def requests(self) -> list[Sample]:
        """With the header first, then as tills sent it before there was one."""
        given = samples.parameters(self.view)
        shown = []
        if "POST" in self.methods:
            shown += [
                self._request("POST, JSON", "POST", "application/json", samples.as_json(given)),
                self._request("POST, XML", "POST", "application/xml", samples.as_xml(given)),
                self._request("POST, form", "POST", "application/x-www-form-urlencoded", samples.as_form(given)),
            ]
        else:
            shown.append(self._request("GET", "GET", query=given))
        proof = PROOF if self.needs_proof else {}
        shown.append(self._request("GET, the old form", "GET", query={**proof, **given}, has_header=False))
        return shown

    @cached_property
    def answers(self) -> list[Sample]:
        return self._answers("", samples.done(self.view))

    @cached_property
    def refused(self) -> list[Sample]:
        """One refusal in full: the others differ in status, words and sentences alone."""
        shown = self.refusals[0]
        status = f"{shown.status} {HTTPStatus(shown.status).phrase}, "
        return self._answers(status, samples.refused(self.view, shown.problems))

    def _answers(self, status: str, answer: dict[str, object]) -> list[Sample]:
        return [
            Sample(f"{status}JSON", samples.answer_in_json(answer)),
            Sample(f"{status}XML", samples.answer_in_xml(self.view, answer)),
        ]

    def _request(
        self,
        name: str,
        method: str,
        content_type: str = "",
        body: str = "",
        *,
        query: dict[str, str] | None = None,
        has_header: bool = True,
    ) -> Sample:
        address = f"{PREFIX}/{self.path}" + (f"?{samples.as_form(query)}" if query else "")
        lines = [f"{method} {address} HTTP/1.1", f"Host: {HOST}"]
        if has_header and self.needs_proof:
            lines.append(f"Authorization: Bearer {TOKEN}")
        if self.view.takes_key and method == "POST":
            lines.append(f"{KEY_HEADER}: {KEY}")
        if body:
            lines += [f"Content-Type: {content_type}", "", body]
        return Sample(name, "\n".join(lines))


@cache
def calls() -> tuple[Call, ...]:
    """All calls, group by group."""
    patterns = [each for resolver in get_resolver().url_patterns for each in getattr(resolver, "url_patterns", ())]
    views: list[tuple[str, Any]] = [(str(each.pattern), getattr(each.callback, "cls", None)) for each in patterns]
    found = [Call(path, view) for path, view in views if isinstance(view, type) and issubclass(view, TillView)]
    return tuple(sorted(found, key=lambda call: groups.GROUPS.index(call.group)))


def words_of(found: Iterable[Call]) -> tuple[tuple[str, str], ...]:
    """The words for how the things of these calls stand, with their meaning."""
    return next((member.words for call in found for member in call.members if member.words), ())


def _members(form: serializers.Serializer[object], within: str) -> Iterator[Member]:
    for name, field in form.fields.items():
        words = tuple(field.choices.items()) if isinstance(field, StateField) else ()
        yield Member(name, within, MEANINGS[name], words)
        if isinstance(field, serializers.Serializer):
            yield from _members(field, name)
