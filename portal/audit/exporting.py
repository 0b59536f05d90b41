"""Hands out lists by the thousand rows as files, and writes down who took them away."""

from typing import Any

from django.db import models
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.web import export as files
from portal.web.access import PageRequest
from portal.web.export import Column
from portal.web.filters import ListFilter
from portal.web.pages import not_done

_CHUNK = 2000
_LONGEST_WORD = 100
_TOO_MANY = (
    "No file was made: it would have more than {most:,} rows, the most that one {kind} file may have. "
    "Choose fewer days, or narrow the list in another way, and export it in parts."
)


def export(
    request: PageRequest,
    *,
    kind: str,
    asked: ListFilter,
    rows: models.QuerySet[Any],
    order: str,
    columns: list[Column],
    action: Action,
    listing: str,
) -> HttpResponseBase:
    """All the rows as a file, a chunk in memory at a time; `listing` names the page that shows them.

    A question that makes no sense, or whose answer is too long for one file, leads back there: a file of headings alone
    would say that there is nothing, and one cut short that there is no more.
    """
    if kind not in files.MOST_ROWS:
        raise Http404
    page, most = f"{reverse(listing, args=[request.merchant.pk])}?{request.GET.urlencode()}", files.MOST_ROWS[kind]
    if not asked.form.is_valid():
        return redirect(page)
    if rows.order_by()[most : most + 1].exists():
        return not_done(request, page, _TOO_MANY.format(kind=kind.upper(), most=most))
    question = {name: value[:_LONGEST_WORD] for name, value in asked.question.items()}
    by, merchant = request.user.actor, request.merchant
    audit.record(action, by=by, on=merchant, merchant_id=merchant.pk, question=question)
    sign = "-" if order.startswith("-") else ""
    return files.respond(
        kind=kind,
        name=f"{listing.partition(':')[0]}-{timezone.localdate():%Y-%m-%d}",
        columns=columns,
        rows=rows.order_by(order, f"{sign}pk").iterator(chunk_size=_CHUNK),
        zone=timezone.get_current_timezone(),
    )
