"""What tests of these pages do again and again."""

from datetime import timedelta

from django.utils.dateparse import parse_datetime

from tests.pages import filled, said, toasts
from tests.refunds.factories import new_refund

DAY = timedelta(days=1)


def path(refund, act=""):
    return f"refunds/{refund.pk}/{act}"


def form(person, address, **fields):
    """What somebody sends who opens a form and fills it in."""
    return filled(person.get(address), **fields)


def asking(payment):
    return f"refunds/ask/{payment.pk}/"


def wish(person, payment, **fields):
    """A request for ten crowns that somebody has filled in."""
    return form(person, asking(payment), **{"amount": "10", "reason": "returned", **fields})


def after(person, answer):
    """What the page says to which an answer leads."""
    assert answer.status_code == 302, answer.content.decode()
    return toasts(person.browser.get(answer["Location"]))


def lead(page):
    return said(page, "div[@id='dialog-content']/p")


def row(payment, state, at="2026-03-02T13:30:00Z", **fields):
    """A till's refund that was asked for at that moment, unless the fields say otherwise."""
    moment = parse_datetime(at)
    facts = {"created_at": moment, "changed_at": moment, "lapses_at": moment + DAY, "due_at": moment + DAY, **fields}
    return new_refund(payment, state=state, **facts)
