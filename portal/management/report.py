"""What was measured, on which machine: a table for the page of docs/ that keeps a place for it."""

from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import platform
import re
from statistics import quantiles

from django.conf import settings
from django.db import connection

PERFORMANCE = settings.BASE_DIR / "docs" / "performance.md"
RELIABILITY = settings.BASE_DIR / "docs" / "reliability.md"


@dataclass(frozen=True)
class Table:
    """One measurement: `verdict` holds the figures against what they should be."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    verdict: str

    def __str__(self) -> str:
        lines = [f"| {' | '.join(row)} |" for row in (self.head, ["---"] * len(self.head), *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines, "", self.verdict])


def percentile95(values: Sequence[float]) -> float:
    """What nineteen of twenty are below."""
    return quantiles(values, n=20)[-1]


def machine() -> str:
    """The machine and the programs that the figures belong to, in a sentence."""
    cpu = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version()" if connection.vendor == "postgresql" else "SELECT 'SQLite ' || sqlite_version()"
        )
        database = str(cursor.fetchone()[0]).split(" (")[0]
    cores = os.cpu_count()
    return f"{cores} cores of {cpu[1] if cpu else platform.machine()}, Python {platform.python_version()}, {database}"


def write(part: str, table: Table, *, command: str, page: Path) -> None:
    """Put the table where the page keeps the place of this part."""
    if connection.vendor == "postgresql":
        command = f"DATABASE_URL=postgres://… {command}"
    block = f"<!-- {part} -->\n{table}\n\nRun with `{command}` on {machine()}.\n<!-- /{part} -->"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        re.sub(rf"<!-- {part} -->.*?<!-- /{part} -->", lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )
