"""The characters that MobilePay takes."""

from string import ascii_letters, digits

import pytest

from portal.mobilepay import charset

# As the protocol lists them: docs/protocol/posv10.md, Field formats.
VALID = (
    digits
    + ascii_letters
    + " æÆøØåÅäÄöÖšŠžŽâÂàÀáÁãÃéÉêÊëËèÈíÍîÎïÏìÌüÜûÛùÙúÚôÔòÒóÓõÕÿýÝñÑ"
    + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¦¯¨´×"  # noqa: RUF001 - the protocol's list
    + "«»ðþçß¤ÇµÐÞ±°ªº©§¶¼½¾¬®¢£¥¡¿¹²³"
)


def test_the_protocols_characters_and_no_others_are_valid():
    accepted = {character for character in map(chr, range(0x3000)) if charset.is_valid(character)}

    assert accepted == set(VALID)


@pytest.mark.parametrize("length", [1, 36])
def test_text_of_up_to_36_characters_is_valid(length):
    assert charset.is_valid("ø" * length) is True


@pytest.mark.parametrize(
    "text",
    ["", "x" * 37, "line\n", "\nline", "a\tb", "€", "🍿", "Касса", "a\u0308", "٣", "\x00", "\x7f", "\u00a0"],  # noqa: RUF001
    ids=ascii,
)
def test_text_of_any_other_kind_is_not(text):
    assert charset.is_valid(text) is False
