"""The log as it is written to standard error, read line by line."""

from contextlib import contextmanager
import io
import json
import logging


@contextmanager
def written():
    """The text that the portal's own handler writes within the block."""
    [handler] = [each for each in logging.getLogger().handlers if each.name == "stderr"]
    text = io.StringIO()
    stderr = handler.setStream(text)
    try:
        yield text
    finally:
        handler.setStream(stderr)


@contextmanager
def logged():
    """The lines, each of which must be JSON, once the block is left."""
    lines = []
    with written() as text:
        yield lines
    lines += [json.loads(line) for line in text.getvalue().splitlines()]


def members(lines, *names):
    """What the lines say under these names; None where one says nothing."""
    return [tuple(line.get(name) for name in names) for line in lines]
