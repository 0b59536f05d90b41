"""The columns of an exported audit log."""

from decimal import Decimal

from portal.audit import details
from portal.audit.actors import ActorKind
from portal.audit.lines import Line
from portal.web.export import Column, Kind

# Details that many entries have: each is a column of its own.
_COMMON = ("to_state", "intent", "role", "stores", "outcome", "cause", "reason", "note", "problem")
_OF_MOBILEPAY = ("mobilepay", "code", "correlation_id")
_OWN_COLUMNS = {"amount", "currency", *_COMMON, *_OF_MOBILEPAY}


def columns(*, of_platform: bool) -> list[Column]:
    """Of one merchant's log, or of the platform's: that also names the merchant."""
    merchant = [Column("Merchant", lambda line: line.merchant)] if of_platform else []
    return [
        Column("When", lambda line: line.entry.at, Kind.TIME),
        *merchant,
        Column("Who", lambda line: line.who),
        Column("By", lambda line: line.entry.get_actor_kind_display()),
        Column("Token", _token),
        Column("What", lambda line: line.entry.get_action_display()),
        Column("On what", lambda line: line.entry.called),
        Column("Kind", lambda line: line.kind),
        Column("Id", lambda line: line.entry.subject_id, Kind.ID),
        Column("Amount", _amount),
        Column("Currency", _currency),
        Column("Changes", _changes),
        *[_detail(name) for name in (*_COMMON, *_OF_MOBILEPAY)],
        Column("Other details", _others),
        Column("From where", lambda line: line.entry.address),
        Column("How", lambda line: line.entry.credential_source),
        Column("Request", lambda line: line.entry.request_id),
    ]


def _detail(name: str) -> Column:
    return Column(details.TITLES[name], lambda line: line.words(name))


def _token(line: Line) -> str:
    return line.entry.actor if line.entry.actor_kind == ActorKind.TILL else ""


def _amount(line: Line) -> Decimal | None:
    amount = details.amount(line.entry)
    return amount.major if amount else None


def _currency(line: Line) -> str:
    amount = details.amount(line.entry)
    return amount.currency if amount else line.words("currency")


def _changes(line: Line) -> str:
    return "; ".join(f"{each.title}: {each.words}" for each in line.details if each.is_change)


def _others(line: Line) -> str:
    others = [each for each in line.details if not each.is_change and each.name not in _OWN_COLUMNS]
    return "; ".join(f"{each.title}: {each.words}" for each in others)
