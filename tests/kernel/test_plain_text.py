"""The words of others show what they say, on one line; nothing in them works on what stands around them."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
import pytest

from portal.plain_text import clean

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize("text", ["", "Kino Nord", "Smørrebrød & Øl, 2. sal", "Café Zoë", "שלום", "映画館", "🎬 Kino"])
def test_words_that_show_what_they_say_stay_as_they_are(text):
    assert clean(text, longest=100) == text


@pytest.mark.parametrize(
    "unseen",
    [
        *("\0", "\x07", "\x1b", "\x7f", "\x9b"),
        *("\ud800", "\udfff"),
        *("\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
        *(
            "\u200b",
            "\u200c",
            "\u200d",
            "\u2060",
            "\ufeff",
            "\xad",
            "\u034f",
            "\u3164",
            "\u115f",
            "\ufe0f",
            "\U000e0041",
        ),
        *("\ufff9", "\ufdd0", "\ufffe", "\uffff", "\U0001ffff", "\U0010fffe"),
    ],
)
def test_what_nobody_sees_is_taken_out_wherever_it_stands(unseen):
    assert clean(f"{unseen}Ki{unseen}no{unseen} {unseen}Nord{unseen}", longest=100) == "Kino Nord"
    assert clean(unseen * 5, longest=100) == ""


@pytest.mark.parametrize(
    "blank", ["\n", "\r\n", "\t", "\v", "\f", "\x1c", "\x1f", "\x85", "\u2028", "\u2029", "\xa0", "   "]
)
def test_what_parts_words_becomes_one_blank(blank):
    assert clean(f"{blank}Kino{blank}Nord{blank}", longest=100) == "Kino Nord"


def test_letters_are_composed_so_that_equal_words_are_equal():
    assert clean("Cafe\u0301", longest=100) == "Caf\xe9"
    assert clean("e\u200b\u0301", longest=100) == "\xe9"


def test_a_long_text_is_cut():
    assert clean("x" * 101, longest=100) == "x" * 100
    assert clean("Kino Nord", longest=5) == "Kino"


def test_no_letter_loses_its_accents_to_the_cut():
    assert clean("abq\u0307\u0323", longest=4) == "ab"
    assert clean("abq\u0307\u0323", longest=5) == unicodedata.normalize("NFC", "abq\u0307\u0323")


def test_accents_without_end_are_cut_all_the_same():
    assert clean("q" + "\u0307" * 200, longest=10) == "q" + "\u0307" * 9


@given(ANY_TEXT, st.integers(1, 40))
def test_cleaning_twice_is_cleaning_once(text, longest):
    once = clean(text, longest=longest)

    assert clean(once, longest=longest) == once
    assert len(once) <= longest
    assert once.encode().decode() == once


def test_every_control_surrogate_and_mark_of_unicode_is_taken_out():
    kept = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cs", "Cf"} and clean(chr(code), longest=1) != ""
    ]

    # Signs that are seen: they stand around Arabic, Syriac and Kaithi numbers, or are Egyptian and Adlam writing.
    assert [
        each for each in kept if not each.startswith(("U+060", "U+06DD", "U+070F", "U+089", "U+08E2", "U+110", "U+134"))
    ] == []
