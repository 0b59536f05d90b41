"""Pages of payments: the list and its export, one payment, and what people may do about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.export import COLUMNS
from payments.filters import PaymentFilter
from payments.forms import CaptureForm
from payments.models import Payment
from payments.services import cancellations, captures, lookups, timeline
from payments.services import sums as adding
from payments.states import State
from portal import clock
from portal.audit import exporting
from portal.audit.actions import Action
from portal.errors import PortalError
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.forms import ConfirmForm
from portal.web.lists import render_list
from portal.web.pages import action_page, done, not_done, refusals_in, render_page
from portal.web.pagination import paginate
from portal.web.templatetags.portal import money


@require_safe
@page(Right.SEE)
def listing(request: PageRequest) -> HttpResponse:
    found = PaymentFilter(request.GET, merchant=request.merchant, user=request.user)
    rows = paginate(found.found.with_names(), order=found.ordering, cursor=request.GET.get("page", ""))
    return render_list(request, "payments/list.html", {"filter": found, "page": rows}, part="payment-table")


@require_safe
@page(Right.SEE)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    asked = PaymentFilter(request.GET, merchant=request.merchant, user=request.user)
    return exporting.export(
        request,
        kind=kind,
        asked=asked,
        rows=asked.found.with_names(),
        columns=COLUMNS,
        action=Action.PAYMENTS_EXPORTED,
        listing="payments:list",
    )


@require_safe
@page(Right.SEE)
def sums(request: PageRequest) -> HttpResponse:
    asked = PaymentFilter(request.GET, merchant=request.merchant, user=request.user)
    context = {"filter": asked, "sums": adding.of(asked.found), "most": adding.MOST_PAYMENTS}
    return render_page(request, "payments/sums.html", context, part="payment-sums")


@require_safe
@page(Right.SEE)
def detail(request: PageRequest, payment_id: UUID) -> HttpResponse:
    payment = _payment(request, payment_id)
    context = {
        "payment": payment,
        "steps": timeline.steps(payment),
        "no_capture": captures.why_not_capture(payment),
        "no_cancel": cancellations.why_not_cancel(payment),
    }
    return render_page(request, "payments/detail.html", context, part="payment", is_finished=not payment.can_change)


@require_POST
@page(Right.ASK_MOBILEPAY)
def check(request: PageRequest, payment_id: UUID) -> HttpResponse:
    payment = _payment(request, payment_id)
    try:
        payment = lookups.sync_now(payment=payment, by=request.user.actor, now=clock.now())
    except PortalError as refusal:
        return not_done(request, _url(payment), refusal.message)
    return done(request, _url(payment), f"MobilePay says: {State(payment.state).in_a_sentence}.")


@require_http_methods(["GET", "POST"])
@page(Right.HANDLE_PAYMENTS)
def capture(request: PageRequest, payment_id: UUID) -> HttpResponse:
    payment = _payment(request, payment_id)
    form = CaptureForm(request.POST if request.method == "POST" else None, payment=payment)
    if form.is_valid():
        amount = form.cleaned_data["amount"]
        with refusals_in(form):
            payment = captures.capture(payment=payment, amount=amount, by=request.user.actor, now=clock.now())
            return done(request, _url(payment), f"Captured {money(payment.captured)} of order {payment.order_id}.")
    lead = "{amount} are reserved at {place}. What is not captured goes back to the customer."
    return _ask(
        request,
        form,
        payment_id,
        why_not=captures.why_not_capture,
        title="Capture order {order}",
        lead=lead,
        submit="Capture",
    )


@require_http_methods(["GET", "POST"])
@page(Right.HANDLE_PAYMENTS)
def cancel(request: PageRequest, payment_id: UUID) -> HttpResponse:
    payment = _payment(request, payment_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            payment = cancellations.cancel(payment=payment, by=request.user.actor, now=clock.now())
            return done(request, _url(payment), f"Cancelled order {payment.order_id}. No money moved.")
    lead = "{amount} at {place}: the customer pays nothing, and the till is free for the next sale."
    title = "Cancel order {order}?"
    return _ask(
        request,
        form,
        payment_id,
        why_not=cancellations.why_not_cancel,
        title=title,
        lead=lead,
        submit="Cancel the payment",
        is_danger=True,
    )


def _ask(
    request: PageRequest,
    form: Form,
    payment_id: UUID,
    *,
    why_not: Callable[[Payment], str],
    title: str,
    lead: str,
    submit: str,
    **words: Any,
) -> HttpResponse:
    """Ask whether it is meant, about the payment as it is by now; when it cannot be done, say why instead."""
    payment = _payment(request, payment_id)
    reason = why_not(payment)
    lead = reason or lead.format(amount=money(payment.amount), place=payment.place)
    submit = "" if reason else submit
    title = title.format(order=payment.order_id)
    return action_page(request, form, title=title, lead=lead, submit=submit, back=_url(payment), **words)


def _payment(request: PageRequest, payment_id: UUID) -> Payment:
    visible = Payment.objects.visible_to(request.user).for_merchant(request.merchant)
    found: Payment = get_object_or_404(visible.whole().with_names(), pk=payment_id)
    return found


def _url(payment: Payment) -> str:
    return payment.get_absolute_url()
