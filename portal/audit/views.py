"""Pages of the audit log: read, narrowed down, exported, and never changed."""

from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from portal.audit import exporting, lines
from portal.audit.actions import Action
from portal.audit.export import columns
from portal.audit.filters import EntryFilter, PlatformEntryFilter
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.roles import Right
from portal.web.access import PageRequest, page, platform_only
from portal.web.lists import render_list
from portal.web.pagination import paginate


@require_safe
@page(Right.READ_AUDIT_LOG)
def listing(request: PageRequest) -> HttpResponse:
    return _list(request, EntryFilter(request.GET, entries=_entries(request)))


@require_safe
@platform_only
def everything(request: PageRequest) -> HttpResponse:
    """The whole log, with what belongs to no merchant: sign-ins, passwords, second factors."""
    return _list(request, PlatformEntryFilter(request.GET, entries=Entry.objects.visible_to(request.user)))


@require_safe
@page(Right.READ_AUDIT_LOG)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    asked = EntryFilter(request.GET, entries=_entries(request))
    return _export(request, kind, asked, listing="audit:list")


@require_safe
@platform_only
def export_everything(request: PageRequest, kind: str) -> HttpResponseBase:
    asked = PlatformEntryFilter(request.GET, entries=Entry.objects.visible_to(request.user))
    return _export(request, kind, asked, listing="audit")


def _entries(request: PageRequest) -> EntryQuerySet:
    return Entry.objects.visible_to(request.user).for_merchant(request.merchant)


def _list(request: PageRequest, asked: EntryFilter) -> HttpResponse:
    found = paginate(asked.found, order=asked.ordering, cursor=request.GET.get("page", ""))
    context = {"filter": asked, "page": found, "lines": lines.of(found.rows, reader=request.user)}
    return render_list(request, "audit/list.html", context, part="audit-table")


def _export(request: PageRequest, kind: str, asked: EntryFilter, *, listing: str) -> HttpResponseBase:
    return exporting.export(
        request,
        kind=kind,
        asked=asked,
        rows=asked.found,
        columns=columns(of_platform=isinstance(asked, PlatformEntryFilter)),
        action=Action.AUDIT_EXPORTED,
        listing=listing,
        read=partial(lines.of, reader=request.user),
    )
