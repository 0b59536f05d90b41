"""Starts the portal's programs as child processes and stops them together."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys
from threading import Event

from django.conf import settings

TIMEOUT_SECONDS = 10.0
_BIN = Path(sys.executable).parent


def web(*, port: int, application: str = "portal.wsgi:application", workers: int = 1, threads: int = 4) -> list[str]:
    """The command that serves the portal on the loopback interface."""
    command = [str(_BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return [
        *command,
        "--workers",
        str(workers),
        "--blocking-threads",
        str(threads),
        "--log-level",
        "warning",
        application,
    ]


def worker() -> list[str]:
    """The command that runs a worker with beat."""
    command = [str(_BIN / "celery"), "--app", "portal", "--quiet", "worker", "--beat"]
    return [*command, "--pool", "threads", "--concurrency", "4", "--loglevel", "warning"]


def manage(*arguments: str) -> list[str]:
    """The command that runs one of ours."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def start(
    command: list[str], *, environment: Mapping[str, str] | None = None, is_silent: bool = False
) -> subprocess.Popen[bytes]:
    """Start one of the commands."""
    # A session of its own: Ctrl-C reaches only us, and we stop our programs in order.
    return subprocess.Popen(  # noqa: S603 - our own programs
        command,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        stderr=subprocess.DEVNULL if is_silent else None,
    )


def clear_away(child: subprocess.Popen[bytes]) -> None:
    """Kill a program if it still runs, and whatever it started and left behind."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@contextmanager
def running(
    *commands: list[str], environment: Mapping[str, str] | None = None, is_silent: bool = False
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the commands until the block ends, then stop them all, by force if they linger.

    `is_silent` throws away what they log: for measurements in which calls are meant to fail. Whatever takes the place
    of one in the list is stopped in its stead.
    """
    children = [start(command, environment=environment, is_silent=is_silent) for command in commands]
    try:
        yield children
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(TIMEOUT_SECONDS)
            clear_away(child)


def answers(port: int) -> bool:
    """Whether something listens on this port of the loopback interface."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, *, seconds: float = 30.0) -> bool:
    """Wait until something listens on the port; False when nothing does in time."""
    pause = Event()
    for _ in range(int(seconds * 10)):
        if answers(port):
            return True
        pause.wait(0.1)
    return False
