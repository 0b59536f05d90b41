"""How lately somebody has proved who they are: whatever gives power asks for it again."""

from datetime import timedelta
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from portal import clock
from portal.web.access import Page, PageRequest

RECENT_WINDOW = timedelta(minutes=5)

P = ParamSpec("P")


def requires_recent_authentication(view: Page[P]) -> Page[P]:
    """A page for those who have given their second factor within five minutes; others give it, and come back.

    The form itself asks already, so that nobody fills it in for nothing. What was sent without a proof is not sent
    again after it: with a stolen session, somebody else could have left it there to be confirmed.

    In the demo, where nobody needs a second factor, the password stands for it.
    """

    @wraps(view)
    def guarded(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_recent(request):
            return view(request, *args, **kwargs)
        url = f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)

    return guarded


def is_recent(request: PageRequest) -> bool:
    """Whether the strongest proof that this person has was given lately, in this session."""
    method = "mfa" if request.user.factors else "password"
    since = (clock.now() - RECENT_WINDOW).timestamp()
    records = get_authentication_records(request, request.user)
    return any(record["method"] == method and record["at"] >= since for record in records)
