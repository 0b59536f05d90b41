"""Pages of merchants: the list, one merchant's details and policies, added and switched off by the platform."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.proof import requires_recent_authentication
from portal.roles import Right
from portal.web.access import PageRequest, admitted, page, platform_only
from portal.web.forms import ReasonForm
from portal.web.lists import render_list
from portal.web.pages import action_page, done, refusals_in, render_page
from portal.web.pagination import paginate
from terminals.forms import AddMerchantForm, MerchantDetailsForm, PoliciesForm
from terminals.models import Merchant, Store, Terminal
from terminals.services import merchants, till_calls
from terminals.words import terminals_stop


@require_safe
@admitted
def listing(request: PageRequest) -> HttpResponse:
    stores, terminals = (model.objects.visible_to(request.user) for model in (Store, Terminal))
    visible = Merchant.objects.visible_to(request.user).with_counts(stores=stores, terminals=terminals)
    rows = paginate(visible, order="name", cursor=request.GET.get("page", ""))
    return render_list(request, "merchants/list.html", {"page": rows})


@require_http_methods(["GET", "POST"])
@platform_only
@requires_recent_authentication
def add(request: PageRequest) -> HttpResponse:
    form = AddMerchantForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            merchant = merchants.add(**form.cleaned_data, by=request.user.actor)
            message = f"Added {merchant.name}. What it still needs stands below."
            return done(request, reverse("dashboard:overview", args=[merchant.pk]), message)
    return action_page(request, form, title="Add a merchant", submit="Add the merchant", back=reverse("merchants"))


@require_safe
@page(Right.SEE)
def detail(request: PageRequest) -> HttpResponse:
    return render_page(request, "merchants/detail.html")


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def details(request: PageRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = MerchantDetailsForm(data, merchant=request.merchant)
    if form.is_valid():
        with refusals_in(form):
            merchants.change_details(
                merchant=request.merchant,
                name=form.cleaned_data["name"],
                currencies=form.cleaned_data["currencies"],
                time_zone=form.cleaned_data["time_zone"],
                by=request.user.actor,
            )
            return done(request, _url(request.merchant), "Saved the details.")
    title = "Change the merchant's details"
    return action_page(request, form, title=title, submit="Save", back=_url(request.merchant))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@requires_recent_authentication
def policies(request: PageRequest) -> HttpResponse:
    form = PoliciesForm(request.POST if request.method == "POST" else None, merchant=request.merchant)
    if form.is_valid():
        with refusals_in(form):
            merchants.change_policies(merchant=request.merchant, **form.policies, by=request.user.actor)
            return done(request, _url(request.merchant), "Saved the policies. They hold from the next call on.")
    title = "Change the merchant's policies"
    return action_page(request, form, title=title, submit="Save", back=_url(request.merchant))


@require_http_methods(["GET", "POST"])
@platform_only
@page(Right.SEE)
@requires_recent_authentication
def disable(request: PageRequest) -> HttpResponse:
    count = till_calls.selling(request.merchant)
    lead = (
        f"{terminals_stop(count)} All its tills are refused from their next call on, whatever the overlap of its "
        "access token. Payments that are open are still looked after."
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        merchants.switch(merchant=request.merchant, is_active=False, reason=reason, by=request.user.actor)
        return done(request, _url(request.merchant), f"Disabled {request.merchant.name}.")
    title, back = f"Disable {request.merchant.name}?", _url(request.merchant)
    return action_page(request, form, title=title, lead=lead, submit="Disable", back=back, is_danger=True)


@require_http_methods(["GET", "POST"])
@platform_only
@page(Right.SEE)
@requires_recent_authentication
def enable(request: PageRequest) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        merchants.switch(merchant=request.merchant, is_active=True, reason=reason, by=request.user.actor)
        return done(request, _url(request.merchant), f"Enabled {request.merchant.name}.")
    title, back = f"Enable {request.merchant.name}?", _url(request.merchant)
    lead = "Its tills are let in again from their next call on."
    return action_page(request, form, title=title, lead=lead, submit="Enable", back=back)


def _url(merchant: Merchant) -> str:
    return merchant.get_absolute_url()
