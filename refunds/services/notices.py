"""Writes the letters that are owed about refunds: to those who must act, and to those who asked."""

from datetime import datetime, timedelta
import logging
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from portal import clock
from portal.accounts.models import User
from portal.gateway import retry_at
from portal.roles import Right
from refunds.models import Notice, Refund
from refunds.services import approving
from refunds.states import State

logger = logging.getLogger(__name__)

BATCH = 100
# A worker that has not sent a letter by then has died; the next one may send it twice, but never not at all.
_SENDING = timedelta(minutes=2)


def send_due(*, now: datetime, batch: int = BATCH) -> int:
    """Send the letters that are owed and due, each by one worker; give how many went out."""
    due = Notice.objects.due(now).select_related("refund__merchant", "refund__store", "refund__requester")
    return sum(_send(notice) for notice in due[:batch] if _claim(notice))


def _claim(notice: Notice) -> bool:
    unsent = Notice.objects.filter(pk=notice.pk, sent_at=None, due_at=notice.due_at)
    # By the clock of this letter: those before it may have taken their time.
    return bool(unsent.update(due_at=clock.now() + _SENDING, attempts=notice.attempts + 1))


def _send(notice: Notice) -> bool:
    readers = _readers(notice)
    try:
        for reader in readers:
            _write(notice, reader)
    except OSError:
        logger.exception("A letter about a refund could not be sent")
        again = retry_at(attempts=notice.attempts + 1, now=clock.now())
        Notice.objects.filter(pk=notice.pk).update(due_at=again)
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=clock.now())
    return bool(readers)


def _readers(notice: Notice) -> list[User]:
    """Who wants to know; nobody any more when somebody has acted before the letter was written."""
    refund = notice.refund
    if notice.kind == Notice.Kind.EMERGENCY:
        return _holders(refund, Right.REVIEW_REFUNDS)
    if notice.kind == Notice.Kind.ASKED:
        return _holders(refund, Right.APPROVE_REFUNDS) if refund.is_requested else []
    if refund.requester is not None:
        return [refund.requester] if refund.requester.is_active else []
    # Nobody at the desk asked; that a till's request lapsed is for those who let it lapse.
    return _holders(refund, Right.APPROVE_REFUNDS) if notice.state == State.LAPSED else []


def _holders(refund: Refund, right: Right) -> list[User]:
    memberships = approving.approvers(refund=refund, right=right).select_related("user")
    return [membership.user for membership in memberships.order_by("user__email")]


def _write(notice: Notice, reader: User) -> None:
    refund = notice.refund
    link = settings.PORTAL_URL + reverse("refunds:detail", args=[refund.merchant_id, refund.pk])
    words = {"notice": notice, "refund": refund, "reader": reader, "link": link, "state": State(notice.state)}
    body = render_to_string(f"refunds/letters/{notice.kind}.txt", words)
    try:
        send_mail(_subject(notice), body, None, [reader.email])
    except SMTPRecipientsRefused:
        # An address that does not exist must not keep the others from their letter, now and at each later try.
        logger.exception("The mail server refuses the address of person %s", reader.pk)


def _subject(notice: Notice) -> str:
    refund = notice.refund
    subjects = {
        Notice.Kind.ASKED: f"{refund.amount} to approve",
        Notice.Kind.NEWS: f"{refund.amount}: {State(notice.state).in_a_sentence}",
        Notice.Kind.EMERGENCY: f"{refund.amount} to review: approved in an emergency",
    }
    # Never a line break of somebody's choosing in a header.
    merchant = " ".join(refund.merchant.name.split())
    return f"[PoS Portal] Refund of {subjects[Notice.Kind(notice.kind)]} ({merchant})"
