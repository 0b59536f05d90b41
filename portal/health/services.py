"""Whether the portal and what it stands on are well."""

from dataclasses import asdict, dataclass
import logging

from celery import current_app
from django.conf import settings
from django.db import Error as DatabaseTrouble

from portal import broker
from portal.gateway import networks, outage
from portal.health import clocks, heartbeats
from portal.health.models import BEAT, MOBILEPAY
from terminals.models import ProviderAccount

logger = logging.getLogger(__name__)

_NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong, by name; empty words mean that all is well there."""

    database: str
    broker: str
    beat: str = _NOT_KNOWN
    sweeps: str = _NOT_KNOWN
    clocks: str = _NOT_KNOWN
    mobilepay: str = _NOT_KNOWN

    @property
    def can_serve(self) -> bool:
        """Whether a till can be answered at all: without a queue or MobilePay it can, and is told so."""
        return not self.database

    @property
    def is_well(self) -> bool:
        return not any(self.parts.values())

    @property
    def parts(self) -> dict[str, str]:
        return asdict(self)


def leave_heartbeats() -> None:
    """Leave a sign that beat, the queue and this worker live, how its clock goes, and whether MobilePay answers."""
    heartbeats.leave(BEAT)
    heartbeats.await_sweeps()
    clocks.leave()
    if all([_look_at(name) for name in _addresses_in_use()]):  # noqa: C419 - at each of them
        heartbeats.leave(MOBILEPAY)


def check() -> Health:
    """Look at everything that the portal stands on."""
    _, queue = _look_at_broker()
    try:
        now, found, wrong = clocks.database_now(), heartbeats.read(), clocks.wrong()
    except DatabaseTrouble as error:
        return Health(_words(error), queue)
    return Health(
        database="",
        broker=queue,
        beat=heartbeats.silence(found.get(BEAT), now=now),
        sweeps="; ".join(heartbeats.starving(found, now=now)),
        clocks="; ".join(wrong),
        mobilepay=outage.words(networks=networks.addresses()) or heartbeats.silence(found.get(MOBILEPAY), now=now),
    )


def _addresses_in_use() -> set[str]:
    """The networks' addresses that somebody sells through."""
    kinds = ProviderAccount.objects.filter(is_active=True).values_list("provider", "is_test").distinct()
    found = {networks.address(provider, is_test=is_test) for provider, is_test in kinds}
    # Before anybody sells it is worth knowing all the same.
    return found or {settings.DEFAULT_PROVIDER}


def _look_at(name: str) -> bool:
    # One answer that took too long is no outage.
    answers = networks.is_reachable(name) or networks.is_reachable(name)
    outage.tell(outage.LOOK, is_out=not answers, network=name)
    return answers


def messages_waiting() -> int | None:
    """How many messages wait for a worker; None while the broker does not answer."""
    return _look_at_broker()[0]


def _ask_broker() -> int:
    with broker.connect() as connection:
        return broker.messages_waiting(connection, current_app.amqp.queues)


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
