"""The portal's programs as in production, each with its outputs in a file, and a mail server that keeps all letters."""

from contextlib import contextmanager, suppress
import os
from pathlib import Path
import signal
import socketserver
import subprocess
import sys
from threading import Event, Thread

from portal.management import processes
from tests.commands.programs import ROOT


class Programs:
    """Whatever is started here writes into `logs`, and ends with the block."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[subprocess.Popen] = []

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self._logs / name).open("ab") as log:
            self._running.append(
                subprocess.Popen(  # noqa: S603
                    command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
                )
            )

    def run(self, name: str, *arguments: str, environment: dict[str, str]) -> str:
        """A command of ours to its end; gives its standard output, and writes only the rest into its file."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        with (self._logs / name).open("ab") as log:
            done = subprocess.run(  # noqa: S603
                command,
                env=environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=30,
                check=True,
                start_new_session=True,
            )
        return done.stdout

    def stop(self) -> None:
        for program in self._running:
            program.send_signal(signal.SIGTERM)
        for program in self._running:
            with suppress(subprocess.TimeoutExpired):
                program.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


@contextmanager
def programs(logs: Path):
    started = Programs(logs)
    try:
        yield started
    finally:
        started.stop()


def wait_for_all(*ports: int) -> None:
    assert [port for port in ports if not processes.wait_for(port, seconds=20)] == []


def until(is_so, *, seconds: float = 15.0) -> None:
    """Ask again and again, but not forever."""
    pause = Event()
    for _ in range(int(seconds * 10)):
        if is_so():
            return
        pause.wait(0.1)
    raise AssertionError("It has not come to pass in time.")


class _Letter(socketserver.StreamRequestHandler):
    """As much SMTP as it takes to prove oneself and to hand a letter over."""

    def handle(self) -> None:
        self._say("220 mail")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "EHLO":
                self._say("250-mail\r\n250 AUTH PLAIN LOGIN")
            elif word == "AUTH":
                self.server.proofs.append(line)
                self._say("535 not now" if self.server.is_refusing else "235 welcome")
            elif word == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.letters.append(b"".join(lines).decode().replace("=\r\n", "").replace("=3D", "="))
                self._say("250 taken")
            else:
                self._say("221 bye" if word == "QUIT" else "250 good")
                if word == "QUIT":
                    return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Letter)
        self.letters: list[str] = []
        self.proofs: list[str] = []
        self.is_refusing = False

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def mail_server():
    server = MailServer()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
