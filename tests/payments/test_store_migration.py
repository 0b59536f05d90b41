"""Payments of before the back office get the store of their terminal."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
import pytest

from payments.models import Payment
from portal import clock

BEFORE = [("payments", "0002_append_only"), ("terminals", "0002_back_office")]
AFTER = [("payments", "0004_store_required")]


def migrate(targets):
    """Bring the database there; gives the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old(transactional_db):
    """The models of a database that has not seen this release yet."""
    yield migrate(BEFORE)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def sale(apps, merchant, store_name, order_id):
    """A payment as the previous release wrote it; gives its store."""
    store = apps.get_model("terminals", "Store").objects.create(merchant=merchant, store_id=uuid4(), name=store_name)
    terminal = apps.get_model("terminals", "Terminal").objects.create(
        merchant=merchant, store=store, terminal_id=uuid4(), name="Kasse 1"
    )
    pos = apps.get_model("terminals", "PointOfSale").objects.create(
        terminal=terminal, state="Registered", pos_id=uuid4(), beacon_id=str(uuid4()), name="Kasse 1"
    )
    apps.get_model("payments", "Payment").objects.create(
        merchant=merchant,
        terminal=terminal,
        point_of_sale=pos,
        flow="direct",
        order_id=order_id,
        amount_minor=2706,
        currency="DKK",
        created_at=clock.now() - timedelta(days=30),
    )
    return store


def test_every_payment_gets_the_store_of_its_terminal(old):
    merchants = old.get_model("terminals", "Merchant").objects
    kino = merchants.create(bio_code="KINO1", name="Kino", vat_number="DK12345678", currencies=["DKK"])
    bager = merchants.create(bio_code="BAGER7", name="Bager", vat_number="DK87654321", currencies=["DKK"])
    stores = {
        order_id: sale(old, merchant, name, order_id).pk
        for order_id, merchant, name in (("one", kino, "Aarhus"), ("two", kino, "Odense"), ("three", bager, "Kolding"))
    }

    migrate(AFTER)

    assert dict(Payment.objects.values_list("order_id", "store_id")) == stores


def test_a_database_without_payments_is_brought_up_to_date_too(old):
    migrate(AFTER)

    assert Payment.objects.count() == 0
