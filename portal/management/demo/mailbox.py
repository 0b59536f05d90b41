"""Everybody's letters on one page, which needs no sign-in: an invitation is read by somebody who has no account yet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portal.management.demo import LETTERS
from portal.web.access import PageRequest
from portal.web.pages import render_page

SHOWN = 50
# What Django's backend writes below each letter.
_RULE = "-" * 79


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent_at: datetime
    text: str


def letters() -> list[Letter]:
    """The newest letters, newest first."""
    files = Path(settings.VAR_DIR / LETTERS).glob("*.log")
    newest = sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_read(file) for file in newest[:SHOWN]]


@require_safe
def listing(request: PageRequest) -> HttpResponse:
    return render_page(request, "demo/mailbox.html", {"letters": letters()}, part="letters")


def _read(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = str(message.get_content()).rpartition(_RULE)[0].strip()
    sent_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Letter(str(message["to"]), str(message["subject"]), sent_at, text)
