"""The till API explained, for whoever programs a till: public, like the API's description, and without JavaScript."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.tillapi import catalogue, refusals
from portal.tillapi.examples import TOKEN


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The three groups with their flows, their calls and their words."""
    groups = [(group, list(calls)) for group, calls in groupby(catalogue.calls(), lambda call: call.group)]
    context = {
        "groups": [(group, calls, catalogue.words_of(calls)) for group, calls in groups],
        "anywhere": refusals.anywhere(),
        "token": TOKEN,
    }
    return render(request, "help/index.html", context)


@require_safe
def call(request: HttpRequest, call: str) -> HttpResponse:
    """One path with its parameters, samples and refusals."""
    found = next((each for each in catalogue.calls() if each.path == call), None)
    if found is None:
        raise Http404
    return render(request, "help/call.html", {"call": found})


@require_safe
def old_gateway(request: HttpRequest) -> HttpResponse:
    """What is different for a till that knows the gateway whose contract this is."""
    return render(request, "help/old_gateway.html")
