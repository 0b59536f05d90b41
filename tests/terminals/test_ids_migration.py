"""Ids of before registers had their own: UUIDs become the text that tills have called them by."""

from uuid import UUID

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
import pytest

from terminals.models import Merchant, Store, Terminal

BEFORE = [("terminals", "0002_back_office")]
AFTER = [("terminals", "0003_ids_of_the_register")]


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


def test_a_uuid_becomes_its_text_in_small_letters_with_dashes(old):
    merchant = old.get_model("terminals", "Merchant").objects.create(
        bio_code="KINØ1", name="Kino", vat_number="DK12345678", currencies=["DKK"]
    )
    store = old.get_model("terminals", "Store").objects.create(
        merchant=merchant, store_id=UUID("6F1C3A52-7D0E-4B8F-9A41-0C5D2E7B1A01"), name="Aarhus"
    )
    for number in (1, 2):
        old.get_model("terminals", "Terminal").objects.create(
            merchant=merchant,
            store=store,
            terminal_id=UUID(f"B2A4C6D8-0E1F-4A3B-8C5D-7E9F0A1B2C0{number}"),
            name=f"Kasse {number}",
        )

    migrate(AFTER)

    store_id, terminal_ids = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01", "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c0"
    assert list(Store.objects.values_list("pk", "store_id", "folded_id")) == [(store.pk, store_id, store_id)]
    assert list(Terminal.objects.order_by("pk").values_list("name", "store", "terminal_id", "folded_id")) == [
        (f"Kasse {number}", store.pk, f"{terminal_ids}{number}", f"{terminal_ids}{number}") for number in (1, 2)
    ]
    assert Merchant.objects.get(folded_bio_code="kinø1").bio_code == "KINØ1"


def test_a_database_without_terminals_is_brought_up_to_date_too(old):
    migrate(AFTER)

    assert Terminal.objects.count() == 0
