"""Logs go to standard error, one line each: JSON for machines, or text for people."""

from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS

from portal.settings import environment
from portal.settings.base import DEBUG

LOG_FORMAT = environment.choice("LOG_FORMAT", "text" if DEBUG else "json", allowed=["json", "text"])
# A terminal is for what goes wrong; a log is for every deed.
LOG_LEVEL = environment.choice("LOG_LEVEL", "WARNING" if DEBUG else "INFO", allowed=["INFO", "WARNING", "ERROR"])

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "context": {"()": "portal.observability.log_filters.ContextFilter"},
        "addresses": {"()": "portal.observability.log_filters.RedactUrlFilter"},
        "refusals": {"()": "portal.audit.refusals.RefusalFilter"},
    },
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{message}",
            "style": "{",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            # Django hands the whole request along.
            "reserved_attrs": [*RESERVED_ATTRS, "request"],
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["context", "addresses", "refusals"],
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Beat and the sweeps speak every two seconds; only what goes wrong is news.
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
    },
}
