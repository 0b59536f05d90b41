"""DATABASE_URL: SQLite out of the box, PostgreSQL to grow."""

from pathlib import Path
from typing import Any

from environ import Env

from portal.settings import environment
from portal.settings.base import VAR_DIR

_SQLITE_OPTIONS = {
    # Take the write lock when a transaction begins: waiting beats failing in its middle.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # With recursive triggers a REPLACE fires the triggers that keep the logs from being changed.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON;",
}
_ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}


def _database() -> dict[str, Any]:
    address = environment.address("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}", schemes=tuple(_ENGINES))
    scheme = address.partition("://")[0]
    try:
        config: dict[str, Any] = Env.db_url_config(address, engine=_ENGINES[scheme])
    except ValueError:
        config = {}
    if not config.get("NAME") or config["NAME"] == ":memory:":
        environment.wrong("DATABASE_URL", "is not an address such as postgres://user:password@host/name")
        return {}
    config["CONN_MAX_AGE"] = 60
    if scheme == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            environment.keep_private(Path(config["NAME"] + suffix))
        return config | {"OPTIONS": _SQLITE_OPTIONS}
    # A server that takes a connection and says nothing must not keep a thread for ever.
    return config | {"CONN_HEALTH_CHECKS": True, "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 10_000}}


DATABASES = {"default": _database()}
