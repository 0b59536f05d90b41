"""Child processes that are started and stopped together."""

import signal
import socket
import sys

from django.core.management import CommandError
import pytest

from portal.management import processes
from tests.commands.programs import free_ports

LISTEN = """
import os, signal, socket
{before}
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while True:
    server.accept()[0].close()
"""


def listening(before=""):
    return [sys.executable, "-c", LISTEN.format(before=before)]


def test_children_run_in_their_environment_and_end_with_the_block():
    [port] = free_ports(1)

    with processes.running(listening(), environment={"PORT": str(port)}) as [child]:
        is_up = processes.wait_for(port)

    assert is_up is True
    assert child.returncode == -signal.SIGTERM
    assert processes.answers(port) is False


def test_a_child_that_will_not_go_is_stopped_by_force(monkeypatch):
    monkeypatch.setattr(processes, "TIMEOUT_SECONDS", 0.2)
    [port] = free_ports(1)
    stubborn = listening("signal.signal(signal.SIGTERM, signal.SIG_IGN)")

    with processes.running(stubborn, environment={"PORT": str(port)}) as [child]:
        is_up = processes.wait_for(port)

    assert is_up is True
    assert child.returncode == -signal.SIGKILL
    assert processes.answers(port) is False


def test_children_end_too_when_the_block_fails():
    [port] = free_ports(1)
    children = []

    def fail():
        with processes.running(listening(), environment={"PORT": str(port)}) as started:
            children.extend(started)
            processes.wait_for(port)
            raise CommandError("something else went wrong")

    with pytest.raises(CommandError, match="something else went wrong"):
        fail()
    assert [child.returncode for child in children] == [-signal.SIGTERM]
    assert processes.answers(port) is False


def test_nobody_is_waited_for_longer_than_asked():
    [port] = free_ports(1)

    assert processes.wait_for(port, seconds=0.2) is False


def test_who_listens_already_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert processes.wait_for(port, seconds=0.1) is True
