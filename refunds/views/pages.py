"""Pages that show refunds: the list and its export, one refund, and its printed proof."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from payments.services import exporting
from portal import clock
from portal.audit.actions import Action
from portal.errors import PortalError
from portal.roles import Right
from portal.web import export as files
from portal.web.access import PageRequest, page
from portal.web.pages import done, not_done, render_page
from portal.web.pagination import paginate
from refunds.export import COLUMNS
from refunds.filters import MINE, RefundFilter
from refunds.models import Refund
from refunds.services import approving, hints, reading, story
from refunds.states import State


@require_safe
@page(Right.SEE)
def listing(request: PageRequest) -> HttpResponse:
    found = RefundFilter(request.GET, merchant=request.merchant, user=request.user)
    rows = paginate(found.found.with_names(), order=found.ordering, cursor=request.GET.get("page", ""))
    context = {"filter": found, "page": rows, "is_mine": found.chosen_tab == MINE}
    return render_page(request, "refunds/list.html", context, part="refund-table")


@require_safe
@page(Right.SEE)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    if kind not in files.KINDS:
        raise Http404
    found = RefundFilter(request.GET, merchant=request.merchant, user=request.user)
    if not found.form.is_valid():
        # A file of headings alone would say that there is nothing: the list says what is wrong.
        return redirect(f"{reverse('refunds:list', args=[request.merchant.pk])}?{request.GET.urlencode()}")
    rows = exporting.export(
        rows=found.found.with_names(),
        order=found.ordering,
        action=Action.REFUNDS_EXPORTED,
        merchant=request.merchant,
        question=found.question,
        by=request.user.actor,
    )
    name = f"refunds-{timezone.localdate():%Y-%m-%d}"
    zone = timezone.get_current_timezone()
    return files.respond(kind=kind, name=name, columns=COLUMNS, rows=rows, zone=zone)


@require_safe
@page(Right.SEE)
def detail(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund, now = load(request, refund_id), clock.now()
    may_decide = request.user.holds(Right.APPROVE_REFUNDS, request.merchant)
    may_stand_in = request.user.holds(Right.APPROVE_IN_EMERGENCIES, request.merchant)
    context = {
        "refund": refund,
        "steps": story.of(refund),
        "hints": hints.of(refund=refund, by=request.user) if refund.is_requested else [],
        "no_approval": approving.why_not_approve(refund=refund, by=request.user, now=now),
        "no_decline": approving.why_not_decline(refund=refund, by=request.user),
        "no_emergency": approving.why_no_emergency(refund=refund, by=request.user, now=now) if may_stand_in else "",
        "no_review": approving.why_not_review(refund=refund, by=request.user),
        "may_withdraw": not approving.why_not_withdraw(refund=refund, by=request.user),
        "may_decide": may_decide and refund.is_requested,
        "may_stand_in": may_stand_in and refund.is_requested,
    }
    return render_page(request, "refunds/detail.html", context, part="refund", is_finished=not refund.is_open)


@require_POST
@page(Right.ASK_MOBILEPAY)
def check(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    try:
        refund = reading.refreshed(refund=refund, by=request.user.actor, now=clock.now())
    except PortalError as refusal:
        return not_done(request, url(refund), refusal.message)
    return done(request, url(refund), f"The refund is {State(refund.state).in_a_sentence}.")


@require_safe
@page(Right.SEE)
def proof(request: PageRequest, refund_id: UUID) -> HttpResponse:
    return render_page(request, "refunds/proof.html", {"refund": load(request, refund_id), "now": clock.now()})


def load(request: PageRequest, refund_id: UUID) -> Refund:
    """The refund of the address, if the reader may see it."""
    visible = Refund.objects.visible_to(request.user).of(request.merchant)
    found: Refund = get_object_or_404(visible.with_payment().with_names(), pk=refund_id)
    return found


def url(refund: Refund) -> str:
    return reverse("refunds:detail", args=[refund.merchant_id, refund.pk])
