"""Answers of pages: whole or in part, forms in a dialog, and what follows a deed."""

from collections.abc import Iterator
from contextlib import contextmanager
import hashlib
from http import HTTPStatus
import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HTMX_STOP_POLLING, HttpResponseClientRedirect

from portal.errors import PortalError
from portal.web.access import PageRequest

_CSRF_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def render_page(
    request: PageRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
    is_finished: bool = False,
) -> HttpResponse:
    """Render the page, or only its named part when htmx asked for that element.

    A part that polls itself stops when `is_finished` says that nothing will change any more.
    """
    if not (part and request.htmx and request.htmx.target == part):
        response = render(request, template, context, status=status)
    else:
        status = HTMX_STOP_POLLING if is_finished else status
        response = _unless_seen(request, render(request, f"{template}#{part}", context, status=status))
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _unless_seen(request: PageRequest, response: HttpResponse) -> HttpResponse:
    """The part, or 204 when the reader has it already: what did not change is not announced again."""
    digest = hashlib.sha256(_CSRF_TOKEN.sub(b"", response.content)).hexdigest()[:20]
    if response.status_code == HTTPStatus.OK and request.headers.get("X-Seen") == digest:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["X-Part"] = digest
    return response


def action_page(
    request: PageRequest, form: forms.Form, *, title: str, submit: str, back: str, **words: Any
) -> HttpResponse:
    """Ask for what a deed needs, or just whether it is meant: in a dialog, or on a page of its own.

    `lead` says what will happen, `is_danger` marks what stops a till or ends a payment. A form that was
    refused comes back as 422.
    """
    context = {"form": form, "title": title, "submit": submit, "back": back, **words}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and not form.is_valid() else HTTPStatus.OK
    return render_page(request, "action.html", context, part="dialog-content", status=status)


def done(request: PageRequest, url: str, message: str) -> HttpResponse:
    """Go on to a page that says what was done."""
    messages.success(request, message)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def not_done(request: PageRequest, url: str, message: str) -> HttpResponse:
    """Go back to a page that says why nothing was done."""
    messages.error(request, message)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@contextmanager
def refusals_in(form: forms.Form) -> Iterator[None]:
    """Show a service's refusal in the form that asked for the deed."""
    try:
        yield
    except PortalError as refusal:
        form.add_error(None, refusal.message)
