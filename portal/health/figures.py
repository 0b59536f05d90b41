"""Figures of the whole installation, read from the database when Prometheus asks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
import logging
from typing import Any

from django.db import Error as DatabaseTrouble
from django.db.models import Min
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from payments.models import Payment
from portal.health import clocks, heartbeats, services
from portal.health.models import BEAT, MOBILEPAY
from portal.operations.querysets import OperationQuerySet
from refunds.models import Refund
from terminals.models import PointOfSale

logger = logging.getLogger(__name__)

_KINDS: dict[str, OperationQuerySet[Any]] = {
    "payment": Payment.objects.all(),
    "refund": Refund.objects.all(),
    "point_of_sale": PointOfSale.objects.all(),
}


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
            [(task, ages[task]) for task in heartbeats.sweeps() if task in ages],
        )
        yield _gauge(
            "portal_clock_skew_seconds",
            "How far each machine's clock is ahead of the database's.",
            [(machine, by.total_seconds()) for machine, by in clocks.ahead().items()],
        )

    def _silences(self) -> dict[str, float]:
        now = clocks.database_now()
        return {of: (now - at).total_seconds() for of, at in heartbeats.read().items()}

    def _in_doubt(self) -> Iterator[tuple[str, float]]:
        for kind, rows in _KINDS.items():
            yield kind, rows.in_doubt().count()

    def _ages(self) -> Iterator[tuple[str, float]]:
        for kind, rows in _KINDS.items():
            yield kind, self._longest(rows.in_doubt().aggregate(since=Min("operation_since"))["since"])

    def _lags(self) -> Iterator[tuple[str, float]]:
        for kind, rows in _KINDS.items():
            yield kind, self._longest(rows.due(self._now).values_list("due_at", flat=True).first())

    def _longest(self, since: datetime | None) -> float:
        return (self._now - since).total_seconds() if since else 0.0


def _gauge(name: str, text: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    """A gauge with one value per kind, or with one alone when its kind is empty."""
    values = list(values)
    labels = ["kind"] if any(kind for kind, _ in values) else []
    gauge = GaugeMetricFamily(name, text, labels=labels)
    for kind, value in values:
        gauge.add_metric([kind] if labels else [], value)
    return gauge
