"""Pages of the audit log: read, narrowed down, exported, and never changed."""

import json

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.filters import EntryFilter
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.roles import Right
from portal.web import export as files
from portal.web.access import PageRequest, page, platform_only
from portal.web.export import Column
from portal.web.pages import render_page
from portal.web.pagination import paginate

_CHUNK = 2000
COLUMNS: list[Column] = [
    Column("When", lambda entry: entry.at),
    Column("Who", lambda entry: entry.actor),
    Column("By", lambda entry: entry.get_actor_kind_display()),
    Column("What", lambda entry: entry.get_action_display()),
    Column("On what", lambda entry: entry.subject),
    Column("Id", lambda entry: entry.subject_id),
    Column("Facts", lambda entry: json.dumps(entry.facts, ensure_ascii=False)),
    Column("From where", lambda entry: entry.address),
    Column("How", lambda entry: entry.form),
    Column("Request", lambda entry: entry.request_id),
]


@require_safe
@page(Right.READ_AUDIT_LOG)
def listing(request: PageRequest) -> HttpResponse:
    return _list(request, Entry.objects.visible_to(request.user).of(request.merchant))


@require_safe
@platform_only
def everything(request: PageRequest) -> HttpResponse:
    """The whole log, with what belongs to no merchant: sign-ins, passwords, second factors."""
    return _list(request, Entry.objects.visible_to(request.user))


@require_safe
@page(Right.READ_AUDIT_LOG)
def export(request: PageRequest, kind: str) -> HttpResponseBase:
    if kind not in files.KINDS:
        raise Http404
    entries = Entry.objects.visible_to(request.user).of(request.merchant)
    asked = EntryFilter(request.GET, entries=entries)
    if not asked.form.is_valid():
        return redirect(f"{reverse('audit:list', args=[request.merchant.pk])}?{request.GET.urlencode()}")
    found = asked.found.order_by("-at", "-pk")
    question = {name: text[:100] for name, text in asked.question.items()}
    by, merchant = request.user.actor, request.merchant
    audit.record(Action.AUDIT_EXPORTED, by=by, on=merchant, merchant_id=merchant.pk, question=question)
    name = f"audit-log-{timezone.localdate():%Y-%m-%d}"
    zone = timezone.get_current_timezone()
    return files.respond(kind=kind, name=name, columns=COLUMNS, rows=found.iterator(chunk_size=_CHUNK), zone=zone)


def _list(request: PageRequest, entries: EntryQuerySet) -> HttpResponse:
    found = EntryFilter(request.GET, entries=entries)
    rows = paginate(found.found, order="-at", cursor=request.GET.get("page", ""))
    return render_page(request, "audit/list.html", {"filter": found, "page": rows}, part="audit-table")
