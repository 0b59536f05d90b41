"""Whether the portal and what it stands on are well."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Any

from celery import current_app
from django.db import Error as DatabaseTrouble

from portal import clock, gateway
from portal.health.models import Sign

logger = logging.getLogger(__name__)

# Beat leaves a sign every ten seconds; a few may come late.
SILENCE = timedelta(seconds=45)
_BROKER_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong, by name; empty words mean that all is well there."""

    database: str
    broker: str
    beat: str
    mobilepay: str

    @property
    def can_serve(self) -> bool:
        """Whether a till can be answered at all: without a queue or MobilePay it can, and is told so."""
        return not self.database

    @property
    def is_well(self) -> bool:
        return not (self.database or self.broker or self.beat or self.mobilepay)


def leave_signs(*, now: datetime) -> None:
    """Leave a sign that beat, the queue and this worker live, and one of MobilePay if it answers."""
    _leave(Sign.Of.BEAT, now)
    if gateway.answers():
        _leave(Sign.Of.MOBILEPAY, clock.now())


def check(*, now: datetime) -> Health:
    """Look at everything that the portal stands on."""
    _, broker = _look_at_broker()
    try:
        signs = {sign.of: sign.at for sign in Sign.objects.all()}
    except DatabaseTrouble as error:
        return Health(_words(error), broker, "not known", "not known")
    return Health("", broker, *(_silence(signs.get(each), now=now) for each in (Sign.Of.BEAT, Sign.Of.MOBILEPAY)))


def messages_waiting() -> int | None:
    """How many messages wait for a worker; None while the broker does not answer."""
    return _look_at_broker()[0]


def age_of(sign: Sign.Of, *, now: datetime) -> float | None:
    """Seconds since that sign was left; None when there never was one."""
    found = Sign.objects.filter(of=sign).first()
    return (now - found.at).total_seconds() if found else None


def _leave(sign: Sign.Of, now: datetime) -> None:
    Sign.objects.update_or_create(of=sign, defaults={"at": now})


def _silence(at: datetime | None, *, now: datetime) -> str:
    # A sign from later than now was left by a clock that was ahead: it says nothing.
    if at is not None and abs(now - at) <= SILENCE:
        return ""
    return f"no sign since {at:%Y-%m-%d %H:%M:%S} UTC" if at else "no sign yet"


def _ask_broker() -> int:
    options = {"socket_connect_timeout": _BROKER_SECONDS, "socket_timeout": _BROKER_SECONDS}
    transport_options = {**current_app.conf.broker_transport_options, **options}
    with current_app.connection_for_write(
        connect_timeout=_BROKER_SECONDS, transport_options=transport_options
    ) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=_BROKER_SECONDS)
        queue = current_app.conf.task_default_queue
        channel: Any = connection.default_channel
        # The queue as Celery declares it: RabbitMQ refuses any other words about one that exists.
        return int(channel.queue_declare(queue=queue, durable=True, auto_delete=False).message_count)


def _look_at_broker() -> tuple[int | None, str]:
    """How many messages wait there, and what is wrong with it."""
    try:
        return _ask_broker(), ""
    except Exception as error:  # noqa: BLE001 - each broker has errors of its own
        return None, _words(error)


def _words(error: Exception) -> str:
    # Not its text, and not in the log either: that may hold an address with a password.
    logger.warning("A health check failed: %s", type(error).__name__)
    return f"does not answer ({type(error).__name__})"
