"""Who uses which access token: read off the audit log, where every sale says with which token it came, and how."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from terminals.models import Merchant, Terminal
from terminals.querysets import TokenQuerySet
from terminals.sales import payments


@dataclass(frozen=True, slots=True)
class TokenUse:
    """When a terminal last began a sale, with which token, and in which form its till sent it."""

    terminal: Terminal
    at: datetime
    lookup_id: str
    credential_source: str

    @property
    def is_old_form(self) -> bool:
        """Whether the till still puts its token where old tills put it, instead of into the header."""
        return not self.credential_source.endswith("header")


def with_last_use(tokens: TokenQuerySet) -> TokenQuerySet:
    """The tokens along with `last_used_at`, when each last did something; status polls do not count."""
    entries = Entry.objects.filter(actor_kind=ActorKind.TILL, actor=OuterRef("lookup_id")).order_by("-at")
    return tokens.annotate(last_used_at=Subquery(entries.values("at")[:1]))


def by_terminal(merchant: Merchant) -> list[TokenUse]:
    """The last sale of each of the merchant's terminals that ever sold, longest ago first."""
    newest = payments().begun_here().filter(terminal=OuterRef("pk")).newest_first().values("pk")[:1]
    terminals = Terminal.objects.for_merchant(merchant).select_related("store").annotate(last_payment=Subquery(newest))
    sold: dict[str, Terminal] = {}
    for terminal in terminals:
        payment_id = terminal.last_payment  # type: ignore[attr-defined] # annotated above
        if payment_id:
            sold[str(payment_id)] = terminal
    begun = Entry.objects.filter(
        action=Action.PAYMENT_NOTED, actor_kind=ActorKind.TILL, subject_kind="payment", subject_id__in=sold
    )
    uses = [TokenUse(sold[entry.subject_id], entry.at, entry.actor, entry.credential_source) for entry in begun]
    return sorted(uses, key=lambda use: use.at)
