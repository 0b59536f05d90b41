"""Writes the audit log, and a line of the program's log about each deed."""

import logging
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.db import models

from portal import plain_text
from portal.audit.actions import Action, is_routine
from portal.audit.actors import Actor
from portal.audit.models import Entry
from portal.observability import request_context

if TYPE_CHECKING:
    from portal.accounts.models import User

logger = logging.getLogger(__name__)

_LONGEST_SUBJECT = 120


class HasPage(Protocol):
    """A row that the log can lead to: one with a page of its own, or that another page shows."""

    def get_absolute_url(self) -> str: ...


def record(action: Action, *, by: Actor, on: "HasPage | User", merchant_id: int | None, **details: Any) -> None:
    """Write down one deed; call it inside the deed's own transaction.

    `on` has a page, or is a person: readers are led there (`portal.audit.lines`).
    `details` must be fit for JSON and hold no secret: amounts as text, ids, states, MobilePay's codes.
    """
    row = cast("models.Model", on)
    kind = row._meta.model_name or ""  # noqa: SLF001 - Django's documented access to a model's name
    called = plain_text.clean(str(row), longest=_LONGEST_SUBJECT)
    Entry.objects.create(
        action=action,
        actor_kind=by.kind,
        actor=by.name,
        credential_source=by.credential_source,
        merchant_id=merchant_id,
        subject_kind=kind,
        subject_id=str(row.pk),
        subject="" if called == f"{kind} {row.pk}" else called,
        details=details,
        request_id=request_context.request_id(),
        correlation_id=str(details.get("correlation_id") or ""),
        address=request_context.client_ip(),
        is_routine=is_routine(action, by=by.kind),
    )
    facts = {kind: str(row.pk), "action": action.value, "by": by.name, "details": details}
    logger.info("%s", action.label, extra=facts)


def record_once(action: Action, *, by: Actor, on: HasPage, merchant_id: int | None, **details: Any) -> None:
    """Write a deed down unless the log has it about this very thing already."""
    if not Entry.objects.about(cast("models.Model", on)).filter(action=action).exists():
        record(action, by=by, on=on, merchant_id=merchant_id, **details)
