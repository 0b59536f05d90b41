"""DATABASE_URL: SQLite out of the box, PostgreSQL to grow."""

from typing import Any

from environ import Env

from portal.settings import environment
from portal.settings.base import VAR_DIR

_SQLITE_OPTIONS = {
    # Take the write lock when a transaction begins: waiting beats failing in its middle.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=20000;",
}
_ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}


def _database() -> dict[str, Any]:
    address = environment.text("DATABASE_URL", "")
    if not address:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        address = f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"
    scheme = address.partition(":")[0]
    if scheme not in _ENGINES:
        environment.stop("DATABASE_URL", "must start with sqlite:// or postgres://")
    try:
        config: dict[str, Any] = Env.db_url_config(address, engine=_ENGINES[scheme])
    except ValueError:
        environment.stop("DATABASE_URL", "is not an address such as postgres://user:password@host/name")
    config["CONN_MAX_AGE"] = 60
    if scheme == "sqlite":
        return config | {"OPTIONS": _SQLITE_OPTIONS}
    return config | {"CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _database()}
