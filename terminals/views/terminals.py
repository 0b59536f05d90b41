"""Pages of terminals: the list, one terminal, and sheets of QR codes to print."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.lists import render_list
from portal.web.pages import action_page, done, refusals_in, render_page
from portal.web.pagination import paginate
from terminals.filters import TerminalFilter
from terminals.forms import AddTerminalForm, ChangeTerminalForm
from terminals.models import LastCall, PointOfSale, Terminal
from terminals.sales import payments
from terminals.services import comparison, fleet_status, qr_codes, terminals, till_calls

RECENT = 10


@require_safe
@page(Right.SEE)
def listing(request: PageRequest) -> HttpResponse:
    found = TerminalFilter(request.GET, merchant=request.merchant, user=request.user)
    rows = paginate(found.found.select_related("store"), order="name", cursor=request.GET.get("page", ""))
    context = {"filter": found, "page": rows, "watched": found.watch(rows.rows)}
    return render_list(request, "terminals/list.html", context, part="terminal-table")


@require_safe
@page(Right.SEE)
def detail(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    now = clock.now()
    (watched,) = fleet_status.status_of([terminal], now=now)
    qr = qr_codes.sign(content=watched.pos.qr_content) if watched.pos and not watched.pos.is_in_doubt else ""
    visible_payments = payments().visible_to(request.user).filter(terminal=terminal).with_names()
    context = {
        "watched": watched,
        "terminal": terminal,
        "pos": watched.pos,
        "compared": comparison.side_by_side(watched.pos) if watched.pos else [],
        "qr": qr,
        "recent": visible_payments.newest_first()[:RECENT],
        "taken": terminals.taken_today(terminal=terminal, user=request.user, now=now),
        "last_call": LastCall.objects.filter(terminal=terminal).first(),
        "refused": till_calls.refused_now(request.merchant, now=now).filter(terminal=terminal).first(),
    }
    return render_page(request, "terminals/detail.html", context, part="terminal")


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_TERMINALS)
def add(request: PageRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = AddTerminalForm(data, merchant=request.merchant, user=request.user)
    if form.is_valid():
        with refusals_in(form):
            terminal = terminals.add(**form.cleaned_data, by=request.user.actor)
            message = f"Added {terminal.name}. Register its point of sale to take MobilePay on it."
            return done(request, url(terminal), message)
    back = reverse("terminals:list", args=[request.merchant.pk])
    return action_page(request, form, title="Add a terminal", submit="Add the terminal", back=back)


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_TERMINALS)
def change(request: PageRequest, pk: int) -> HttpResponse:
    terminal = visible(request, pk)
    data = request.POST if request.method == "POST" else None
    form = ChangeTerminalForm(data, terminal=terminal, user=request.user)
    if form.is_valid():
        with refusals_in(form):
            terminal = terminals.change(
                terminal=terminal,
                store=form.cleaned_data["store"],
                name=form.cleaned_data["name"],
                by=request.user.actor,
            )
            return done(request, url(terminal), f"Saved {terminal.name}.")
    title = f"Change {terminal.name}"
    return action_page(request, form, title=title, submit="Save", back=url(terminal))


@require_safe
@page(Right.SEE)
def labels(request: PageRequest) -> HttpResponse:
    found = TerminalFilter(request.GET, merchant=request.merchant, user=request.user)
    registered = (
        PointOfSale.objects.visible_to(request.user)
        .registered()
        .filter(terminal__in=found.found)
        .select_related("terminal__store")
    )
    ordered = registered.order_by("terminal__store__name", "terminal__name", "pk")
    codes = [(pos, qr_codes.sign(content=pos.qr_content)) for pos in ordered]
    return render_page(request, "terminals/labels.html", {"codes": codes, "filter": found})


def visible(request: PageRequest, pk: int) -> Terminal:
    """The terminal if the reader may see it; what they may not does not exist."""
    terminals = Terminal.objects.visible_to(request.user).for_merchant(request.merchant).select_related("store")
    terminal: Terminal = get_object_or_404(terminals, pk=pk)
    terminal.merchant = request.merchant
    return terminal


def url(terminal: Terminal) -> str:
    return terminal.get_absolute_url()
