"""Writes the letters that are owed about refunds: to those who must act, and to those who asked."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from portal.accounts.models import User
from portal.emails import services as emails
from portal.roles import Right
from refunds.models import Notification, Refund
from refunds.services import approvals
from refunds.states import State

BATCH = 100


def write_due(*, now: datetime, batch: int = BATCH) -> int:
    """Write the letters that notices owe, each notice's once; give how many notices had a reader."""
    due = Notification.objects.due(now).select_related("refund__merchant", "refund__store", "refund__requester")
    return sum(_write(notice, now=now) for notice in due[:batch])


@transaction.atomic
def _write(notice: Notification, *, now: datetime) -> bool:
    if not Notification.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=now):
        # Another worker was quicker.
        return False
    readers = _readers(notice)
    for reader in readers:
        emails.enqueue(to=reader.email, subject=_subject(notice), body=_body(notice, reader), now=now)
    return bool(readers)


def _readers(notice: Notification) -> list[User]:
    """Who wants to know; nobody any more when somebody has acted before the letter was written."""
    refund = notice.refund
    if notice.kind == Notification.Kind.EMERGENCY:
        return _holders(refund, Right.REVIEW_REFUNDS)
    if notice.kind == Notification.Kind.ASKED:
        return _holders(refund, Right.APPROVE_REFUNDS) if refund.is_requested else []
    if refund.requester is not None:
        return [refund.requester] if refund.requester.is_active else []
    # Nobody at the desk asked; that a till's request lapsed is for those who let it lapse.
    return _holders(refund, Right.APPROVE_REFUNDS) if notice.state == State.LAPSED else []


def _holders(refund: Refund, right: Right) -> list[User]:
    memberships = approvals.approvers(refund=refund, right=right).select_related("user")
    return [membership.user for membership in memberships.order_by("user__email")]


def _body(notice: Notification, reader: User) -> str:
    refund = notice.refund
    link = settings.PORTAL_URL + refund.get_absolute_url()
    words = {"notice": notice, "refund": refund, "reader": reader, "link": link, "state": State(notice.state)}
    return render_to_string(f"refunds/emails/{notice.kind}.txt", words)


def _subject(notice: Notification) -> str:
    refund = notice.refund
    subjects = {
        Notification.Kind.ASKED: f"{refund.amount} to approve",
        Notification.Kind.NEWS: f"{refund.amount}: {State(notice.state).in_a_sentence}",
        Notification.Kind.EMERGENCY: f"{refund.amount} to review: approved in an emergency",
    }
    return f"[PoS Portal] Refund of {subjects[Notification.Kind(notice.kind)]} ({refund.merchant.name})"
