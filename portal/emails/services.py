"""Takes letters on, and sends them: none is lost, at worst one comes twice."""

from datetime import datetime, timedelta
import logging
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail import send_mail

from portal import clock
from portal.emails.models import Email
from portal.gateway.schedule import retry_at

logger = logging.getLogger(__name__)

BATCH = 100
# A worker that has not sent a letter by then has died; the next one may send it twice, but never not at all.
_SENDING = timedelta(minutes=2)
_SUBJECT_LENGTH = 250


def enqueue(*, to: str, subject: str, body: str, now: datetime) -> None:
    """Owe somebody a letter; call it inside the deed's own transaction."""
    # Never a line break of somebody's choosing in a header.
    oneline = " ".join(subject.split())[:_SUBJECT_LENGTH]
    Email.objects.create(to=to, subject=oneline, body=body, created_at=now, due_at=now)


def send_due(*, now: datetime, batch: int = BATCH) -> None:
    """Send the letters that are due, each by one worker.

    One that the mail server does not take ends the run: it would hold this worker up for each of the others.
    """
    # Each is decrypted when its turn comes: one whose key is gone must not stand in the way of all.
    for letter in Email.objects.due(now).defer("body")[:batch]:
        if _claim(letter) and not _send(letter):
            return


def _claim(letter: Email) -> bool:
    unsent = Email.objects.filter(pk=letter.pk, due_at=letter.due_at)
    # By the clock of this letter: those before it may have taken their time.
    return bool(unsent.update(due_at=clock.now() + _SENDING, attempts=letter.attempts + 1))


def _send(letter: Email) -> bool:
    """Whether the mail server took it, or refused its reader for good."""
    try:
        send_mail(letter.subject, str(letter.body), None, [letter.to])
    except SMTPRecipientsRefused as refusal:
        logger.exception("The mail server refuses the address of a letter", extra={"letter": letter.pk})
        if _is_final(refusal):
            _write(letter, body=None, due_at=None)
            return True
    except Exception:
        # Whatever it is, the other letters go out all the same: this one steps back.
        logger.exception("A letter could not be sent", extra={"letter": letter.pk})
    else:
        _write(letter, body=None, due_at=None, sent_at=clock.now())
        return True
    _write(letter, due_at=retry_at(attempts=letter.attempts + 1, now=clock.now()))
    return False


def _is_final(refusal: SMTPRecipientsRefused) -> bool:
    """Whether there is no such reader; a server that only wants to be asked again later says 4xx."""
    return all(code >= 500 for code, _ in refusal.recipients.values())  # noqa: PLR2004 - SMTP's own number


def _write(letter: Email, **facts: Any) -> None:
    Email.objects.filter(pk=letter.pk).update(**facts)
