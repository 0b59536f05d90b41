"""The text of an access token."""

import hashlib
import hmac
import re
import string
import zlib

import pytest

from terminals.models import AccessToken
from terminals.tokens import TokenText
from tests.tillapi.raw_calls import rows

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def test_a_token_has_the_documented_shape_and_checksum():
    for _ in range(50):
        made = TokenText.make()

        shape = re.fullmatch(r"mpp_([0-9A-Za-z]{10})_[0-9A-Za-z]{32}([0-9A-Za-z]{6})", made.text)
        assert shape is not None
        assert shape[1] == made.lookup_id
        number = 0
        for digit in shape[2]:
            number = number * 62 + ALPHABET.index(digit)
        assert number == zlib.crc32(made.text[:-6].encode())


def test_a_token_is_read_back_as_it_was_made():
    made = TokenText.make()

    assert TokenText.read(made.text) == made


def test_no_two_tokens_are_alike():
    assert len({TokenText.make().text for _ in range(100)}) == 100


def test_every_single_wrong_letter_is_noticed():
    made = TokenText.make()

    for place, letter in enumerate(made.text):
        wrong = made.text[:place] + ("x" if letter != "x" else "y") + made.text[place + 1 :]
        assert TokenText.read(wrong) is None, place


@pytest.mark.parametrize("change", ["", "mpp_", "x{}", "{}x", " {}", "{}\n", "{}\x00"])
def test_what_has_another_shape_is_no_token(change):
    assert TokenText.read(change.format(TokenText.make().text)) is None


def test_a_token_hides_itself_where_objects_are_printed():
    made = TokenText.make()

    assert made.text not in repr(made)
    assert made.text not in f"{[made]}"


def test_only_a_keyed_hash_of_the_token_is_stored(till, settings, pos):
    till.start()
    text, secret = till.token, till.token.split("_")[2]

    stored = AccessToken.objects.get(lookup_id=text.split("_")[1])

    assert bytes(stored.digest) == hmac.digest(settings.TOKEN_PEPPERS[0].encode(), text.encode(), hashlib.sha256)
    dump = repr(rows())
    assert stored.lookup_id in dump
    assert text not in dump
    assert secret not in dump
    assert secret[:-6] not in dump
    assert str(stored) == f"mpp_{stored.lookup_id}_…"


def test_another_pepper_makes_every_token_worthless(till, settings):
    settings.TOKEN_PEPPERS = ["another-pepper"]

    assert till.get("manage/stores").status == 401
