"""Pages of a merchant's rules for refunds in one currency, and of what somebody wants to loosen about them."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.accounts.proof import requires_recent_authentication
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.forms import ConfirmForm, ReasonForm
from portal.web.pages import action_page, done, refusals_in
from refunds.forms import PolicyForm
from refunds.models import Policy, PolicyChange
from refunds.services import policy_changes, rules


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def change(request: PageRequest, currency: str) -> HttpResponse:
    if currency not in request.merchant.currencies:
        raise Http404
    form = PolicyForm(_sent(request), policy=Policy.objects.current(request.merchant, currency))
    if form.is_valid():
        with refusals_in(form):
            waiting = policy_changes.change(
                merchant=request.merchant, currency=currency, by=request.user, now=clock.now(), **form.rules
            )
            return done(request, _back(request), _saved(waiting))
    lead = "What is stricter holds at once. What lets more through waits for another administrator, or for a day."
    if PolicyChange.objects.for_merchant(request.merchant).waiting().filter(policy__currency=currency).exists():
        lead += " A change waits already: what you save replaces it."
    return action_page(
        request, form, title=f"Rules for refunds in {currency}", lead=lead, submit="Save", back=_back(request)
    )


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def confirm(request: PageRequest, change_id: int) -> HttpResponse:
    change, form, now = _load(request, change_id), ConfirmForm(_sent(request)), clock.now()
    if form.is_valid():
        with refusals_in(form):
            policy_changes.confirm(change=change, by=request.user, now=now)
            return done(request, _back(request), "Confirmed. The rules hold for what is asked for from now on.")
    no = policy_changes.why_not_confirm(change=change, by=request.user, now=now)
    lead = no or "More goes back with less approval from then on. All administrators and approvers get a letter."
    return _decide(
        request, form, change, title="Loosen the rules for refunds?", submit="" if no else "Confirm", lead=lead
    )


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def decline(request: PageRequest, change_id: int) -> HttpResponse:
    change, form = _load(request, change_id), ReasonForm(_sent(request))
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            policy_changes.decline(change=change, reason=reason, by=request.user, now=clock.now())
            return done(request, _back(request), "Declined. The rules stay as they are.")
    no = policy_changes.why_not_decline(change=change, by=request.user)
    title, submit = "Keep the rules for refunds as they are?", "" if no else "Decline"
    return _decide(request, form, change, title=title, submit=submit, lead=no or "Whoever asked reads your reason.")


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def withdraw(request: PageRequest, change_id: int) -> HttpResponse:
    change, form = _load(request, change_id), ConfirmForm(_sent(request))
    if form.is_valid():
        with refusals_in(form):
            policy_changes.withdraw(change=change, by=request.user, now=clock.now())
            return done(request, _back(request), "Withdrawn. The rules stay as they are.")
    no = policy_changes.why_not_withdraw(change=change, by=request.user)
    title, submit = "Withdraw what you asked for?", "" if no else "Withdraw"
    return _decide(request, form, change, title=title, submit=submit, lead=no or "The rules stay as they are.")


def _load(request: PageRequest, change_id: int) -> PolicyChange:
    of_merchant = PolicyChange.objects.for_merchant(request.merchant)
    found: PolicyChange = get_object_or_404(of_merchant.with_names(), pk=change_id)
    return found


def _decide(request: PageRequest, form: Form, change: PolicyChange, **words: Any) -> HttpResponse:
    """Ask whether it is meant, beside what was asked for."""
    facts = [(line.label, line.change) for line in rules.lines(change)]
    facts.append(("Asked by", change.requester.name))
    return action_page(request, form, back=_back(request), facts=facts, **words)


def _saved(waiting: PolicyChange | None) -> str:
    if waiting is None:
        return "Saved the rules for refunds. They hold for what is asked for from now on."
    until = "for a day" if waiting.takes_effect_at else "until another administrator confirms it"
    return f"Saved. What is stricter holds at once; what lets more through waits {until}."


def _back(request: PageRequest) -> str:
    return reverse("terminals:merchant", args=[request.merchant.pk])


def _sent(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None
