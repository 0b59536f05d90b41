"""The front page, what happens in the shops right now; and the figures of any period."""

from collections import Counter

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.dashboard import figures
from portal.dashboard.export import COLUMNS, rows
from portal.dashboard.first_steps import first_steps
from portal.dashboard.forms import FiguresForm
from portal.dashboard.periods import Named
from portal.dashboard.takings import takings
from portal.roles import Right
from portal.web import export as files
from portal.web.access import PageRequest, page
from portal.web.pages import render_page
from refunds.models import Refund
from refunds.services import ceilings as refunds_watching
from refunds.services import policy_changes
from terminals.models import Terminal
from terminals.services import fleet_status, till_calls
from terminals.services.fleet_status import Problem

IN_PROGRESS = 12
PROBLEMS = 10


@require_safe
@page(Right.SEE)
def overview(request: PageRequest) -> HttpResponse:
    now = clock.now()
    payments = Payment.objects.visible_to(request.user).for_merchant(request.merchant)
    open_payments = payments.open().found_first()
    refunds = Refund.objects.visible_to(request.user).for_merchant(request.merchant)
    decides = request.user.holds(Right.APPROVE_REFUNDS, request.merchant)
    waiting = refunds.waiting_for(request.user, request.merchant) if decides else refunds.requested()
    terminals = Terminal.objects.visible_to(request.user).for_merchant(request.merchant).select_related("store")
    statuses = fleet_status.status_of(terminals, now=now)
    watched = [each for each in statuses if each.problem]
    watched.sort(key=lambda each: list(Problem).index(each.problem or Problem.SILENT))
    counts = Counter(each.problem for each in watched)
    in_progress = list(open_payments.newest_first().with_names()[: IN_PROGRESS + 1])
    context = {
        "now": now,
        "takings": takings(merchant=request.merchant, user=request.user, now=now),
        "in_progress": in_progress[:IN_PROGRESS],
        "has_more_in_progress": len(in_progress) > IN_PROGRESS,
        "in_progress_count": open_payments.count(),
        "in_doubt_count": open_payments.in_doubt().count(),
        "contradicted_count": payments.contradicted().count(),
        "refunds_contradicted_count": refunds.contradicted().count(),
        "refunds_open_count": refunds.open().count(),
        "refunds_waiting_count": waiting.count(),
        "reached": refunds_watching.ceilings_reached(merchant=request.merchant, user=request.user, now=now),
        "rule_changes": policy_changes.waiting_for(request.user, request.merchant),
        "problems": watched[:PROBLEMS],
        "problem_count": len(watched),
        "has_more_problems": len(watched) > PROBLEMS,
        "terminal_count": len(statuses),
        "refused": till_calls.refused_now(request.merchant, now=now).visible_to(request.user),
        "first_steps": first_steps(merchant=request.merchant, user=request.user, now=now),
        "problem_kinds": [(kind.in_a_sentence, counts[kind]) for kind in Problem if counts[kind]],
    }
    return render_page(request, "dashboard/overview.html", context, part="overview")


@require_safe
@page(Right.SEE)
def of_period(request: PageRequest) -> HttpResponse:
    form = _asked(request)
    if not form.is_tidy:
        return redirect(f"{request.path}?{form.address}")
    context = {"form": form, "periods": Named.choices}
    if form.is_valid():
        found, payments = form.found, reverse("payments:list", args=[request.merchant.pk])
        context |= {
            "period": found,
            "found": _found(request, form),
            "payments_of": f"{payments}?state={State.CAPTURED}&first={found.first}&last={found.last}",
        }
    return render_page(request, "dashboard/figures.html", context)


@require_safe
@page(Right.SEE)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    if kind not in files.MOST_ROWS:
        raise Http404
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('dashboard:figures', args=[request.merchant.pk])}?{form.address}")
    by, merchant, period = request.user.actor, request.merchant, form.found
    audit.record(Action.FIGURES_EXPORTED, by=by, on=merchant, merchant_id=merchant.pk, question=form.question)
    return files.respond(
        kind=kind,
        name=f"figures-{period.first}-{period.last}",
        columns=COLUMNS,
        rows=rows(_found(request, form), period),
        zone=timezone.get_current_timezone(),
    )


def _asked(request: PageRequest) -> FiguresForm:
    return FiguresForm(request.GET, merchant=request.merchant, user=request.user, today=timezone.localdate(clock.now()))


def _found(request: PageRequest, form: FiguresForm) -> list[figures.Figures]:
    store = form.cleaned_data["store"]
    return figures.read(merchant=request.merchant, user=request.user, period=form.found, store=store)
