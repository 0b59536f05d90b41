"""Finds refunds by whatever a customer, a receipt, a log or MobilePay's support calls them or their payment."""

from collections.abc import Iterator

from django.db.models import Q

from payments.services.search import by_part
from portal.audit.models import Entry
from portal.web import search
from portal.web.search import Found, Term
from refunds.querysets import RefundQuerySet


def find(refunds: RefundQuerySet, typed: str) -> Found:
    """Those of the refunds that are called so, or whose payment is; else what begins or ends so, or comes near."""
    term = Term.read(typed)
    return search.find(term, exact=_named(refunds, term), part=lambda part: refunds.filter(_by_part(part)))


def _named(refunds: RefundQuerySet, term: Term) -> Iterator[RefundQuerySet]:
    spellings = term.spellings
    if term.uuid:
        yield refunds.filter(Q(pk=term.uuid) | Q(payment=term.uuid))
    yield refunds.filter(Q(remote_id__in=spellings) | Q(refund_order_id__in=spellings))
    yield refunds.filter(Q(payment__order_id__in=spellings) | Q(payment__remote_id__in=spellings))
    about = {
        kind: [pk for each in spellings for pk in Entry.objects.subjects_of_call(each, kind=kind)]
        for kind in ("refund", "payment")
    }
    yield refunds.filter(Q(pk__in=about["refund"]) | Q(payment__in=about["payment"]))
    if term.uuid_range:
        yield refunds.filter(Q(pk__range=term.uuid_range) | Q(payment__pk__range=term.uuid_range))


def _by_part(term: Term) -> Q:
    found = by_part(term, of="payment__")
    for spelling in term.spellings:
        found |= Q(refund_order_id__begins=spelling) | Q(refund_order_id__endswith=spelling)
    return found
