"""`manage.py bench`: what the portal costs and carries; figures go into docs/performance.md."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from portal.management import report
from portal.management.bench import deliveries, imports, lists, neighbours, outage, polls, sales
from portal.management.report import Table
from portal.management.stage import require_free

FOLDER = "bench"
# What SQLite writes in a minute, and what PostgreSQL must carry.
MANY = {"sqlite": 200_000, "postgresql": 5_000_000}


class Command(BaseCommand):
    help = "Measure the portal beside bare peers in the same run, and write the figures into docs/performance.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = ("polls", "sales", "deliveries", "outage", "neighbours", "imports", "lists")
        parser.add_argument("parts", nargs="*", default=parts, help=f"some of: {', '.join(parts)}")
        parser.add_argument("--port", type=int, default=8790)
        parser.add_argument("--simulator-port", type=int, default=8795)

    def handle(self, *_args: Any, parts: list[str], port: int, simulator_port: int, **_options: Any) -> None:
        require_free(port, simulator_port)
        own: dict[str, Any] = {"folder": FOLDER, "say": self.stdout.write}
        served = {**own, "port": port}
        measures: dict[str, Callable[[], Table]] = {
            "polls": partial(polls.measure, **served),
            "sales": partial(sales.measure, **served, simulator_port=simulator_port),
            "deliveries": partial(deliveries.measure, **served, simulator_port=simulator_port),
            "outage": partial(outage.measure, **served, simulator_port=simulator_port),
            "neighbours": partial(neighbours.measure, **served, simulator_port=simulator_port),
            "imports": partial(imports.measure, **own),
            "lists": partial(lists.measure, **own, many=MANY[connection.vendor]),
        }
        for part in parts:
            table = measures[part]()
            report.write(part, table, command=f"make bench PARTS={part}", page=report.PERFORMANCE)
            self.stdout.write(table.verdict)
