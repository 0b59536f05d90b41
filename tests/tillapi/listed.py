"""What the description lists that a call can be refused with, and what any call of the running tests was.

A test fails in which a call is refused with what is not listed (conftest.py); that whatever is listed can come is
tested in test_refusals.py and test_own_refusals.py.
"""

from functools import cache

from portal.observability import metrics
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
