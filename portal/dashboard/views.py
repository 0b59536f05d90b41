"""The front page: what happens in the shops right now."""

from collections import Counter

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from payments.models import Payment
from portal import clock
from portal.dashboard import figures
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.pages import render_page
from refunds.models import Refund
from refunds.services import ceilings as refunds_watching
from refunds.services import policy_changes
from terminals.models import Terminal
from terminals.services import fleet_status
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
    watched = [each for each in fleet_status.status_of(terminals, now=now) if each.problem]
    watched.sort(key=lambda each: list(Problem).index(each.problem or Problem.SILENT))
    counts = Counter(each.problem for each in watched)
    in_progress = list(open_payments.newest_first().with_names()[: IN_PROGRESS + 1])
    context = {
        "now": now,
        "takings": figures.takings(merchant=request.merchant, user=request.user, now=now),
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
        "problem_kinds": [(kind.in_a_sentence, counts[kind]) for kind in Problem if counts[kind]],
    }
    return render_page(request, "dashboard/overview.html", context, part="overview")
