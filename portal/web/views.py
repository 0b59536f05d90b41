"""What people read when a page cannot be had, the way in, and the banners of all pages."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.roles import Right
from portal.web.access import MissingRight, PageRequest, admitted, page, signed_in
from portal.web.pages import render_page
from terminals.models import Merchant

if TYPE_CHECKING:
    from portal.accounts.models import Membership

NAMED_ADMINISTRATORS = 5


@require_safe
@admitted
def home(request: PageRequest) -> HttpResponse:
    """The overview of one's only merchant, or the list of all one's merchants."""
    visible = Merchant.objects.visible_to(request.user)
    found = list(visible.values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return redirect("dashboard:overview", merchant_id=found[0])
    return redirect("merchants")


@require_safe
@signed_in
def banners(request: PageRequest) -> HttpResponse:
    """What every page says above its own words; it asks for them again and again."""
    return render_page(request, "components/banners.html", part="banners")


@require_safe
@page(Right.SEE)
def merchant_banners(request: PageRequest) -> HttpResponse:
    """The same, on the pages of a merchant."""
    return render_page(request, "components/banners.html", part="banners")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: which role is missing, and who can give it."""
    context: dict[str, Any] = {"exception": exception}
    if isinstance(exception, MissingRight):
        memberships = cast("Any", exception.merchant).memberships.whole_administrators().select_related("user")
        administrators: list[Membership] = list(memberships.order_by("user__name")[:NAMED_ADMINISTRATORS])
        context["missing"] = exception
        context["administrators"] = [membership.user for membership in administrators]
    return render(request, "403.html", context, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403: a form that did not come from one of our pages, or came from one that is too old."""
    return render(request, "403_csrf.html", status=403)
