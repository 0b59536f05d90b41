"""Celery and the cache: the file system out of the box, Redis or RabbitMQ to grow."""

from typing import Any

from kombu import Exchange, Queue

from portal.settings import environment
from portal.settings.base import VAR_DIR

_BROKER_DIR = VAR_DIR / "broker"

CELERY_BROKER_URL = environment.address(
    "CELERY_BROKER_URL", "filesystem://", schemes=("filesystem", "redis", "rediss", "amqp", "amqps")
)
if CELERY_BROKER_URL.startswith("filesystem") and CELERY_BROKER_URL != "filesystem://":
    environment.wrong("CELERY_BROKER_URL", "takes no folder after filesystem://: that is VAR_DIR's business")

_IS_REDIS = CELERY_BROKER_URL.startswith("redis")

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if CELERY_BROKER_URL == "filesystem://":
    for folder in ("messages", "processed", "control"):
        environment.folder("VAR_DIR", _BROKER_DIR / folder)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER_DIR / "messages"),
        "data_folder_out": str(_BROKER_DIR / "messages"),
        "processed_folder": str(_BROKER_DIR / "processed"),
        "control_folder": str(_BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.5,
    }
if _IS_REDIS:
    # A Redis that takes a connection and says nothing must not keep a thread for ever; workers ask every second.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# What is done again and again, and after how many seconds. No message lapses: that would be at a time by the sender's
# clock, and workers go by theirs.
_SWEEPS = {
    "payments.sweep_due": 2.0,
    "payments.adopt_orphaned_reservations": 600.0,
    "refunds.sweep_due": 2.0,
    "refunds.enqueue_notifications": 5.0,
    "refunds.change_policies": 60.0,
    "terminals.sweep_due": 2.0,
    "webhooks.sweep_due": 2.0,
    # Once a day would do for this and the last, but beat counts from its start, and may be started anew every night.
    "webhooks.check_registrations": 3600.0,
    "accounts.answer_knocks": 5.0,
    "emails.send_due": 5.0,
    "dashboard.collect_finished_days": 300.0,
    "health.leave_heartbeats": 10.0,
    "retention.tidy": 3600.0,
}
# Each sweep has a queue of its own, in which beat sees whether one waits already.
_QUEUES = {task: f"{CELERY_TASK_DEFAULT_QUEUE}.{task}" for task in _SWEEPS}
CELERY_BEAT_SCHEDULER = "portal.beat.Scheduler"
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"queue": _QUEUES[task]}} for task, seconds in _SWEEPS.items()
}
# Somebody stands at the till: they do not wait behind what was delivered of payments.
CHECK_IN_QUEUE = f"{CELERY_TASK_DEFAULT_QUEUE}.check_ins"
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(CELERY_TASK_DEFAULT_QUEUE), routing_key=name)
    for name in (CELERY_TASK_DEFAULT_QUEUE, CHECK_IN_QUEUE, *_QUEUES.values())
]

# Shared by all processes: MobilePay's access token, an outage, how often an address has tried to sign in.
_CACHE_URL = environment.text("CACHE_URL", CELERY_BROKER_URL if _IS_REDIS else "file://")
_CACHE_IN_FILES = _CACHE_URL == "file://"
if not _CACHE_IN_FILES and not _CACHE_URL.startswith(("redis://", "rediss://")):
    environment.wrong("CACHE_URL", "must start with redis:// or rediss://")

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _CACHE_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if not _CACHE_IN_FILES
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
    },
}
