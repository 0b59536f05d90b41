"""Reads the environment; whatever is missing or wrong stops the start, all of it at once, with one line a variable.

A reader notes what is wrong and gives what the settings can be read on with; `check` has the last word.
"""

from collections.abc import Iterable, Sequence
import os
from pathlib import Path
import re
import stat
from urllib.parse import urlsplit

import limits

_TRUE = {"1", "true", "on"}
_FALSE = {"0", "false", "off"}
# Stands in this repository for everybody to read.
DEVELOPMENT_SECRET = "only-for-development-never-in-production"  # noqa: S105 - refused in production below
# What nobody guesses, whatever letters it is made of, as long as it is not the same few over and over.
_SHORTEST_SECRET, _FEWEST_LETTERS = 32, 8
_MAKE_A_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 - a command

# What is wrong, by variable: the first that was noticed, because the rest may follow from it.
_problems: dict[str, str] = {}


def wrong(name: str, problem: str) -> None:
    """Note what is wrong with a variable, for `check` to tell."""
    _problems.setdefault(name, f"{name} {problem}")


def check() -> None:
    """Stop the start when anything is wrong."""
    if _problems:
        # SystemExit rather than an exception of Django's: a line each and no traceback, whoever starts us.
        raise SystemExit("\n".join(f"Configuration: {problem}." for problem in _problems.values()))


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that NAME_FILE points to, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            _problems[name] = f"{name}_FILE names a file that cannot be read ({type(error).__name__})"
            value = ""
    else:
        value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        wrong(name, "is missing")
        return ""
    return default


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value in _TRUE | _FALSE:
        return value in _TRUE
    wrong(name, f"must be one of {', '.join(sorted(_TRUE | _FALSE))}")
    return default


def number(name: str, default: int, *, least: int) -> int:
    value = text(name, str(default))
    if re.fullmatch(r"[0-9]{1,9}", value) and int(value) >= least:
        return int(value)
    wrong(name, f"must be a whole number, {least} or more")
    return default


def words(name: str, default: str | None = None) -> list[str]:
    """A list separated by commas, of one word at least."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    if not found:
        wrong(name, "is missing")
    return found or ["missing"]


def refuse_weak(name: str, secrets: Iterable[str]) -> None:
    """Note it when somebody could guess one of these."""
    for secret in secrets:
        is_long = len(secret) >= _SHORTEST_SECRET and len(set(secret)) >= _FEWEST_LETTERS
        if not is_long or secret == DEVELOPMENT_SECRET:
            wrong(name, f"can be guessed: make one with {_MAKE_A_SECRET}")


def choice(name: str, default: str, *, allowed: Sequence[str]) -> str:
    value = text(name, default)
    if value in allowed:
        return value
    wrong(name, f"must be one of {', '.join(allowed)}")
    return default


def address(name: str, default: str | None = None, *, schemes: Sequence[str]) -> str:
    """Where a service is, and how it is spoken to."""
    value = text(name, default)
    scheme, separator, _ = value.partition("://")
    if scheme in schemes and separator:
        return value
    wrong(name, f"must start with one of {', '.join(f'{each}://' for each in schemes)}")
    return f"{schemes[0]}://"


def url(name: str, default: str | None = None, *, schemes: Sequence[str] = ("https", "http")) -> str:
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if is_usable:
        return value
    wrong(name, f"must be an address that starts with {' or '.join(f'{each}://' for each in schemes)}")
    return default or f"{schemes[0]}://missing"


def rate(name: str, default: str) -> str:
    """So many per time, such as `60/minute`."""
    value = text(name, default)
    try:
        is_usable = limits.parse(value).amount > 0
    except ValueError:
        is_usable = False
    if is_usable:
        return value
    wrong(name, "must be a rate such as 60/minute")
    return default


def folder(name: str, path: Path) -> None:
    """Make sure that a folder the variable leads to exists, and is its owner's alone."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong(name, f"leads to {path}, which cannot be made: {error.strerror}")
        return
    keep_private(path)


def keep_private(path: Path) -> None:
    """Take everybody's rights to a file or folder away but its owner's, unless it is somebody else's or everybody's."""
    if not path.exists():
        return
    status = path.stat()
    if status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX:
        path.chmod(status.st_mode & stat.S_IRWXU)
