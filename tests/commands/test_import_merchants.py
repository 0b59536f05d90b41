"""`manage.py import_merchants`."""

from copy import deepcopy
import io
import json

from django.core.management import CommandError, call_command
import pytest

from portal.settings.base import BASE_DIR
from terminals.models import Merchant
from tests.shop import SHOPS
from tests.tillapi.raw_calls import rows


def _import(file):
    out = io.StringIO()
    call_command("import_merchants", str(file), stdout=out)
    return out.getvalue()


@pytest.fixture
def written(tmp_path):
    def write(content):
        file = tmp_path / "merchants.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return file

    return write


@pytest.mark.django_db
def test_it_imports_and_says_how_much(written):
    first, second = _import(written(SHOPS)), _import(written(SHOPS))

    assert first == "Imported: 7 new, 0 changed, 0 same.\n"
    assert second == "Imported: 0 new, 0 changed, 7 same.\n"


@pytest.mark.django_db
def test_it_says_nothing_when_asked_to_be_quiet(written):
    out = io.StringIO()

    call_command("import_merchants", str(written(SHOPS)), verbosity=0, stdout=out)

    assert (out.getvalue(), Merchant.objects.count()) == ("", 2)


@pytest.mark.django_db
def test_it_imports_the_sample_of_the_documentation():
    assert _import(BASE_DIR / "docs" / "sample-merchants.json").startswith("Imported: ")


@pytest.mark.django_db
def test_it_names_wrong_rows_and_imports_nothing(written):
    content = deepcopy(SHOPS)
    content["merchants"][0]["vatNumber"] = "x"
    content["merchants"][1]["currencies"] = []
    stored = rows()

    with pytest.raises(CommandError) as caught:
        _import(written(content))

    assert str(caught.value) == (
        "Nothing was imported. Wrong rows:\n"
        "  merchants[0].vatNumber: must be a country code and 8 digits, such as DK12345678\n"
        "  merchants[1].currencies: This list may not be empty."
    )
    assert rows() == stored


def test_it_passes_on_a_refusal(written, till):
    content = deepcopy(SHOPS)
    content["merchants"][0]["stores"][0]["storeId"] = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a02"
    stored = rows()

    with pytest.raises(CommandError, match=f"Terminal {till.terminal_id} has a point of sale"):
        _import(written(content))

    assert rows() == stored


@pytest.mark.parametrize("content", ["", "{", "merchants:\n- x", '{"merchants": [}'])
def test_it_says_that_a_file_is_not_json(content, written):
    file = written(content)

    with pytest.raises(CommandError, match=f"^{file} is not JSON: "):
        _import(file)


def test_it_refuses_a_merchant_that_is_known_in_another_letter_case(written, merchants):
    content = deepcopy(SHOPS)
    content["merchants"][0]["bioCode"] = "Kino1"
    stored = rows()

    with pytest.raises(CommandError) as caught:
        _import(written(content))

    sentence = "Kino Nord has the bioCode KINO1, and Kino1 differs only in letter case. Nothing was changed."
    assert str(caught.value) == sentence
    assert rows() == stored


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_it_reads_what_windows_writes(encoding, tmp_path):
    file = tmp_path / "merchants.json"
    file.write_text(json.dumps(SHOPS, ensure_ascii=False).replace("Kino", "Kinø"), encoding=encoding)

    assert _import(file) == "Imported: 7 new, 0 changed, 0 same.\n"
    assert Merchant.objects.get(bio_code="KINO1").name == "Kinø Nord"


def test_it_says_that_a_file_is_not_text(tmp_path):
    file = tmp_path / "merchants.json"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CommandError, match="is not JSON: 'utf-16-le' codec"):
        _import(file)


def test_it_says_that_a_file_cannot_be_read(tmp_path):
    missing = tmp_path / "nowhere.json"

    with pytest.raises(CommandError, match=f"^{missing} cannot be read: No such file or directory.$"):
        _import(missing)
    with pytest.raises(CommandError, match=f"^{tmp_path} cannot be read: Is a directory.$"):
        _import(tmp_path)


def test_a_file_that_is_nested_beyond_reason_is_refused_in_one_line(written):
    with pytest.raises(CommandError, match="is not JSON"):
        _import(written("[" * 100_000))
