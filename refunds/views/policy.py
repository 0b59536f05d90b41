"""The page of a merchant's rules for refunds in one currency."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.accounts.proof import proved_lately
from portal.roles import Right
from portal.web.access import PageRequest, page
from portal.web.pages import action_page, done, refusals_in
from refunds.forms import PolicyForm
from refunds.models import Policy
from refunds.services import policies


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_MERCHANT)
@proved_lately
def change(request: PageRequest, currency: str) -> HttpResponse:
    if currency not in request.merchant.currencies:
        raise Http404
    form = PolicyForm(
        request.POST if request.method == "POST" else None, policy=Policy.objects.of(request.merchant, currency)
    )
    back = reverse("terminals:merchant", args=[request.merchant.pk])
    if form.is_valid():
        with refusals_in(form):
            policies.change(merchant=request.merchant, currency=currency, by=request.user.actor, **form.rules)
            return done(request, back, "Saved the rules for refunds. They hold for what is asked for from now on.")
    return action_page(request, form, title=f"Rules for refunds in {currency}", submit="Save", back=back)
