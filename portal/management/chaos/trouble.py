"""What befalls the processes and the line to MobilePay, where a gateway lies now and then: by dice."""

from collections.abc import Callable
import os
from random import Random
import signal
import subprocess
from threading import Event

from django.db import connection

from portal.management import wire

_LIES = ("foreign_before", "foreign_after")
_FAULTS = ("cut_before", "cut_after", "fail_before", "fail_after", "late", "slow", "garble", *_LIES)
_PATHS = (
    ".*",
    "/epayment/v1/payments",
    "/epayment/v1/payments/[^/]+",
    ".*/refund",
    "/accesstoken/get",
    "/pos/v10/payments",
    "/pos/v10/payments/[^/]+",
    ".*/capture",
    "/pos/v10/refunds",
    "/pos/v10/refunds/[^/]+",
    ".*/refunds/[^/]+/capture",
    ".*/cancel",
    ".*/connect/token",
)
# What a gateway in front of MobilePay says for it.
_LYING_STATUSES = (404, 401, 403, 302, 200)
_LYING_BODIES = (
    "<!doctype html><title>Sorry</title>",
    '{"message": "no Route matched with those values"}',
    '{"code": 404}',
    "[]",
    '"ok"',
    "{}",
)


WEBHOOKS_AS_USUAL = {"webhooksLost": 0, "webhooksTwice": False, "webhookDelay": 0, "webhooksForged": False}
_MISHAPS: tuple[dict[str, object], ...] = (
    {},
    {"webhooksLost": 0.5},
    {"webhooksTwice": True},
    {"webhookDelay": 3},
    {"webhooksForged": True, "webhooksTwice": True, "webhooksLost": 0.2},
)
# How often the trouble is the webhooks'.
WEBHOOKS = 0.2
# How often the trouble is the database's, where that can be cut.
CUTS = 0.1


def cut_database() -> bool:
    """End everybody's connections to the database but our own; False where there are none, as on SQLite."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()
    return True


class Kept:
    """A program that is started again whenever it has been killed."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.kills = name, 0
        self._command, self._environment = command, {**os.environ, **environment}
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own programs
            self._command, env=self._environment, start_new_session=True, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """Kill -9, the children included, and start again at once."""
        self.kills += 1
        self.end()
        self.start()

    def end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def make(*, programs: list[Kept], mobilepay: str, dice: Random, stop: Event, say: Callable[[str], object]) -> None:
    """Kill and disturb until told to stop."""
    while not stop.wait(dice.uniform(0.5, 2.5)):
        if dice.random() < 0.4:  # noqa: PLR2004 - two in five times a process dies
            program = dice.choice(programs)
            program.kill()
            say(f"killed {program.name}")
            continue
        if dice.random() < CUTS and cut_database():
            say("cut the database")
            continue
        if dice.random() < WEBHOOKS:
            knobs = {**WEBHOOKS_AS_USUAL, **dice.choice(_MISHAPS)}
            wire.call(mobilepay, "/_simulator/epayment/knobs", body=knobs, method="PATCH")
            say(f"webhooks: {knobs}")
            continue
        kind, path, times = dice.choice(_FAULTS), dice.choice(_PATHS), dice.randrange(1, 9)
        lie = {"status": dice.choice(_LYING_STATUSES), "body": dice.choice(_LYING_BODIES)} if kind in _LIES else {}
        fault = {"kind": kind, "path": path, "times": times, "seconds": 1, **lie}
        wire.call(mobilepay, "/_simulator/faults", body=fault)
        say(f"{kind} on {path}, {times} times {lie or ''}".rstrip())
