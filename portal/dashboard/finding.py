"""One field for everything: the payments and refunds of whatever stands on a receipt, a page, a letter or in a log."""

from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from payments.models import Payment
from payments.services import search as search_payments
from portal.roles import Right
from portal.web.access import PageRequest, admitted, page
from portal.web.pages import render_page
from portal.web.search import LONGEST, Found
from refunds.models import Refund
from refunds.services import search as search_refunds
from terminals.models import Merchant

MOST = 20


@require_safe
@page(Right.SEE)
def find(request: PageRequest) -> HttpResponse:
    """What the merchant has of it."""
    return _find(request, Merchant.objects.filter(pk=request.merchant.pk))


@require_safe
@admitted
def find_everywhere(request: PageRequest) -> HttpResponse:
    """What all the merchants of the reader have of it."""
    return _find(request, Merchant.objects.visible_to(request.user))


def _find(request: PageRequest, merchants: models.QuerySet[Merchant]) -> HttpResponse:
    typed = request.GET.get("for", "")[:LONGEST]
    payments = Payment.objects.visible_to(request.user).filter(merchant__in=merchants)
    refunds = Refund.objects.visible_to(request.user).filter(merchant__in=merchants)
    if not typed.strip():
        return render_page(request, "dashboard/find.html", {"typed": ""})
    of_payments, of_refunds = _without_near(search_payments.find(payments, typed), search_refunds.find(refunds, typed))
    found = list(of_payments.rows.newest_first().with_names().select_related("merchant")[: MOST + 1])
    given_back = list(of_refunds.rows.newest_first().with_names().select_related("merchant")[: MOST + 1])
    if len(found) == 1 and not of_payments.is_near:
        # What was given back of it stands there, too.
        return redirect(reverse("payments:detail", args=[found[0].merchant_id, found[0].pk]))
    context = {
        "typed": typed,
        "payments": found[:MOST],
        "refunds": given_back[:MOST],
        "is_near": of_payments.is_near or of_refunds.is_near,
        "has_more": max(len(found), len(given_back)) > MOST,
    }
    return render_page(request, "dashboard/find.html", context)


def _without_near(payments: Found, refunds: Found) -> tuple[Found, Found]:
    """Beside what is called so, nothing is shown that only comes near."""
    if any(not each.is_near and each.rows.exists() for each in (payments, refunds)):
        return payments.exactly, refunds.exactly
    return payments, refunds
