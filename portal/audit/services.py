"""Writes the audit log, and a line of the program's log about each deed."""

import logging
from typing import Any

from django.db import models

from portal import plain_text
from portal.audit.actions import ROUTINE, Action
from portal.audit.actors import Actor, ActorKind
from portal.audit.models import Entry
from portal.observability import request_context

logger = logging.getLogger(__name__)

_LONGEST_SUBJECT = 120


def record(action: Action, *, by: Actor, on: models.Model, merchant_id: int | None, **details: Any) -> None:
    """Write down one deed; call it inside the deed's own transaction.

    `details` must be fit for JSON and hold no secret: amounts as text, ids, states, MobilePay's codes.
    """
    kind = on._meta.model_name or ""  # noqa: SLF001 - Django's documented access to a model's name
    called = plain_text.clean(str(on), longest=_LONGEST_SUBJECT)
    Entry.objects.create(
        action=action,
        actor_kind=by.kind,
        actor=by.name,
        credential_source=by.credential_source,
        merchant_id=merchant_id,
        subject_kind=kind,
        subject_id=str(on.pk),
        subject="" if called == f"{kind} {on.pk}" else called,
        details=details,
        request_id=request_context.request_id(),
        correlation_id=str(details.get("correlation_id") or ""),
        address=request_context.client_ip(),
        is_routine=by.kind == ActorKind.TILL and action in ROUTINE,
    )
    logger.info("%s", action.label, extra={kind: str(on.pk), "action": action.value, "by": by.name, "details": details})


def record_once(action: Action, *, by: Actor, on: models.Model, merchant_id: int | None, **details: Any) -> None:
    """Write a deed down unless the log has it about this very thing already."""
    kind = on._meta.model_name or ""  # noqa: SLF001
    if not Entry.objects.filter(action=action, subject_kind=kind, subject_id=str(on.pk)).exists():
        record(action, by=by, on=on, merchant_id=merchant_id, **details)
