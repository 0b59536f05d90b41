"""The demo's programs: one that ends by itself is started again, one that cannot run ends the demo with the reason."""

from pathlib import Path
import sys
from threading import Event

from django.core.management import CommandError
import pytest

from portal.management import processes
from portal.management.demo import keeper
from portal.management.demo.keeper import Kept, watch
from tests.security.programs import until

FAIL = [sys.executable, "-c", "raise SystemExit(3)"]
STAY = [sys.executable, "-c", "import signal; signal.pause()"]
# Ends once, and runs when it is started again.
FAIL_ONCE = """
import os, pathlib, signal
done = pathlib.Path(os.environ["DONE"])
if not done.exists():
    done.touch()
    raise SystemExit(3)
signal.pause()
"""
LEAVE_A_CHILD = """
import os, pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
pathlib.Path(os.environ["PID"]).write_text(str(child.pid))
os._exit(1)
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(keeper, "LOOK_EVERY_SECONDS", 0.02)


def test_a_program_that_ends_is_started_again_and_that_is_said(tmp_path):
    stop, said, back = Event(), [], []
    environment = {"DONE": str(tmp_path / "done")}

    def say(line):
        said.append(line)
        stop.set()

    with processes.running([sys.executable, "-c", FAIL_ONCE], STAY, environment=environment) as children:
        first, other = children
        kept = [
            Kept("The sellers", children, 0, environment, lambda: back.append(children[0].poll())),
            Kept("The worker", children, 1, environment),
        ]
        watch(kept, stop, say)
        second = children[0]
        is_running = second.poll() is None

    assert said == ["The sellers had ended with exit code 3 and is started again."]
    assert back == [None]
    assert (second is not first, is_running, children[1] is other) == (True, True, True)
    # The block stops whatever has taken a place in its list.
    assert [child.poll() is None for child in children] == [False, False]


def test_a_program_that_ends_at_once_again_and_again_ends_the_demo_with_the_reason():
    said = []

    with processes.running(FAIL) as children, pytest.raises(CommandError) as caught:
        watch([Kept("The worker", children, 0, {})], Event(), said.append)

    assert said == ["The worker had ended with exit code 3 and is started again."] * 2
    assert str(caught.value) == (
        f"The worker ended 3 times right after its start, the last time with exit code 3: {' '.join(FAIL)}"
    )


def test_a_program_that_ran_for_a_while_between_its_ends_is_started_every_time(monkeypatch):
    monkeypatch.setattr(keeper, "SHORT_LIFE_SECONDS", 0.0)
    stop, said = Event(), []

    def say(line):
        said.append(line)
        if len(said) == 4:
            stop.set()

    with processes.running(FAIL) as children:
        watch([Kept("The worker", children, 0, {})], stop, say)

    assert len(said) == 4


def test_what_a_dead_program_left_behind_is_gone_when_it_is_started_again(tmp_path):
    stop, orphans = Event(), []
    environment = {"PID": str(tmp_path / "pid")}

    def say(_line):
        orphans.append((tmp_path / "pid").read_text())
        stop.set()

    with processes.running([sys.executable, "-c", LEAVE_A_CHILD], environment=environment) as children:
        watch([Kept("The portal", children, 0, environment)], stop, say)
        # Nobody may be there to bury it.
        until(lambda: _state(orphans[0]) in {"gone", "Z"})


def test_nothing_is_started_once_the_demo_is_asked_to_stop():
    stop = Event()
    stop.set()

    with processes.running(FAIL) as children:
        [child] = children
        child.wait()
        watch([Kept("The worker", children, 0, {})], stop, lambda _line: pytest.fail("Nothing is to be said."))

    assert children == [child]


def _state(pid):
    """As the kernel has it: Z for what is dead and not buried."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] if stat.exists() else "gone"
