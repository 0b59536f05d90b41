"""Figures of the whole installation, read from the database when Prometheus asks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
import logging
from typing import Any

from django.db import Error as DatabaseTrouble
from django.db.models import Max
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from payments import states as payment_states
from payments.models import Payment
from portal.audit.actions import Action
from portal.audit.models import Entry
from portal.followed import FollowedQuerySet
from portal.health import clocks, services, signs
from portal.health.models import BEAT, MOBILEPAY
from refunds import states as refund_states
from refunds.models import Refund
from terminals.models import PointOfSale

logger = logging.getLogger(__name__)

# What can be in doubt, the state in which MobilePay has not confirmed it at all, and how an intent is written down.
_FOLLOWED: dict[str, tuple[FollowedQuerySet[Any], str, Action]] = {
    "payment": (Payment.objects.all(), payment_states.State.CREATED, Action.PAYMENT_INTENDED),
    "refund": (Refund.objects.all(), refund_states.State.CREATED, Action.REFUND_INTENDED),
}
# More than that in doubt, and the figures speak of the oldest so many.
_MOST = 1000


def exposition(*, now: datetime) -> bytes:
    """Everything Prometheus may know: what this machine's processes have counted, and how the installation stands."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # its authors left it out
    registry.register(_Figures(now))
    return generate_latest(registry)


class _Figures:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from self._installation()
        except DatabaseTrouble as error:
            # What processes have counted is worth reading all the same, and just then.
            logger.warning("Figures of the installation cannot be read: %s", type(error).__name__)
        waiting = services.messages_waiting()
        yield _gauge(
            "portal_queue_depth", "Messages that wait for a worker.", [] if waiting is None else [("", waiting)]
        )

    def _installation(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("portal_in_doubt", "Rows whose outcome at MobilePay is not known.", self._in_doubt())
        yield _gauge("portal_in_doubt_age_seconds", "How long the oldest of them has been in doubt.", self._ages())
        yield _gauge(
            "portal_sweep_lag_seconds", "How long the row that waits longest is overdue for a worker.", self._lags()
        )
        ages = self._silences()
        for name, words, sign in (
            ("portal_beat_age_seconds", "beat, the queue and a worker", BEAT),
            ("portal_mobilepay_age_seconds", "MobilePay", MOBILEPAY),
        ):
            found = [("", ages[sign])] if sign in ages else []
            yield _gauge(name, f"How long ago {words} last gave a sign of life.", found)
        yield _gauge(
            "portal_sweep_age_seconds",
            "How long ago each sweep last ran to its end.",
            [(task, ages[task]) for task in signs.sweeps() if task in ages],
        )
        yield _gauge(
            "portal_clock_skew_seconds",
            "How far each machine's clock is ahead of the database's.",
            [(machine, by.total_seconds()) for machine, by in clocks.ahead().items()],
        )

    def _silences(self) -> dict[str, float]:
        now = clocks.database_now()
        return {of: (now - at).total_seconds() for of, at in signs.read().items()}

    def _in_doubt(self) -> Iterator[tuple[str, float]]:
        for kind, (rows, *_) in _FOLLOWED.items():
            yield kind, rows.in_doubt().count()
        yield "point_of_sale", PointOfSale.objects.in_doubt().count()

    def _ages(self) -> Iterator[tuple[str, float]]:
        for kind, (rows, unconfirmed, intended) in _FOLLOWED.items():
            doubtful = list(rows.in_doubt().order_by("changed_at").values_list("pk", "state", "changed_at")[:_MOST])
            since = {str(pk): at for pk, _, at in doubtful}
            # What MobilePay had confirmed is in doubt since it was told something more, which was noted later.
            confirmed = [str(pk) for pk, state, _ in doubtful if state != unconfirmed]
            noted = Entry.objects.filter(action=intended, subject_kind=kind, subject_id__in=confirmed)
            since |= dict(noted.values_list("subject_id").annotate(Max("at")).order_by())
            yield kind, self._longest(since.values())
        changed = PointOfSale.objects.in_doubt().values_list("changed_at", flat=True)
        yield "point_of_sale", self._longest(changed)

    def _lags(self) -> Iterator[tuple[str, float]]:
        for kind, (rows, *_) in _FOLLOWED.items():
            yield kind, self._longest(rows.due(self._now).values_list("due_at", flat=True)[:1])
        due = PointOfSale.objects.due(self._now)
        yield "point_of_sale", self._longest(at for at in due.values_list("due_at", flat=True) if at)

    def _longest(self, times: Iterable[datetime]) -> float:
        return max(((self._now - at).total_seconds() for at in times), default=0.0)


def _gauge(name: str, text: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    """A gauge with one value per kind, or with one alone when its kind is empty."""
    values = list(values)
    labels = ["kind"] if any(kind for kind, _ in values) else []
    gauge = GaugeMetricFamily(name, text, labels=labels)
    for kind, value in values:
        gauge.add_metric([kind] if labels else [], value)
    return gauge
