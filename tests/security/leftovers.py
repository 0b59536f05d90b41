"""Reads what a run has left on its disk: rows, sessions, and files whose content is compressed."""

import base64
from pathlib import Path
import sqlite3
import zlib

_COMPRESSED = b"\x78\x9c"


def tables(database: Path) -> str:
    """Every row of every table but the sessions, whose keys are cookies."""
    connection = sqlite3.connect(database)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = (name for name in names if name != "accounts_session")
        rows = [row for name in kept for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
    finally:
        connection.close()
    return "\n".join(map(repr, rows))


def sessions(database: Path) -> str:
    """What the sessions hold, as Django would read it."""
    connection = sqlite3.connect(database)
    try:
        stored = [data for (data,) in connection.execute("SELECT session_data FROM accounts_session")]
    finally:
        connection.close()
    return "\n".join(_unpacked(data) for data in stored)


def readable(file: Path) -> str:
    """The octets of a file as text, along with what was compressed in them."""
    content = file.read_bytes()
    start = content.find(_COMPRESSED)
    inside = b""
    if start >= 0 and file.suffix == ".djcache":
        inside = zlib.decompress(content[start:])
    return (content + inside).decode("latin-1")


def _unpacked(data: str) -> str:
    payload = data.rsplit(":", 2)[0]
    octets = base64.urlsafe_b64decode(payload.lstrip(".") + "==")
    return (zlib.decompress(octets) if payload.startswith(".") else octets).decode()
