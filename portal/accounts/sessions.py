"""Sessions in the database, along with whose each is, on which device, and when it was last seen.

These stand in the session's own row, so no second list can say anything else than what lets somebody in.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac

from portal import clock
from portal.observability import request_context

SIGNED_IN_AT = "signed_in_at"
DEVICE = "device"
# Pages ask every two seconds; that somebody is here is written down this seldom.
BETWEEN_NOTES = timedelta(minutes=5)


class Session(AbstractBaseSession):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="sessions",
        help_text="Who is signed in with it; nobody yet at the door.",
    )
    signed_in_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=60, blank=True, help_text="The browser that signed in.")
    last_seen_at = models.DateTimeField(default=clock.now)
    network_address = models.CharField(max_length=45, blank=True, help_text="Where it was last seen.")

    def __str__(self) -> str:
        # The key is what lets its holder in: it stands in no log.
        return f"session {self.handle}"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        return SessionStore

    @property
    def handle(self) -> str:
        """What the session is called on pages, which must not hold its key."""
        return salted_hmac("portal.accounts.sessions", self.session_key).hexdigest()[:20]


class SessionStore(DatabaseStore):
    """Django's own; `row` is the session as it was read."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast("Session", super().create_model_instance(data))
        user, since = data.get(SESSION_KEY), data.get(SIGNED_IN_AT)
        row.user_id = int(user) if user else None
        row.signed_in_at = datetime.fromtimestamp(since, tz=UTC) if since else None
        row.device = str(data.get(DEVICE, ""))
        row.network_address = request_context.client_ip()
        return row

    def note_seen(self, *, now: datetime) -> None:
        """Write down that the session is in use, without touching what else is in it."""
        if self.row is not None and self.row.last_seen_at <= now - BETWEEN_NOTES:
            seen = {"last_seen_at": now, "network_address": request_context.client_ip()}
            Session.objects.filter(pk=self.row.pk).update(**seen)

    def _get_session_from_db(self) -> Session | None:
        # The one place where Django has the row: asking for it again would be a query more for every page.
        self.row = super()._get_session_from_db()  # type: ignore[misc] # unknown to its types
        return self.row
