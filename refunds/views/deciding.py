"""What people do about refunds: ask for one, approve or decline it, withdraw it, review an emergency."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from payments.models import Payment
from portal import clock
from portal.accounts.proof import requires_recent_authentication
from portal.audit.actions import Action
from portal.audit.models import Entry
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.forms import ReasonForm
from portal.web.pages import action_page, done, refusals_in
from portal.web.templatetags.portal import money
from refunds.filters import MINE
from refunds.forms import ApproveForm, ApproveInEmergencyForm, AskForm, ReviewForm
from refunds.models import Refund
from refunds.services import approvals, requests, risk_flags
from refunds.views.pages import load, url


@require_http_methods(["GET", "POST"])
@page(Right.ASK_FOR_REFUNDS)
def ask(request: PageRequest, payment_id: UUID) -> HttpResponse:
    visible = Payment.objects.visible_to(request.user).for_merchant(request.merchant)
    payment: Payment = get_object_or_404(visible.whole().with_names(), pk=payment_id)
    form = AskForm(_sent(request), payment=payment)
    if form.is_valid():
        with refusals_in(form):
            refund = requests.ask(payment=payment, requester=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, url(refund), _asked(refund))
    no = requests.why_not_ask(payment=payment, now=clock.now())
    left = f"{money(payment.refundable)} of {money(payment.captured)} can still be given back."
    return action_page(
        request,
        form,
        title=f"Refund order {payment.order_id}",
        lead=no or f"{left} What you ask for cannot be changed afterwards.",
        submit="" if no else "Ask for the refund",
        back=reverse("payments:detail", args=[request.merchant.pk, payment.pk]),
    )


@require_http_methods(["GET", "POST"])
@page(Right.APPROVE_REFUNDS)
@requires_recent_authentication
def approve(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    form = ApproveForm(_sent(request), refund=refund)
    if form.is_valid():
        with refusals_in(form):
            refund = approvals.approve(refund=refund, by=request.user, now=clock.now())
            return done(request, _queue(request), _approved(refund))
    no = approvals.why_not_approve(refund=refund, by=request.user, now=clock.now())
    title = f"Approve {money(refund.amount)}?"
    return _decide(request, form, refund, title=title, submit="" if no else "Approve", lead=no or _WARNING)


@require_http_methods(["GET", "POST"])
@page(Right.APPROVE_IN_EMERGENCIES)
@requires_recent_authentication
def approve_in_emergency(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    form = ApproveInEmergencyForm(_sent(request), refund=refund)
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            refund = approvals.approve_in_emergency(refund=refund, reason=reason, by=request.user, now=clock.now())
            return done(request, url(refund), f"{_approved(refund)} Somebody else reviews it.")
    no = approvals.why_no_emergency(refund=refund, by=request.user, now=clock.now())
    lead = no or f"No approver is there. {_WARNING} It is marked, and somebody else must look at it afterwards."
    title = f"Approve {money(refund.amount)} in an emergency?"
    return _decide(request, form, refund, title=title, submit="" if no else "Approve", lead=lead, is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.APPROVE_REFUNDS)
def decline(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    form = ReasonForm(_sent(request))
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            approvals.decline(refund=refund, reason=reason, by=request.user, now=clock.now())
            return done(request, _queue(request), f"Declined {money(refund.amount)}. No money moved.")
    no = approvals.why_not_decline(refund=refund, by=request.user)
    lead = no or "Whoever asked reads your reason. No money moves, and the amount can be asked for again."
    title, submit = f"Decline {money(refund.amount)}?", "" if no else "Decline"
    return _decide(request, form, refund, title=title, submit=submit, lead=lead, is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.ASK_FOR_REFUNDS)
def withdraw(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    form = ReasonForm(_sent(request))
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            approvals.withdraw(refund=refund, reason=reason, by=request.user, now=clock.now())
            return done(request, url(refund), f"Withdrew {money(refund.amount)}. No money moved.")
    no = approvals.why_not_withdraw(refund=refund, by=request.user)
    lead = no or "No money moves, and the amount can be asked for again."
    title, submit = f"Withdraw {money(refund.amount)}?", "" if no else "Withdraw"
    return _decide(request, form, refund, title=title, submit=submit, lead=lead, is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.REVIEW_REFUNDS)
def review(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    form = ReviewForm(_sent(request))
    if form.is_valid():
        with refusals_in(form):
            refund = approvals.review(refund=refund, by=request.user, **form.cleaned_data)
            return done(request, url(refund), f"Reviewed: {refund.get_review_display().lower()}.")
    no = approvals.why_not_review(refund=refund, by=request.user)
    lead = no or "No approver was there when this was approved. Was it in order?"
    title, submit = f"Review {money(refund.amount)}", "" if no else "Save the review"
    return _decide(request, form, refund, title=title, submit=submit, lead=lead)


_WARNING = "The money goes back to the customer and cannot be taken back."


def _decide(request: PageRequest, form: Form, refund: Refund, **words: Any) -> HttpResponse:
    """Ask whether it is meant, beside what was asked for and what is remarkable about it."""
    facts = [
        ("Order", f"{refund.payment.order_id}, {refund.payment.terminal.name}, {refund.store.name}"),
        ("Amount", f"{money(refund.amount)} of {money(refund.refundable_before)} that were left"),
        ("Asked by", refund.requester.name if refund.requester else "a till"),
        ("Reason", f"{refund.get_reason_display()}{': ' if refund.note else ''}{refund.note}"),
    ]
    if refund.is_emergency and not refund.is_requested:
        names = ", ".join(each.name for each in (refund.first_approver, refund.second_approver) if each)
        facts += [("Approved by", names), ("Because", _emergency(refund))]
    # What is remarkable is for whoever decides, and not for whoever asked.
    decides = request.user.pk != refund.requester_id and refund.is_requested
    remarks = risk_flags.for_request(refund=refund, by=request.user) if decides else []
    return action_page(request, form, back=url(refund), facts=facts, hints=remarks, **words)


def _emergency(refund: Refund) -> str:
    """The reasons of those who stood in for an approver."""
    approved = Entry.objects.about(refund).filter(action=Action.REFUND_APPROVED)
    return "; ".join(entry.details["cause"] for entry in approved if entry.details["is_emergency"])


def _asked(refund: Refund) -> str:
    if refund.approvals_needed and not approvals.approvers(refund=refund).exists():
        return (
            f"Asked for {money(refund.amount)}. Nobody here can approve it yet: ask an administrator to invite an "
            "approver, or to stand in for one."
        )
    if refund.approvals_needed:
        return f"Asked for {money(refund.amount)}. Approvers are told; you read here how it goes on."
    return f"Asked for {money(refund.amount)}. It needs no approval and is paid back within seconds."


def _approved(refund: Refund) -> str:
    if refund.is_requested:
        return f"Approved {money(refund.amount)}. It needs one more approval by somebody else."
    return f"Approved {money(refund.amount)} of order {refund.payment.order_id}. It is paid back within seconds."


def _queue(request: PageRequest) -> str:
    return f"{reverse('refunds:list', args=[request.merchant.pk])}?tab={MINE}"


def _sent(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None
