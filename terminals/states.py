"""The networks there are, the life of a point of sale in our records, and of a synchronisation of stores."""

from django.db import models


class Provider(models.TextChoices):
    EPAYMENT = "epayment", "Vipps MobilePay ePayment"
    POSV10 = "posv10", "MobilePay PoS V10"


def providers() -> list[tuple[str, str]]:
    """The choices by reference, so that a new one needs no migration."""
    return Provider.choices


class PosState(models.TextChoices):
    REGISTERING = "Registering", "Being registered"
    REGISTERED = "Registered", "Registered"
    DELETING = "Deleting", "Being deleted"
    DELETED = "Deleted", "Deleted"
    REFUSED = "Refused", "Refused by MobilePay"


# A terminal has at most one of these.
LIVE = (PosState.REGISTERING, PosState.REGISTERED, PosState.DELETING)
# We have told MobilePay something and do not know its answer yet.
IN_DOUBT = (PosState.REGISTERING, PosState.DELETING)

TRANSITIONS: dict[PosState, set[PosState]] = {
    PosState.REGISTERING: {PosState.REGISTERED, PosState.REFUSED},
    PosState.REGISTERED: {PosState.DELETING},
    PosState.DELETING: {PosState.DELETED, PosState.REGISTERED},
    PosState.DELETED: set(),
    PosState.REFUSED: set(),
}


class SynchronisationState(models.TextChoices):
    WAITING = "waiting", "Waiting for a worker"
    ASKING = "asking", "Asking MobilePay"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


RUNNING = (SynchronisationState.WAITING, SynchronisationState.ASKING)
