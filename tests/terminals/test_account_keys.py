"""The keys of sales units: encrypted, never shown, and replaced one by one."""

import io
import json

from django.core.management import CommandError, call_command
from django.db import connection
import pytest

from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from terminals import import_file
from terminals.models import ProviderAccount
from terminals.services import imports
from tests.shop import EPAYMENT_SHOPS, KINO, KINO_UNIT

SECRETS = ("kino-secret", "kino-key", "bager-secret", "bager-key")


def _import(**members):
    content = {"merchants": [{**KINO, "stores": [{**KINO["stores"][0], **members}]}]}
    return imports.import_merchants(merchants=import_file.read(content), by=COMMAND)


def keys():
    return json.loads(ProviderAccount.objects.get().credentials)


def raw_columns():
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM terminals_provideraccount ORDER BY id")
        return [column for (column,) in cursor.fetchall()]


@pytest.mark.django_db
def test_what_stands_in_the_database_tells_no_key():
    imports.import_merchants(merchants=import_file.read(EPAYMENT_SHOPS), by=COMMAND)

    columns = raw_columns()
    assert len(columns) == 2
    assert not [each for each in (*SECRETS, "kino-client", "clientSecret") if each in str(columns)]


@pytest.mark.django_db
def test_an_account_has_the_keys_of_the_file():
    _import(**KINO_UNIT)

    assert keys() == {"clientId": "kino-client", "clientSecret": "kino-secret", "subscriptionKey": "kino-key"}


@pytest.mark.django_db
def test_a_file_without_keys_leaves_those_that_are_stored():
    _import(**KINO_UNIT)
    before = raw_columns()

    _import(merchantSerialNumber="123456")

    assert raw_columns() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["clientId", "clientSecret", "subscriptionKey"])
def test_one_key_may_be_replaced_alone(name):
    _import(**KINO_UNIT)
    before = keys()

    _import(merchantSerialNumber="123456", **{name: "another"})

    assert keys() == {**before, name: "another"}


@pytest.mark.django_db
def test_a_unit_may_have_no_keys_and_be_given_one_later():
    _import(merchantSerialNumber="123456")
    before = ProviderAccount.objects.get().credentials

    _import(merchantSerialNumber="123456", subscriptionKey="kino-key")

    assert (before, keys()) == (None, {"subscriptionKey": "kino-key"})


@pytest.mark.django_db
def test_neither_audit_nor_log_nor_output_tells_a_key(tmp_path, caplog):
    file, out = tmp_path / "merchants.json", io.StringIO()
    file.write_text(json.dumps(EPAYMENT_SHOPS), encoding="utf-8")

    with caplog.at_level("DEBUG"):
        call_command("import_merchants", str(file), stdout=out)

    entries = [(each.subject, each.details) for each in Entry.objects.all()]
    said = f"{entries} {caplog.text} {out.getvalue()} {ProviderAccount.objects.all()!r}"
    assert (out.getvalue(), len(entries)) == ("Imported: 7 new, 0 changed, 0 same.\n", 2)
    assert not [each for each in SECRETS if each in said]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["s3cret with blanks", "s3cret\n", "s3cretæ", "s3cret" * 40, ["s3cret"]])
def test_a_key_that_is_wrong_is_not_repeated(tmp_path, key):
    file = tmp_path / "merchants.json"
    store = {**KINO["stores"][0], **KINO_UNIT, "clientSecret": key}
    file.write_text(json.dumps({"merchants": [{**KINO, "stores": [store]}]}), encoding="utf-8")

    with pytest.raises(CommandError, match=r"merchants\[0\]\.stores\[0\]\.clientSecret: ") as caught:
        call_command("import_merchants", str(file))

    assert ("s3cret" in str(caught.value), ProviderAccount.objects.count()) == (False, 0)
