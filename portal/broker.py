"""What the broker says about the queues that workers take from."""

from collections.abc import Iterable
from typing import Any

from celery import current_app
from kombu import Connection

_SECONDS = 1


def connect() -> Connection:
    """A connection that gives up after a second, whatever the broker does; it is opened when something is asked."""
    options = {"socket_connect_timeout": _SECONDS, "socket_timeout": _SECONDS}
    transport_options = {**current_app.conf.broker_transport_options, **options}
    return current_app.connection_for_write(connect_timeout=_SECONDS, transport_options=transport_options)


def messages_waiting(connection: Connection, queues: Iterable[str]) -> int:
    """How many messages wait in these queues; raises whatever the broker's library does."""
    connection.ensure_connection(max_retries=1, interval_start=0, timeout=_SECONDS)
    channel: Any = connection.default_channel
    # Declared as Celery does it: RabbitMQ refuses any other words about a queue that exists.
    declared: list[Any] = [current_app.amqp.queues[name].bind(channel).queue_declare() for name in queues]
    return sum(each.message_count for each in declared)
