"""What about refunds somebody should look at: ceilings that tills have reached today."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User
from refunds.models import Refund
from refunds.services import policies
from refunds.states import Ceiling, State
from terminals.models import Merchant


@dataclass(frozen=True, slots=True)
class Reached:
    """A ceiling of the day: `terminal` is empty when it is that of all tills together."""

    terminal: str
    asked_count: int
    waiting_count: int


def ceilings_reached(*, merchant: Merchant, user: User, now: datetime) -> list[Reached]:
    """Which ceilings tills have reached today, as far as the reader may see, and how many requests came of it."""
    midnight = policies.start_of_day(merchant, now=now)
    found = (
        Refund.objects.visible_to(user).for_merchant(merchant).filter(created_at__gte=midnight, ceiling__isnull=False)
    )
    asked, waiting = Counter[str](), Counter[str]()
    for ceiling, terminal, state in found.values_list("ceiling", "payment__terminal__name", "state"):
        place = terminal if ceiling == Ceiling.TERMINAL else ""
        asked[place] += 1
        waiting[place] += state == State.REQUESTED
    return [Reached(place, count, waiting[place]) for place, count in sorted(asked.items())]
