"""Text at rest: the first key writes, every key reads."""

from django.db import connection
import pytest

from portal import encryption
from portal.database.encrypted_fields import EncryptedTextField
from portal.encryption import InvalidToken


@pytest.mark.parametrize("text", ["token-1", "", "smørrebrød 🍿", "x" * 10_000], ids=["short", "empty", "odd", "long"])
def test_text_comes_back_and_cannot_be_read_meanwhile(text):
    ciphertext = encryption.encrypt(text)

    assert encryption.decrypt(ciphertext) == text
    assert ciphertext.isascii()
    assert text == "" or text not in ciphertext


def test_same_text_is_encrypted_differently_every_time():
    assert encryption.encrypt("token-1") != encryption.encrypt("token-1")


def test_new_first_key_reads_what_the_old_key_wrote(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    ciphertext = encryption.encrypt("token-1")

    settings.ENCRYPTION_KEYS = ["new", "old"]

    assert encryption.decrypt(ciphertext) == "token-1"


def test_first_key_writes(settings):
    settings.ENCRYPTION_KEYS = ["new", "old"]
    ciphertext = encryption.encrypt("token-1")

    settings.ENCRYPTION_KEYS = ["new"]
    assert encryption.decrypt(ciphertext) == "token-1"

    settings.ENCRYPTION_KEYS = ["old"]
    with pytest.raises(InvalidToken):
        encryption.decrypt(ciphertext)


def test_no_other_key_reads(settings):
    settings.ENCRYPTION_KEYS = ["ours"]
    ciphertext = encryption.encrypt("token-1")

    settings.ENCRYPTION_KEYS = ["theirs", "Ours", "ours "]

    with pytest.raises(InvalidToken):
        encryption.decrypt(ciphertext)


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:-2], lambda text: text[:20] + ("B" if text[20] == "A" else "A") + text[21:], lambda _: "plain"],
)
def test_ciphertext_that_was_tampered_with_is_not_read(spoil):
    ciphertext = encryption.encrypt("token-1")

    with pytest.raises(InvalidToken):
        encryption.decrypt(spoil(ciphertext))


def test_field_writes_ciphertext_and_reads_text():
    field = EncryptedTextField()

    stored = field.get_prep_value("token-1")

    assert "token-1" not in stored
    assert field.from_db_value(stored, None, None) == "token-1"


def test_field_leaves_nothing_as_nothing():
    field = EncryptedTextField(null=True)

    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None


def test_column_holds_ciphertext_only(pos):
    pos.check_in = '{"customerToken": "09bee2"}'
    pos.save(update_fields=["check_in"])

    pos.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT check_in FROM terminals_pointofsale")
        [[stored]] = cursor.fetchall()

    assert pos.check_in == '{"customerToken": "09bee2"}'
    assert encryption.decrypt(stored) == pos.check_in
    assert "09bee2" not in stored


def test_text_of_an_older_key_is_renewed_and_then_needs_that_key_no_more(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    ciphertext = encryption.encrypt("token-1")
    settings.ENCRYPTION_KEYS = ["new", "old"]

    renewed = encryption.renewed(ciphertext)

    settings.ENCRYPTION_KEYS = ["new"]
    assert encryption.decrypt(renewed) == "token-1"


@pytest.mark.parametrize("keys", [["new"], ["new", "old"]])
def test_text_of_the_first_key_is_not_renewed(settings, keys):
    settings.ENCRYPTION_KEYS = keys

    assert encryption.renewed(encryption.encrypt("token-1")) is None


def test_text_of_no_key_cannot_be_renewed(settings):
    settings.ENCRYPTION_KEYS = ["theirs"]
    ciphertext = encryption.encrypt("token-1")
    settings.ENCRYPTION_KEYS = ["new", "old"]

    with pytest.raises(InvalidToken):
        encryption.renewed(ciphertext)
