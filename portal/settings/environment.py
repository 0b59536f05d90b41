"""Reads the environment; nonsense stops the start with one line that names the variable."""

from collections.abc import Sequence
import os
from pathlib import Path
import re
import stat
from typing import NoReturn
from urllib.parse import urlsplit

import limits

_TRUE = {"1", "true", "on"}
_FALSE = {"0", "false", "off"}


def stop(name: str, problem: str) -> NoReturn:
    # SystemExit rather than an exception of Django's: one line and no traceback, whoever starts us.
    raise SystemExit(f"Configuration: {name} {problem}.")


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that NAME_FILE points to, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            stop(f"{name}_FILE", f"names a file that cannot be read ({type(error).__name__})")
    else:
        value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        stop(name, "is missing")
    return default


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value in _TRUE | _FALSE:
        return value in _TRUE
    stop(name, f"must be one of {', '.join(sorted(_TRUE | _FALSE))}")


def number(name: str, default: int, *, least: int) -> int:
    value = text(name, str(default))
    if re.fullmatch(r"[0-9]{1,9}", value) and int(value) >= least:
        return int(value)
    stop(name, f"must be a whole number, {least} or more")


def words(name: str, default: str | None = None) -> list[str]:
    """A list separated by commas."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    if not found:
        stop(name, "is missing")
    return found


def choice(name: str, default: str, *, allowed: Sequence[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        stop(name, f"must be one of {', '.join(allowed)}")
    return value


def url(name: str, default: str | None = None, *, schemes: Sequence[str] = ("https", "http")) -> str:
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        stop(name, f"must be an address that starts with {' or '.join(f'{each}://' for each in schemes)}")
    return value


def rate(name: str, default: str) -> str:
    """So many per time, such as `60/minute`."""
    value = text(name, default)
    try:
        is_usable = limits.parse(value).amount > 0
    except ValueError:
        is_usable = False
    if not is_usable:
        stop(name, "must be a rate such as 60/minute")
    return value


def folder(name: str, path: Path) -> None:
    """Make sure that a folder the variable leads to exists, and is its owner's alone."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(name, f"leads to {path}, which cannot be made: {error.strerror}")
    keep_private(path)


def keep_private(path: Path) -> None:
    """Take everybody's rights to a file or folder away but its owner's, unless it is somebody else's or everybody's."""
    if not path.exists():
        return
    status = path.stat()
    if status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX:
        path.chmod(status.st_mode & stat.S_IRWXU)
