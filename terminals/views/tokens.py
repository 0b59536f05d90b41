"""The merchant's access token: its state, and what an administrator does about it."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.accounts.proof import requires_recent_authentication
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.forms import ConfirmForm, ReasonForm
from portal.web.pages import action_page, done, refusals_in, render_page
from terminals.forms import ResetTokenForm
from terminals.models import AccessToken
from terminals.services import access, till_calls, token_use
from terminals.words import terminals_go_on, terminals_stop

RECENT = 10


@require_safe
@page(Right.MANAGE_MERCHANT)
def detail(request: PageRequest) -> HttpResponse:
    tokens = token_use.with_last_use(AccessToken.objects.for_merchant(request.merchant)).order_by("-pk")[:RECENT]
    uses, now = token_use.by_terminal(request.merchant), clock.now()
    live = set(AccessToken.objects.for_merchant(request.merchant).live(now).values_list("lookup_id", flat=True))
    current = _current(request)
    context = {
        "current": current,
        "tokens": [(token, token.lookup_id in live) for token in tokens],
        "uses": uses,
        "has_live": bool(live),
        "stragglers": [use for use in uses if current and use.lookup_id != current.lookup_id],
        "is_enrolment_open": request.merchant.enrolment_ends_after(now),
        "refused": till_calls.refused_now(request.merchant, now=now),
    }
    return render_page(request, "merchants/token.html", context, part="tokens")


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def create(request: PageRequest) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            token = access.issue(merchant=request.merchant, by=request.user.actor)
            return _show(request, token)
    lead = "All the merchant's tills prove themselves with it. It is shown once."
    return action_page(request, form, title="Create an access token?", lead=lead, submit="Create", back=_url(request))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def reset(request: PageRequest) -> HttpResponse:
    current = _current(request)
    data = request.POST if request.method == "POST" else None
    form = ResetTokenForm(data, merchant=request.merchant, lookup_id=current.lookup_id if current else "")
    if form.is_valid():
        previous = current if form.cleaned_data.get("keeps_old") else None
        with refusals_in(form):
            token = access.reset(
                merchant=request.merchant,
                previous=previous,
                by=request.user.actor,
                now=clock.now(),
                reason=form.cleaned_data["reason"],
                seen=current.lookup_id if current else None,
            )
            return _show(request, token)
    count, hours = till_calls.selling(request.merchant), request.merchant.token_overlap // timedelta(hours=1)
    stops = terminals_go_on(count, hours) if hours else f"{terminals_stop(count)} The merchant has no overlap."
    lead = f"{stops} A till that stops sells again when it has the new token, which is shown once."
    return action_page(
        request, form, title="Reset the access token?", lead=lead, submit="Reset", back=_url(request), is_danger=True
    )


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def revoke(request: PageRequest, lookup_id: str) -> HttpResponse:
    token = get_object_or_404(AccessToken.objects.for_merchant(request.merchant), lookup_id=lookup_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            access.revoke(token=token, by=request.user.actor, now=clock.now(), reason=form.cleaned_data["reason"])
            return done(request, _url(request), f"Revoked the access token {token.lookup_id}.")
    title = f"Revoke the access token {token.lookup_id}?"
    count = till_calls.selling(request.merchant, lookup_id=token.lookup_id)
    lead = f"{terminals_stop(count)} Tills with this token are locked out at once, without an overlap and a new one."
    return action_page(request, form, title=title, lead=lead, submit="Revoke", back=_url(request), is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def open_enrolment(request: PageRequest) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            access.open_enrolment(merchant=request.merchant, by=request.user.actor, now=clock.now())
            return done(request, _url(request), "The enrolment window is open: let the till ask for its token now.")
    title = "Open the enrolment window?"
    lead = (
        "For a quarter of an hour, whoever asks first with the bioCode gets the access token of all your tills, "
        "without any proof; the bioCode is no secret. With it they can take and cancel payments and give money back up "
        "to the till's limit. Open the window only while somebody stands at the till, and look here who got the token."
    )
    return action_page(request, form, title=title, lead=lead, submit="Open", back=_url(request), is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def close_enrolment(request: PageRequest) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        access.close_enrolment(merchant=request.merchant, by=request.user.actor)
        return done(request, _url(request), "The enrolment window is closed.")
    lead = "No till gets a token without proof any more."
    title = "Close the enrolment window?"
    return action_page(request, form, title=title, lead=lead, submit="Close", back=_url(request))


def _show(request: PageRequest, token: str) -> HttpResponse:
    """The token's text, this once: in the answer itself, so that it is stored nowhere."""
    context = {"token": token, "back": _url(request)}
    return render_page(request, "merchants/new_token.html", context, part="dialog-content")


def _current(request: PageRequest) -> AccessToken | None:
    return AccessToken.objects.for_merchant(request.merchant).current().first()


def _url(request: PageRequest) -> str:
    return reverse("terminals:token", args=[request.merchant.pk])
