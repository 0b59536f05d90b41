"""Pages of stores, and their synchronisation with MobilePay."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.errors import PortalError
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.lists import render_list
from portal.web.pages import done, not_done, render_page
from portal.web.pagination import paginate
from terminals import tasks
from terminals.models import Store, Synchronisation
from terminals.services import fleet_status, synchronisation


@require_safe
@page(Right.SEE)
def listing(request: PageRequest) -> HttpResponse:
    stores = Store.objects.visible_to(request.user).for_merchant(request.merchant).with_terminals()
    rows = paginate(stores, order="name", cursor=request.GET.get("page", ""))
    run = Synchronisation.objects.for_merchant(request.merchant).order_by("-pk").first()
    context = {"page": rows, "run": run}
    is_finished = run is None or not run.is_running
    return render_list(request, "stores/list.html", context, part="stores", is_finished=is_finished)


@require_safe
@page(Right.SEE)
def detail(request: PageRequest, pk: int) -> HttpResponse:
    visible = Store.objects.visible_to(request.user).for_merchant(request.merchant)
    store = get_object_or_404(visible, pk=pk)
    terminals = store.terminals.order_by("name", "pk").select_related("store")
    context = {"store": store, "watched": fleet_status.status_of(terminals, now=clock.now())}
    return render_page(request, "stores/detail.html", context)


@require_POST
@page(Right.MANAGE_MERCHANT)
def synchronise(request: PageRequest) -> HttpResponse:
    url = reverse("terminals:stores", args=[request.merchant.pk])
    try:
        run = synchronisation.request(merchant=request.merchant, by=request.user.actor, now=clock.now())
    except PortalError as refusal:
        return not_done(request, url, refusal.message)
    # If the queue does not take it now, beat hands it out later.
    transaction.on_commit(lambda: tasks.synchronise_stores.delay(run_id=run.pk), robust=True)
    return done(request, url, "The stores are being synchronised: this page shows how far it is.")
