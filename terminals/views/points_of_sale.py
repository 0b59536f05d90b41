"""What people do with a terminal's point of sale: register it, delete it, compare it, see who is checked in."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.errors import PortalError
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.forms import ConfirmForm
from portal.web.pages import action_page, done, not_done, refusals_in, render_page
from terminals.forms import DeletePosForm
from terminals.models import PointOfSale
from terminals.services import check_ins as checking_in
from terminals.services import comparison, lookups, points_of_sale
from terminals.views.terminals import url, visible


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_TERMINALS)
def register(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            pos = points_of_sale.register(terminal=terminal, by=request.user.actor, now=clock.now())
            return done(request, url(terminal), f"Registered {pos.name}. The terminal can take MobilePay now.")
    title = f"Register a point of sale for {terminal.name}?"
    lead = f"MobilePay learns of {terminal.name} in {terminal.store.name}, and tills on it can take payments."
    return action_page(request, form, title=title, lead=lead, submit="Register", back=url(terminal))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_TERMINALS)
def delete(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    pos = PointOfSale.objects.live().filter(terminal=terminal).first()
    form = DeletePosForm(request.POST if request.method == "POST" else None, pos=pos)
    if form.is_valid():
        with refusals_in(form):
            points_of_sale.delete(terminal=terminal, by=request.user.actor, now=clock.now())
            return done(request, url(terminal), f"Deleted the point of sale of {terminal.name}.")
    title = f"Delete the point of sale of {terminal.name}?"
    lead = f"{terminal.name} in {terminal.store.name} stops taking MobilePay at once. Its payments stay."
    return action_page(request, form, title=title, lead=lead, submit="Delete", back=url(terminal), is_danger=True)


@require_POST
@page(Right.MANAGE_TERMINALS)
def compare(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    try:
        pos = lookups.pos_of_terminal(merchant=request.merchant, terminal_id=terminal.terminal_id)
        comparison.compare(pos=pos, by=request.user.actor, now=clock.now())
    except PortalError as refusal:
        return not_done(request, url(terminal), refusal.message)
    return done(request, url(terminal), "Compared with MobilePay: see the result below.")


@require_safe
@page(Right.LOOK_UP_CHECK_INS)
def check_in(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    context: dict[str, Any] = {"terminal": terminal}
    try:
        pos = lookups.pos_of_terminal(merchant=request.merchant, terminal_id=terminal.terminal_id)
        context["check_in"] = checking_in.look_up(pos=pos, now=clock.now())
    except PortalError as refusal:
        context["problem"] = refusal.message
    return render_page(request, "terminals/check_in.html", context, part="check-in")
