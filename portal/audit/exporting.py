"""Hands out lists by the thousand rows as files, and writes down who took them away."""

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from itertools import islice
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
    columns: list[Column],
    action: Action,
    listing: str,
    read: Callable[[list[Any]], Iterable[Any]] = list,
) -> HttpResponseBase:
    """All the rows as a file, a chunk in memory at a time; `listing` names the page that shows them.

    Of a page of no merchant it is written down on the person who takes it away. `read` makes of a chunk's rows what
    the columns tell of, in the page's time zone.

    A question that makes no sense, or whose answer is too long for one file, leads back there: a file of headings alone
    would say that there is nothing, and one cut short that there is no more.
    """
    if kind not in files.MOST_ROWS:
        raise Http404
    merchant = getattr(request, "merchant", None)
    place = reverse(listing, args=[merchant.pk] if merchant else [])
    page, most = f"{place}?{request.GET.urlencode()}", files.MOST_ROWS[kind]
    if not asked.form.is_valid():
        return redirect(page)
    if rows.order_by()[most : most + 1].exists():
        return not_done(request, page, _TOO_MANY.format(kind=kind.upper(), most=most))
    question = {name: value[:_LONGEST_WORD] for name, value in asked.question.items()}
    owner = merchant.pk if merchant else None
    audit.record(action, by=request.user.actor, on=merchant or request.user, merchant_id=owner, question=question)
    zone = timezone.get_current_timezone()
    order = asked.ordering
    sign = "-" if order.startswith("-") else ""
    return files.respond(
        kind=kind,
        name=f"{listing.partition(':')[0]}-{timezone.localdate():%Y-%m-%d}",
        columns=columns,
        rows=_pieces(rows.order_by(order, f"{sign}pk").iterator(chunk_size=_CHUNK), read, zone),
        zone=zone,
    )


def _pieces(rows: Iterator[Any], read: Callable[[list[Any]], Iterable[Any]], zone: tzinfo) -> Iterator[Any]:
    # A file is sent when the view has long returned, and its time zone with it.
    while chunk := list(islice(rows, _CHUNK)):
        with timezone.override(zone):
            piece = list(read(chunk))
        yield from piece
