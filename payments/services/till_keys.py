"""The keys that tills send to make a call repeatable: each is one call's, of whatever kind."""

from payments.models import TillKey
from terminals.models import Merchant


def take(*, merchant: Merchant, key: str | None) -> None:
    """Take a key for the call that is being noted, in that transaction; none is none.

    Of two calls at once the database lets one have it: raises IntegrityError for the other.
    """
    if key is not None:
        TillKey.objects.create(merchant=merchant, key=key)


def is_taken(*, merchant: Merchant, key: str) -> bool:
    return TillKey.objects.filter(merchant=merchant, key=key).exists()
