"""What the description lists that a call can be refused with, and what any call of the running tests was.

The two are the same: a test fails in which a call is refused with what is not listed (conftest.py), and a run of all
tests fails in which something that is listed never came.
"""

from functools import cache

import pytest

from portal import metrics
from portal.tillapi import catalogue, refusals
from portal.tillapi.calls import UNKNOWN

_found: set[tuple[str, str]] = set()


@cache
def listed() -> set[tuple[str, str]]:
    """Every path of the contract with each of its codes."""
    return {(call.path, refusal.code) for call in catalogue.calls() for refusal in call.refusals}


def answered() -> set[tuple[str, str]]:
    """Every path with each code that it was refused with, in this process."""
    samples = [sample for metric in metrics._till_calls.collect() for sample in metric.samples]
    called = {(sample.labels["endpoint"].strip("/"), sample.labels["outcome"]) for sample in samples}
    return {(path, code) for path, code in called if path != UNKNOWN and code != "ok"}


def unlisted() -> set[tuple[str, str]]:
    """What a till was answered since the last time and no page lists; it is told once."""
    anywhere = {refusal.code for refusal in refusals.anywhere()}
    new = {(path, code) for path, code in answered() - listed() - _found if code not in anywhere}
    _found.update(new)
    return new


class Coverage:
    """Gathers what the processes of a run saw, to tell what is listed and never came."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def pytest_testnodedown(self, node) -> None:
        """Take over what a process of its own saw."""
        self.seen |= {tuple(pair) for pair in getattr(node, "workeroutput", {}).get("refused", ())}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session) -> None:
        """Hand over what was seen, or judge it when all tests have run and none has failed."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["refused"] = sorted(answered())
            return
        self.seen |= answered()
        if session.exitstatus == pytest.ExitCode.OK and _is_whole(session.config) and listed() - self.seen:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter, config) -> None:
        """Name what never came."""
        if _is_whole(config):
            for path, code in sorted(listed() - self.seen):
                terminalreporter.write_line(f"{path} is never refused with {code}, which its description lists")


def _is_whole(config) -> bool:
    return config.args == config.getini("testpaths") and not (config.option.keyword or config.option.markexpr)
