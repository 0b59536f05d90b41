"""`manage.py import_merchants --dry-run`: it tells what would happen, and nothing does."""

from copy import deepcopy
import io
import json
import logging

from django.core.management import CommandError, call_command
import pytest

from terminals.models import Merchant
from tests.shop import SHOPS
from tests.tillapi.raw_calls import rows


@pytest.fixture
def imported(tmp_path):
    """Imports a list, or rehearses it; gives what the command says, or the sentence it refuses with."""

    def run(content, *options):
        file, out = tmp_path / "merchants.json", io.StringIO()
        file.write_text(json.dumps(content), encoding="utf-8")
        try:
            call_command("import_merchants", str(file), *options, stdout=out)
        except CommandError as refusal:
            return str(refusal)
        return out.getvalue()

    return run


def changed():
    """The shops with one merchant renamed, one terminal more and one merchant more."""
    content = deepcopy(SHOPS)
    kino, bager = content["merchants"]
    kino["name"] = "Kino Syd"
    terminals = bager["stores"][0]["terminals"]
    terminals.append({"terminalId": "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2d99", "name": "Ovnen"})
    content["merchants"].append({**bager, "bioCode": "NY1", "vatNumber": "DK11223344", "stores": []})
    return content


@pytest.mark.django_db
def test_a_rehearsal_of_a_first_import_counts_it_all_and_leaves_nothing(imported):
    stored = rows()

    said = imported(SHOPS, "--dry-run")

    assert said == "Would be imported: 7 new, 0 changed, 0 same.\n"
    assert (rows(), Merchant.objects.count()) == (stored, 0)
    assert imported(SHOPS) == "Imported: 7 new, 0 changed, 0 same.\n"


def test_a_rehearsal_counts_what_the_import_then_counts_and_changes_nothing(imported, merchants):
    stored = rows()

    rehearsed = [imported(changed(), "--dry-run") for _ in range(2)]

    assert rows() == stored
    assert rehearsed == ["Would be imported: 2 new, 1 changed, 6 same.\n"] * 2
    assert imported(changed()) == "Imported: 2 new, 1 changed, 6 same.\n"


@pytest.mark.usefixtures("transactional_db")
def test_a_rehearsal_leaves_nothing_on_a_connection_of_its_own_either(imported):
    said = imported(SHOPS, "--dry-run")

    assert (said, Merchant.objects.count()) == ("Would be imported: 7 new, 0 changed, 0 same.\n", 0)


@pytest.mark.usefixtures("transactional_db")
def test_no_deed_of_a_rehearsal_is_logged(imported, caplog):
    caplog.set_level(logging.INFO)
    imported(SHOPS, "--dry-run")
    rehearsed = [each.getMessage() for each in caplog.records]

    imported(SHOPS)

    assert rehearsed == []
    assert [each.getMessage() for each in caplog.records] == ["Imported merchants"] * 2


def test_a_rehearsal_says_nothing_when_asked_to_be_quiet(imported, merchants):
    assert imported(changed(), "--dry-run", "--verbosity=0") == ""


def test_wrong_rows_are_named_as_the_import_names_them(imported, merchants):
    content = changed()
    content["merchants"][0]["vatNumber"] = "x"
    content["merchants"][1]["currencies"] = []
    stored = rows()

    said = [imported(content, *options) for options in (["--dry-run"], [])]

    assert said[0] == (
        "Nothing was imported. Wrong rows:\n"
        "  merchants[0].vatNumber: must be a country code and 8 digits, such as DK12345678\n"
        "  merchants[1].currencies: This list may not be empty."
    )
    assert (said[1], rows()) == (said[0], stored)


def test_what_the_import_refuses_is_refused_alike(imported, till):
    content = deepcopy(SHOPS)
    content["merchants"][0]["stores"][0]["storeId"] = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a02"
    stored = rows()

    said = [imported(content, *options) for options in (["--dry-run"], [])]

    assert said[0] == (
        f"Terminal {till.terminal_id} has a point of sale and cannot move to another store. "
        "Delete the point of sale first. Nothing was imported."
    )
    assert (said[1], rows()) == (said[0], stored)
