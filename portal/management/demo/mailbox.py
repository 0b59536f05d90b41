"""Everybody's letters on one page, which needs no sign-in: an invitation is read by somebody who has no account yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from mailbox import Maildir
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portal.management.demo import LETTERS
from portal.web.access import PageRequest
from portal.web.pages import render_page

SHOWN = 50


class EmailBackend(BaseEmailBackend):
    """Sends a letter no further than to the demo's mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mailbox = Maildir(settings.VAR_DIR / LETTERS)
        for each in email_messages:
            mailbox.add(each.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True)
class ShownEmail:
    to: str
    subject: str
    sent_at: datetime
    text: str


def letters() -> list[ShownEmail]:
    """The newest letters, newest first."""
    newest = sorted(Path(settings.VAR_DIR / LETTERS / "new").glob("*"), key=_sent_at, reverse=True)
    return [_read(file) for file in newest[:SHOWN]]


@require_safe
def listing(request: PageRequest) -> HttpResponse:
    return render_page(request, "demo/mailbox.html", {"letters": letters()}, part="letters")


def _read(file: Path) -> ShownEmail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    sent_at = datetime.fromtimestamp(_sent_at(file) // 1_000_000_000, UTC)
    return ShownEmail(str(message["to"]), str(message["subject"]), sent_at, str(message.get_content()).strip())


def _sent_at(file: Path) -> int:
    return file.stat().st_mtime_ns
