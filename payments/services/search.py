"""Finds payments by whatever a customer, a receipt, a log or MobilePay's support calls them."""

from collections.abc import Iterator

from django.db.models import Q

from payments.querysets import PaymentQuerySet
from portal.audit.models import Entry
from portal.database import beginnings  # noqa: F401 - brings the lookup `begins`
from portal.web import search
from portal.web.search import Found, Term


def find(payments: PaymentQuerySet, typed: str) -> Found:
    """Those of the payments that are called so by an id of ours or MobilePay's, their order, a refund or a call.

    Nobody called so: those whose order begins or ends so; else those that come near.
    """
    term = Term.read(typed)
    return search.find(term, exact=_named(payments, term), part=lambda part: payments.filter(by_part(part)))


def _named(payments: PaymentQuerySet, term: Term) -> Iterator[PaymentQuerySet]:
    if term.uuid:
        yield payments.filter(pk=term.uuid)
    yield payments.filter(remote_id__in=term.spellings)
    yield payments.filter(order_id__in=term.spellings)
    if term.uuid:
        yield payments.filter(pk__in=payments.filter(refunds=term.uuid).values("pk"))
    for name in ("remote_id", "refund_order_id"):
        yield payments.filter(pk__in=payments.filter(**{f"refunds__{name}__in": term.spellings}).values("pk"))
    calls = [Entry.objects.subjects_of_call(spelling, kind="payment") for spelling in term.spellings]
    yield payments.filter(pk__in=[pk for found in calls for pk in found])
    if term.uuid_range:
        yield payments.filter(pk__range=term.uuid_range)


def by_part(term: Term, *, of: str = "") -> Q:
    """The order begins or ends so; `of` is the way to the payment, with its underscores."""
    found = Q()
    for spelling in term.spellings:
        found |= Q(**{f"{of}order_id__begins": spelling})
        found |= Q(**{f"{of}reversed_order_id__begins": spelling[::-1]})
    return found
