"""Who gets to see a page: signed in, with a second factor where it is due, and with the right at this merchant."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from portal.roles import HOLDERS, Right
from terminals.models import Merchant

if TYPE_CHECKING:
    from portal.accounts.models import User

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request of somebody who is signed in; `merchant` is set on the pages of one merchant."""

    user: "User"
    merchant: Merchant
    htmx: HtmxDetails


class MissingRight(PermissionDenied):
    """What somebody may not do, where, and so which roles they lack."""

    def __init__(self, right: Right, merchant: Merchant) -> None:
        super().__init__(right.value)
        self.right = right
        self.merchant = merchant
        self.roles = [role.label.lower() for role in sorted(HOLDERS[right])]


class PlatformOnly(PermissionDenied):
    """Only platform administrators may do this."""


Page = Callable[Concatenate[PageRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: Page[P]) -> View[P]:
    """A page for everybody who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visitor = cast("PageRequest", request)
        if not request.user.is_authenticated:
            return _sign_in(visitor)
        return view(visitor, *args, **kwargs)

    return guarded


def admitted(view: Page[P]) -> View[P]:
    """A page of no merchant, for everybody who can do something without adding a second factor first."""

    @signed_in
    @wraps(view)
    def guarded(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_second_factor_due_everywhere:
            return _add_second_factor(request)
        return view(request, *args, **kwargs)

    return guarded


def platform_only(view: Page[P]) -> View[P]:
    """A page for platform administrators."""

    @admitted
    @wraps(view)
    def guarded(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_platform_administrator:
            raise PlatformOnly
        return view(request, *args, **kwargs)

    return guarded


def page(right: Right) -> Callable[[Page[P]], Callable[..., HttpResponseBase]]:
    """A page of the merchant in the address, for those who hold the right there.

    Somebody else's merchant does not exist (404); a right that is missing at one's own is a 403 that names it.
    Times are those of the merchant.
    """

    def decorate(view: Page[P]) -> Callable[..., HttpResponseBase]:
        @signed_in
        @wraps(view)
        def guarded(request: PageRequest, /, merchant_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.merchant = get_object_or_404(Merchant.objects.visible_to(request.user), pk=merchant_id)
            if request.user.must_add_second_factor_as(request.user.scope.at(request.merchant.pk)):
                return _add_second_factor(request)
            if not request.user.holds(right, request.merchant):
                raise MissingRight(right, request.merchant)
            request.user.arrive_at(request.merchant)
            with timezone.override(request.merchant.zone):
                return view(request, *args, **kwargs)

        return guarded

    return decorate


def _sign_in(request: PageRequest) -> HttpResponseBase:
    if request.htmx:
        # Back to the page that holds the part, not to the part.
        here = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(redirect_to_login(here).url)
    # What was pressed is not pressed again by signing in.
    return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("home"))


def _add_second_factor(request: PageRequest) -> HttpResponseBase:
    url = reverse("account_second_factor_due")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
