"""Pages about people: who works for a merchant, and one's own second factor and sessions."""

from dataclasses import dataclass
from typing import Any, cast

from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.base.views import authenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.forms import ChangeRoleForm, InviteForm
from portal.accounts.models import Membership, User
from portal.accounts.proof import requires_recent_authentication
from portal.accounts.scope import ADMINISTRATOR, Grant
from portal.accounts.services import invitations, people, second_factors, sessions
from portal.roles import Right
from portal.web.access import PageRequest, page, signed_in
from portal.web.forms import ConfirmForm, ReasonForm
from portal.web.lists import render_list
from portal.web.pages import action_page, done, not_done, refusals_in, render_page
from portal.web.pagination import paginate
from terminals.models import Merchant


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A row of the list of people: `stores` are those that the reader knows of."""

    membership: Membership
    stores: list[str]
    has_second_factor: bool
    lacks_second_factor: bool
    may_lose_second_factor: bool
    is_mine_to_give: bool
    is_reader: bool


@require_safe
@signed_in
def second_factor_due(request: PageRequest) -> HttpResponse:
    """Where somebody lands whose role, or merchant, asks for a second factor that they have not added yet."""
    if not request.user.is_second_factor_due:
        return redirect("home")
    asking = Merchant.objects.filter(memberships__user=request.user, second_factor_for_all=True).order_by("name", "pk")
    return render_page(request, "accounts/second_factor_due.html", {"asking": asking})


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Where the door asks for a second factor; one that is gone since cannot be waited for."""
    stage = get_pending_stage(request)
    if isinstance(stage, AuthenticateStage) and not cast("User", stage.login.user).factors:
        aborted: HttpResponseBase = stage.abort()
        return aborted
    asked: HttpResponseBase = authenticate(request)
    return asked


@require_safe
@signed_in
def own_sessions(request: PageRequest) -> HttpResponse:
    """Where the reader is signed in."""
    shown = sessions.live(user=request.user, now=clock.now())
    at_hand = request.session.session_key
    here = [session for session in shown if session.session_key == at_hand]
    elsewhere = [session for session in shown if session.session_key != at_hand]
    return render_page(request, "accounts/sessions.html", {"here": here, "elsewhere": elsewhere})


@require_POST
@signed_in
def end_session(request: PageRequest, handle: str) -> HttpResponse:
    url, at_hand = reverse("account_sessions"), request.session.session_key
    try:
        ended = sessions.end(user=request.user, handle=handle, at_hand=at_hand, now=clock.now())
    except sessions.SessionOver as over:
        return not_done(request, url, over.message)
    return done(request, url, f"Ended: {ended.device}. Whoever uses it is asked to sign in.")


@require_POST
@signed_in
def end_other_sessions(request: PageRequest) -> HttpResponse:
    ended = sessions.end_others(user=request.user, at_hand=request.session.session_key, now=clock.now())
    message = "You are signed out everywhere else." if ended else "You were signed in nowhere else."
    return done(request, reverse("account_sessions"), message)


@require_safe
@page(Right.MANAGE_PEOPLE)
def listing(request: PageRequest) -> HttpResponse:
    visible = Membership.objects.visible_to(request.user).for_merchant(request.merchant).with_people()
    rows = paginate(visible, order="created_at", cursor=request.GET.get("page", ""))
    users = [membership.user_id for membership in rows.rows]
    secured = set(
        Authenticator.objects.filter(user__in=users)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values_list("user_id", flat=True)
    )
    people_shown = [_shown(request, membership, is_secured=membership.user_id in secured) for membership in rows.rows]
    return render_list(request, "people/list.html", {"page": rows, "people": people_shown})


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_PEOPLE)
@requires_recent_authentication
def invite(request: PageRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    form.offer(**_offer(request))
    if form.is_valid():
        with refusals_in(form):
            people.invite(
                merchant=request.merchant,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                by=request.user,
                **form.grant,
            )
            return _letter_goes_to(request, form.cleaned_data["email"])
    return action_page(request, form, title="Invite somebody", submit="Invite", back=_url(request))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_PEOPLE)
@requires_recent_authentication
def change(request: PageRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    form = ChangeRoleForm(request.POST if request.method == "POST" else None, membership=membership)
    form.offer(**_offer(request))
    if form.is_valid():
        with refusals_in(form):
            people.change(membership=membership, by=request.user, **form.grant)
            return done(request, _url(request), f"Saved: it holds from {membership.person.name}'s next click on.")
    title = f"Change {membership.person.name}'s role"
    return action_page(request, form, title=title, submit="Save", back=_url(request))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_PEOPLE)
