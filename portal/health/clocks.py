"""How far machines' clocks differ. The database's is the one that all of them share, so it is the one that is right."""

from datetime import UTC, datetime, timedelta
from socket import gethostname

from django.db import connection
from django.db.models.functions import Now

from portal import clock
from portal.health.models import Clock

# Claims and patience are counted in seconds, and machines that are looked after differ by milliseconds.
TOLERATED = timedelta(seconds=2)
# A machine that has said nothing for so long is gone, or runs no worker any more.
_FORGOTTEN_AFTER = timedelta(minutes=10)
_QUERIES = {
    "postgresql": "SELECT CLOCK_TIMESTAMP()",
    "sqlite": "SELECT STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')",
}


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(_QUERIES[connection.vendor])
        [now] = cursor.fetchone()
    return now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)


def leave() -> None:
    """Write down how far this machine's clock is ahead, and forget machines that are gone."""
    ahead = _ahead()
    mine = Clock(machine=gethostname(), ahead=ahead, at=Now())
    Clock.objects.bulk_create([mine], update_conflicts=True, unique_fields=["machine"], update_fields=["ahead", "at"])
    Clock.objects.filter(at__lt=Now() - _FORGOTTEN_AFTER).delete()


def ahead() -> dict[str, timedelta]:
    """How far each machine's clock is ahead: this one's now, and those of workers when they last looked."""
    return dict(Clock.objects.order_by("machine").values_list("machine", "ahead")) | {gethostname(): _ahead()}


def wrong() -> list[str]:
    """How far clocks are off that need somebody; whose they are only metrics tell, since anybody may read this."""
    return [_words(by) for by in ahead().values() if abs(by) > TOLERATED]


def _ahead() -> timedelta:
    before = clock.now()
    there = database_now()
    after = clock.now()
    return before + (after - before) / 2 - there


def _words(by: timedelta) -> str:
    direction = "ahead of" if by > timedelta(0) else "behind"
    return f"a machine is {abs(by).total_seconds():.1f} s {direction} the database's clock"
