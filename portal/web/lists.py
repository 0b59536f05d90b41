"""What all lists do: addresses that hold only what is set, and a way back to what was asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.web.access import PageRequest
from portal.web.pages import render_page

_KEY = "asked_of_lists"


def render_list(
    request: PageRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str | None = None,
    is_finished: bool = False,
) -> HttpResponse:
    """Render a list; whoever opens one of its rows finds back to it as it was asked for.

    An address with more in it than is asked for leads to the same list without that.
    """
    if request.htmx:
        return render_page(request, template, context, part=part, is_finished=is_finished)
    asked = _only_what_is_set(request, context.get("filter"))
    if asked != request.GET.urlencode():
        return redirect(f"{request.path}?{asked}" if asked else request.path)
    _remember(request, asked)
    return render_page(request, template, context)


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The list of that name, as the reader last asked for it."""
    path = reverse(name, args=args)
    asked = request.session.get(_KEY, {}).get(path, "")
    return f"{path}?{asked}" if asked else path


def _remember(request: HttpRequest, asked: str) -> None:
    questions = request.session.get(_KEY, {})
    if questions.get(request.path, "") != asked:
        others = {path: question for path, question in questions.items() if path != request.path}
        request.session[_KEY] = {**others, request.path: asked} if asked else others


def _only_what_is_set(request: HttpRequest, asked: Any) -> str:
    """The address's question without what is empty and what is so anyway."""
    usual = asked.usual if asked is not None else {}
    question = request.GET.copy()
    for name in request.GET:
        value = str(request.GET[name])
        if not value.strip() or usual.get(name) == value:
            del question[name]
    return question.urlencode()