@requires_recent_authentication
def remove(request: PageRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            people.remove(membership=membership, by=request.user)
            return done(request, _url(request), f"Removed {membership.person.name}.")
    title = f"Remove {membership.person.name} from {request.merchant.name}?"
    lead = "With their next click they see nothing of this merchant any more. What they did stays in the audit log."
    return action_page(request, form, title=title, lead=lead, submit="Remove", back=_url(request), is_danger=True)


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_PEOPLE)
@requires_recent_authentication
def remind(request: PageRequest, pk: int) -> HttpResponse:
    """Send the invitation's letter again, to somebody who has not come yet."""
    membership = _membership(request, pk)
    person = membership.person
    is_needed = membership.accepted_at is None and _own_grant(request).may_give(membership.grant)
    no = "" if is_needed else f"{person.name} needs no letter from you."
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if no:
            return not_done(request, _url(request), f"{no} Nothing was sent.")
        invitations.write(membership=membership, by=request.user)
        return _letter_goes_to(request, person.email)
    title = f"Send the letter to {person.name} again?"
    lead = no or f"It goes to {person.email}. A link that was sent before works on."
    return action_page(request, form, title=title, lead=lead, submit="" if no else "Send", back=_url(request))


@require_http_methods(["GET", "POST"])
@page(Right.MANAGE_PEOPLE)
@requires_recent_authentication
def remove_second_factor(request: PageRequest, pk: int) -> HttpResponse:
    """For somebody who has lost phone and codes."""
    membership = _membership(request, pk)
    title = f"Remove {membership.person.name}'s second factor?"
    no = second_factors.refusal(membership=membership, by=request.user)
    if no is not None and request.method == "POST":
        return not_done(request, _url(request), no.message)
    if no is not None:
        return action_page(request, ConfirmForm(), title=title, lead=no.message, submit="", back=_url(request))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            second_factors.remove(
                membership=membership, reason=form.cleaned_data["reason"], by=request.user, now=clock.now()
            )
            message = (
                f"Removed the second factor and the password of {membership.person.name}. "
                f"A letter is on its way to {membership.user.email}."
            )
            return done(request, _url(request), message)
    lead = (
        "Speak to them first, on a number you know: whoever reads their mailbox can take the account over after this. "
        "Their recovery codes, their password and all their sessions go too. They get a letter with a link to choose "
        "a new password, and the other administrators read of it."
    )
    return action_page(request, form, title=title, lead=lead, submit="Remove it", back=_url(request), is_danger=True)


def _letter_goes_to(request: PageRequest, email: str) -> HttpResponse:
    return done(request, _url(request), f"A letter is on its way to {email}.")


def _shown(request: PageRequest, membership: Membership, *, is_secured: bool) -> PersonShown:
    own, grant = _own_grant(request), membership.grant
    # What an account has elsewhere is told to nobody before its holder has come here.
    has_come = membership.accepted_at is not None
    return PersonShown(
        membership,
        # Whoever is limited to stores is not told which others there are.
        sorted(store.name for store in membership.stores.all() if own.stores is None or store.pk in own.stores),
        has_second_factor=has_come and is_secured,
        lacks_second_factor=has_come and not is_secured and grant.needs_second_factor,
        may_lose_second_factor=own == ADMINISTRATOR,
        is_mine_to_give=own.may_give(grant),
        is_reader=membership.user.is_same_person_as(request.user),
    )


def _membership(request: PageRequest, pk: int) -> Membership:
    visible = Membership.objects.visible_to(request.user).for_merchant(request.merchant).with_people()
    membership: Membership = get_object_or_404(visible, pk=pk)
    return membership


def _offer(request: PageRequest) -> dict[str, Any]:
    """What the reader may give to others: their own stores, and all of them if that is what they hold."""
    stores: Any = request.merchant.stores
    own = _own_grant(request).stores
    offered = stores.all() if own is None else stores.filter(pk__in=own)
    return {"stores": offered.order_by("name", "pk"), "may_give_whole": own is None}


def _own_grant(request: PageRequest) -> Grant:
    # Nobody gets here without one.
    return cast("Grant", request.user.scope.at(request.merchant.pk))


def _url(request: PageRequest) -> str:
    return reverse("people:list", args=[request.merchant.pk])
