"""Sales of today and of a week ago, put straight into the database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
import pytest

from portal.accounts.models import User
from portal.dashboard.takings import takings
from portal.roles import Role
from tests.payments.factories import new_payment, new_pos
from tests.refunds.factories import new_refund

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def shop(db):
    """A shop's till, and what it has taken."""
    return Shop(new_pos())


class Shop:
    def __init__(self, pos):
        self.pos = pos
        self.merchant = pos.terminal.merchant

    def sells(self, minor, at, **fields):
        """A payment captured at this moment, written `2026-01-15 12:30` in universal time."""
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        facts = {"state": "Captured", "amount_minor": minor, "created_at": moment, "changed_at": moment, **fields}
        return new_payment(self.pos, **facts)

    def pays_back(self, payment, minor, at, **fields):
        """A refund of it that was paid at this moment."""
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        facts = {"state": "Captured", "amount_minor": minor, "created_at": moment, "changed_at": moment, **fields}
        return new_refund(payment, refundable_before_minor=payment.captured_minor, **facts)

    def reader(self, stores=None):
        """A clerk of all stores, or of some."""
        user = User.objects.create(email=f"clerk{User.objects.count()}@kino.example")
        membership = user.memberships.create(merchant=self.merchant, role=Role.CLERK, all_stores=stores is None)
        membership.stores.set(stores or [])
        return user

    def takings(self, now, *, zone=COPENHAGEN, stores=None, reader=None):
        """What somebody reads at this moment; a list by currency."""
        user = reader or self.reader(stores)
        moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
        with timezone.override(zone):
            return takings(merchant=self.merchant, user=user, now=moment)
