"""Pages of the audit log: read, narrowed down, exported, and never changed."""

import json

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from portal.audit import exporting
from portal.audit.actions import Action
from portal.audit.filters import EntryFilter
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.roles import Right
from portal.web.access import PageRequest, page, platform_only
from portal.web.export import Column
from portal.web.pages import render_page
from portal.web.pagination import paginate

COLUMNS: list[Column] = [
    Column("When", lambda entry: entry.at),
    Column("Who", lambda entry: entry.actor),
    Column("By", lambda entry: entry.get_actor_kind_display()),
    Column("What", lambda entry: entry.get_action_display()),
    Column("On what", lambda entry: entry.called),
    Column("Id", lambda entry: entry.subject_id),
    Column("Facts", lambda entry: json.dumps(entry.details, ensure_ascii=False)),
    Column("From where", lambda entry: entry.address),
    Column("How", lambda entry: entry.credential_source),
    Column("Request", lambda entry: entry.request_id),
]


@require_safe
@page(Right.READ_AUDIT_LOG)
def listing(request: PageRequest) -> HttpResponse:
    return _list(request, Entry.objects.visible_to(request.user).for_merchant(request.merchant))


@require_safe
@platform_only
def everything(request: PageRequest) -> HttpResponse:
    """The whole log, with what belongs to no merchant: sign-ins, passwords, second factors."""
    return _list(request, Entry.objects.visible_to(request.user))


@require_safe
@page(Right.READ_AUDIT_LOG)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    asked = EntryFilter(request.GET, entries=Entry.objects.visible_to(request.user).for_merchant(request.merchant))
    return exporting.export(
        request,
        kind=kind,
        asked=asked,
        rows=asked.found,
        order="-at",
        columns=COLUMNS,
        action=Action.AUDIT_EXPORTED,
        listing="audit:list",
    )


def _list(request: PageRequest, entries: EntryQuerySet) -> HttpResponse:
    found = EntryFilter(request.GET, entries=entries)
    rows = paginate(found.found, order="-at", cursor=request.GET.get("page", ""))
    return render_page(request, "audit/list.html", {"filter": found, "page": rows}, part="audit-table")
