"""Pages that show refunds: the list and its export, one refund, and its printed proof."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.audit import exporting
from portal.audit.actions import Action
from portal.errors import PortalError
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.lists import render_list
from portal.web.pages import done, not_done, render_page
from portal.web.pagination import paginate
from refunds.export import COLUMNS
from refunds.filters import MINE, RefundFilter
from refunds.models import Policy, Refund
from refunds.services import approvals, lookups, policies, risk_flags, timeline
from refunds.states import State


@require_safe
@page(Right.SEE)
def listing(request: PageRequest) -> HttpResponse:
    found = RefundFilter(request.GET, merchant=request.merchant, user=request.user)
    rows = paginate(found.found.with_names(), order=found.ordering, cursor=request.GET.get("page", ""))
    context = {"filter": found, "page": rows, "is_mine": found.chosen_tab == MINE}
    return render_list(request, "refunds/list.html", context, part="refund-table")


@require_safe
@page(Right.SEE)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    asked = RefundFilter(request.GET, merchant=request.merchant, user=request.user)
    return exporting.export(
        request,
        kind=kind,
        asked=asked,
        rows=asked.found.with_names(),
        columns=COLUMNS,
        action=Action.REFUNDS_EXPORTED,
        listing="refunds:list",
    )


@require_safe
@page(Right.SEE)
def detail(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund, by, now = load(request, refund_id), request.user, clock.now()
    policy = Policy.objects.current(request.merchant, refund.currency)
    may_decide = refund.is_requested and by.holds(Right.APPROVE_REFUNDS, request.merchant)
    may_stand_in = refund.is_requested and by.holds(Right.APPROVE_IN_EMERGENCIES, request.merchant)
    context = {
        "refund": refund,
        "steps": timeline.steps(refund),
        "possible_until": policies.refundable_until(policy=policy, payment=refund.payment),
        "may_decide": may_decide,
        "may_stand_in": may_stand_in,
        "may_withdraw": not approvals.why_not_withdraw(refund=refund, by=by),
        "hints": risk_flags.for_request(refund=refund, by=by) if may_decide or may_stand_in else [],
        "no_approval": approvals.why_not_approve(refund=refund, by=by, now=now) if may_decide else "",
        "no_decline": approvals.why_not_decline(refund=refund, by=by),
        "no_emergency": approvals.why_no_emergency(refund=refund, by=by, now=now) if may_stand_in else "",
        "no_review": approvals.why_not_review(refund=refund, by=by),
    }
    return render_page(request, "refunds/detail.html", context, part="refund", is_finished=not refund.is_open)


@require_POST
@page(Right.ASK_MOBILEPAY)
def check(request: PageRequest, refund_id: UUID) -> HttpResponse:
    refund = load(request, refund_id)
    try:
        refund = lookups.sync_now(refund=refund, by=request.user.actor, now=clock.now())
    except PortalError as refusal:
        return not_done(request, url(refund), refusal.message)
    return done(request, url(refund), f"The refund is {State(refund.state).in_a_sentence}.")


@require_safe
@page(Right.SEE)
def proof(request: PageRequest, refund_id: UUID) -> HttpResponse:
    return render_page(request, "refunds/proof.html", {"refund": load(request, refund_id), "now": clock.now()})


def load(request: PageRequest, refund_id: UUID) -> Refund:
    """The refund of the address, if the reader may see it."""
    visible = Refund.objects.visible_to(request.user).for_merchant(request.merchant)
    found: Refund = get_object_or_404(visible.whole().with_names(), pk=refund_id)
    return found


def url(refund: Refund) -> str:
    return refund.get_absolute_url()
