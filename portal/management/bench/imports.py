"""How long a thousand terminals take to come in, rehearsal included."""

from collections.abc import Callable
import time
from typing import Any
from uuid import uuid4

from portal.audit.actors import COMMAND
from portal.management.report import Table
from portal.management.scratch import fresh_database
from terminals import import_file
from terminals.models import Terminal
from terminals.services import imports

AIM_SECONDS = 60
_STORES, _TERMINALS = 50, 20


def measure(*, folder: str, say: Callable[[str], object]) -> Table:
    """Rehearse an import, carry it out, and carry it out again."""
    fresh_database(folder=folder)
    content = _document()
    rows, total = [], 0.0
    for words, is_rehearsal in (("dry run", True), ("import", False), ("the same again", False)):
        began = time.perf_counter()
        merchants = import_file.read(content)
        outcomes = imports.import_merchants(merchants=merchants, by=COMMAND, is_rehearsal=is_rehearsal)
        seconds = time.perf_counter() - began
        total += seconds
        rows.append((words, f"{outcomes['new']}", f"{outcomes['same']}", f"{seconds:.2f} s"))
        say("   ".join(rows[-1]))
    return Table(
        title=f"Import of {Terminal.objects.count():,} terminals in {_STORES} stores",
        head=("step", "new", "same", "time"),
        rows=rows,
        verdict=f"{total:.1f} s in all; aim: under {AIM_SECONDS} s.",
    )


def _document() -> dict[str, Any]:
    stores = [
        {
            "storeId": str(uuid4()),
            "name": f"Store {number}",
            "terminals": [{"terminalId": str(uuid4()), "name": f"Till {till}"} for till in range(_TERMINALS)],
        }
        for number in range(_STORES)
    ]
    merchant = {"bioCode": "CHAIN1", "name": "Chain", "vatNumber": "DK11223344", "currencies": ["DKK"]}
    return {"merchants": [{**merchant, "stores": stores}]}
