"""How terminals are doing: their point of sale, what keeps them busy, and what somebody should look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery

from portal.choices import WordedChoices
from terminals.models import PointOfSale, Terminal
from terminals.sales import payments
from terminals.services import till_calls

if TYPE_CHECKING:
    from payments.models import Payment

BLOCKED_AFTER = timedelta(minutes=3)
SILENT_AFTER = timedelta(days=7)


class Problem(WordedChoices):
    """What is wrong with a terminal, worst first."""

    IN_DOUBT = "in-doubt", "Not known yet"
    BLOCKED = "blocked", "Blocked"
    REFUSED = "refused", "Refused at the door"
    NO_POS = "no-pos", "No point of sale"
    DRIFTED = "drifted", "Differs from MobilePay"
    SILENT = "silent", "Silent"


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """A terminal with its live point of sale, the payment that keeps it busy, and its problem, if there are such."""

    terminal: Terminal
    pos: PointOfSale | None
    payment: "Payment | None"
    last_sale_at: datetime | None
    problem: Problem | None
    since: datetime | None

    @property
    def word(self) -> str:
        """How it is, in the one word that pages have for it."""
        if self.problem:
            return str(self.problem.label)
        return "Selling" if self.payment else "Ready to sell"

    @property
    def tone(self) -> str:
        if self.problem:
            return "bad" if self.problem in {Problem.BLOCKED, Problem.REFUSED, Problem.NO_POS} else "warn"
        return "info" if self.payment else "good"


def status_of(terminals: Iterable[Terminal], *, now: datetime) -> list[TerminalStatus]:
    """How each of the terminals is doing; four questions to the database, however many there are."""
    terminals = list(terminals)
    keys = [terminal.pk for terminal in terminals]
    pos_of = {pos.terminal_id: pos for pos in PointOfSale.objects.live().filter(terminal__in=keys)}
    merchants = {terminal.merchant_id for terminal in terminals}
    busy = {
        payment.terminal_id: payment
        for payment in payments().active().filter(merchant__in=merchants, terminal__in=keys)
    }
    newest = (
        payments()
        .filter(terminal=OuterRef("pk"), store=OuterRef("store"))
        .order_by("-created_at")
        .values("created_at")[:1]
    )
    refused = {till.terminal_id: till.since for till in till_calls.tried_lately(now=now).filter(terminal__in=keys)}
    last = dict(Terminal.objects.filter(pk__in=keys).values_list("pk", Subquery(newest)))
    return [
        _judged(
            terminal,
            pos_of.get(terminal.pk),
            busy.get(terminal.pk),
            last.get(terminal.pk),
            refused.get(terminal.pk),
            now=now,
        )
        for terminal in terminals
    ]


def _judged(
    terminal: Terminal,
    pos: PointOfSale | None,
    payment: "Payment | None",
    last_sale_at: datetime | None,
    refused_since: datetime | None,
    *,
    now: datetime,
) -> TerminalStatus:
    problem, since = _problem(pos, payment, last_sale_at, now=now)
    if refused_since is not None and problem not in {Problem.IN_DOUBT, Problem.BLOCKED}:
        problem, since = Problem.REFUSED, refused_since
    return TerminalStatus(terminal, pos, payment, last_sale_at, problem, since)


def _problem(
    pos: PointOfSale | None,
    payment: "Payment | None",
    last_sale_at: datetime | None,
    *,
    now: datetime,
) -> tuple[Problem | None, datetime | None]:
    if payment is not None and payment.is_in_doubt and payment.attempts > 0:
        return Problem.IN_DOUBT, payment.changed_at
    if payment is not None and payment.changed_at + BLOCKED_AFTER <= now:
        return Problem.BLOCKED, payment.changed_at
    if pos is None:
        return Problem.NO_POS, None
    if pos.is_in_doubt:
        return Problem.IN_DOUBT, pos.changed_at
    heard_at = max(pos.created_at, last_sale_at or pos.created_at)
    is_silent = heard_at + SILENT_AFTER <= now
    if pos.drift or is_silent:
        return (Problem.DRIFTED, pos.drifted_at) if pos.drift else (Problem.SILENT, heard_at)
    return None, None
