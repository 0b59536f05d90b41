"""What became of people's roles lately, as the audit log has it: memberships themselves keep no history.

An approver whose second factor was removed is out as well, until they have read their letter.
"""

from datetime import datetime

from portal.accounts.models import User
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.roles import Role
from terminals.models import Merchant

_EVERYWHERE = "all stores"


def former_approvers(*, merchant: Merchant, since: datetime) -> set[int]:
    """Who was an approver and lost that, or some of the stores for it, since then."""
    return {int(entry.subject_id) for entry in _losses(merchant, since)}


def who_took_approvers_away(*, merchant: Merchant, since: datetime) -> set[int]:
    """Who removed or demoted an approver since then, or removed an approver's second factor."""
    people = {entry.actor for entry in _losses(merchant, since) if entry.actor_kind == ActorKind.PERSON}
    return set(User.objects.filter(email__in=people).values_list("pk", flat=True))


def _losses(merchant: Merchant, since: datetime) -> list[Entry]:
    acts = [Action.PERSON_CHANGED, Action.PERSON_REMOVED, Action.FACTORS_REMOVED]
    return [
        entry
        for entry in Entry.objects.for_merchant(merchant).filter(action__in=acts, at__gte=since)
        if _is_loss(entry)
    ]


def _is_loss(entry: Entry) -> bool:
    now, before = entry.details, entry.details.get("before", entry.details)
    if before["role"] != Role.APPROVER:
        return False
    if entry.action != Action.PERSON_CHANGED or now["role"] != Role.APPROVER:
        return True
    return now["stores"] not in {_EVERYWHERE, before["stores"]}
