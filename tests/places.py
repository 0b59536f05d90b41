"""Places to sell at, and people who may see only some of them."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils.dateparse import parse_datetime

from portal.accounts.models import User
from portal.roles import Role
from terminals.models import PointOfSale, Store, Terminal
from terminals.states import PosState
from tests.payments.factories import new_payment, new_store
from tests.people import hire


def new_counter(merchant, store="Aarhus", terminal="Kasse 1"):
    """A registered point of sale on a terminal of its own; a store is made once for each name."""
    place = Store.objects.filter(merchant=merchant, name=store).first()
    place = place or new_store(merchant, store)
    till = Terminal.objects.create(store=place, merchant=merchant, terminal_id=str(uuid4()), name=terminal)
    return PointOfSale.objects.create(
        terminal=till,
        account=till.store.account,
        state=PosState.REGISTERED,
        pos_id=uuid4(),
        beacon_id=str(uuid4()),
        qr_content=f"code:{uuid4()}",
        name=terminal,
    )


def owing(fields):
    """The fields of a point of sale, completed by what it owes MobilePay in such a state."""
    owed = {"Registering": "register", "Deleting": "delete"}
    return {"operation": owed.get(fields["state"], ""), **fields} if "state" in fields else fields


def sold(counter, order_id, at="2026-03-02T12:00:00Z", **fields):
    """A payment begun at that moment, and captured unless the fields say otherwise."""
    moment = parse_datetime(at)
    facts = {"state": "Captured", "created_at": moment, "changed_at": moment, **fields}
    return new_payment(counter, order_id=order_id, **facts)


def secure(person):
    """Give somebody a second factor, and let them sign in with it."""
    Authenticator.objects.create(user=person.user, type=Authenticator.Type.TOTP, data={})
    person.browser.force_login(User.objects.get(pk=person.user.pk))


def limited_to(store, role=Role.CLERK):
    """Somebody who works in one store only."""
    return hire("lone@kino.example", store.merchant, role, stores=[store])
