"""Amounts as people write them: read as they are meant, or not at all."""

from decimal import Decimal
import re

from django import forms
from django.core.exceptions import ValidationError
from hypothesis import assume, given, settings
from hypothesis import strategies as some
import pytest

from portal.money import Money
from portal.web.forms import MoneyField

HARD, THIN = "\u00a0", "\u202f"
PLAIN = "The amount must be a plain amount with a point and at most two decimals, such as 27.06."
SEPARATORS = [".", ",", "'", " ", HARD, THIN]
unhurried = settings(deadline=None)


def _read(text, **options):
    return MoneyField(currency="DKK", **options).clean(text)


def _refusal(text):
    with pytest.raises(ValidationError) as refusal:
        _read(text)
    [sentence] = refusal.value.messages
    return sentence


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *[("27.06", 2706), ("27,06", 2706), ("27", 2700), ("27.6", 2760), ("27,6", 2760), (" 27.06 ", 2706)],
        *[("0,01", 1), ("0.1", 10), ("007", 700), ("1234", 123_400), ("1234,5", 123_450), ("1234.50", 123_450)],
        *[("1.234,50", 123_450), ("1,234.50", 123_450), ("1 234,50", 123_450), ("1'234.50", 123_450)],
        *[(f"1{HARD}234,5", 123_450), (f"1{THIN}234,50", 123_450), ("1 234", 123_400), ("1'234", 123_400)],
        *[("1.234.567", 123_456_700), ("1,234,567", 123_456_700), ("1,234,567.89", 123_456_789)],
        *[("1.234.567,8", 123_456_780), ("1 234 567,89", 123_456_789), ("1'234'567", 123_456_700)],
        ("9.999.999.999,99", 999_999_999_999),
        ("999 999 999 999", 99_999_999_999_900),
    ],
)
def test_an_amount_is_read_in_every_spelling(text, minor):
    assert _read(text) == Money(minor, "DKK")


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,999", "0.500", "0,123", " 1.234 "])
def test_an_amount_that_can_be_read_in_two_ways_is_asked_about(text):
    assert _refusal(text) == f"{text.strip()} can be read in two ways. Write it with two decimals, such as 1234.00."


@pytest.mark.parametrize(
    "text",
    [
        *[
            "x",
            "-5",
            "+5",
            "1e3",
            "0x10",
            "NaN",
            "27 kr",
            "DKK 27",
            "€5",
            "5%",
            "27.06.",
            ".5",
            ",5",
            "5.",
            "5,",
            ".",
            ",",
        ],
        *["1.2.3", "1,2,3", "12.34,5", "1.234.56", "1,234,56", "1.234,567", "1,234.567", "1.234.567.8", "1234.567"],
        *["1 234 56", "12 34", "1  234", "1'23", "1.234'567", "1 234.567,8", "1,234'567", "1'234,567", "1234 567"],
        *[
            "\u0661\u0662\u0663",
            "\uff11\uff12",
            "½",
            "1\n234",
            "1\t234",
            "1\u2009234",
            "1_234",
            "27:06",
            "27;06",
            "2 7",
        ],
    ],
    ids=ascii,
)
def test_what_nobody_would_write_for_an_amount_is_refused(text):
    assert _refusal(text) == PLAIN


@pytest.mark.parametrize("text", ["0", "0,00", "000", "0.0", "000.000,00"])
def test_nothing_is_no_amount(text):
    assert _refusal(text) == "The amount must be more than zero."


@pytest.mark.parametrize(
    "text", ["1234567890123", "1.234.567.890.123", "99999999999,99", "1 234 567 890 123 456 789", "1" * 5000]
)
def test_more_than_twelve_digits_are_refused(text):
    assert _refusal(text) == "The amount must have at most 12 digits."


@pytest.mark.parametrize("text", ["", "  ", None])
def test_an_empty_amount_is_missing_unless_it_may_be(text):
    assert _refusal(text) == "This field is required."
    assert _read(text, required=False) is None


def test_an_amount_is_shown_as_it_can_be_sent_again():
    class Form(forms.Form):
        amount = MoneyField(currency="EUR", initial=Money(123_450, "EUR"))

    shown = [Form()["amount"].value(), Form({"amount": "x<y"})["amount"].value(), str(Form()["amount"])]

    assert shown[:2] == ["1234.50", "x<y"]
    assert 'value="1234.50"' in shown[2]
    assert 'maxlength="20"' in shown[2]


def _spelled(minor, thousands, point, cents):
    whole = f"{minor // 100:,}".replace(",", thousands)
    return f"{whole}{point}{minor % 100:02}"[: None if cents == 2 else cents - 2 or None]


@given(some.integers(1, 999_999_999_999), some.sampled_from(["", *SEPARATORS]), some.sampled_from([".", ","]))
@unhurried
def test_every_amount_is_read_with_any_two_different_separators(minor, thousands, point):
    assume(thousands != point)
    text = _spelled(minor, thousands, point, 2)

    assert _read(text) == Money(minor, "DKK")


def _as_a_human(text):
    """What somebody means by this text, or None where there is doubt; written without looking at the source."""
    text = text.strip()
    marks = [(place, letter) for place, letter in enumerate(text) if not letter.isdigit()]
    if not re.fullmatch(r"[0-9].*[0-9]|[0-9]", text) or {letter for _, letter in marks} - set(SEPARATORS):
        return None
    groups = re.split(r"[^0-9]", text)
    kinds = [letter for _, letter in marks]
    has_cents = bool(kinds) and kinds[-1] in ".," and len(groups[-1]) <= 2 and kinds.count(kinds[-1]) == 1
    whole, cents = (groups[:-1], groups[-1]) if has_cents else (groups, "")
    thousands = kinds[: len(whole) - 1]
    if len(set(thousands)) > 1 or (len(whole) > 1 and (len(whole[0]) > 3 or {len(each) for each in whole[1:]} != {3})):
        return None
    if not has_cents and len(thousands) == 1 and thousands[0] in ".,":
        return None
    return Decimal(f"{''.join(whole)}.{cents or '0'}")


amountish = some.text(some.sampled_from("0123456789" * 2 + ".,' " + HARD + THIN), max_size=16)
grouped = some.lists(some.sampled_from(["1", "12", "234", "567", "000", "5"]), min_size=1, max_size=5).flatmap(
    lambda parts: some.lists(some.sampled_from(SEPARATORS), min_size=len(parts), max_size=len(parts)).map(
        lambda marks: "".join(part + mark for part, mark in zip(parts, marks, strict=True))[:-1]
    )
)


@given(some.one_of(amountish, grouped, some.text(max_size=12)))
@settings(deadline=None, max_examples=400)
def test_no_text_is_read_as_another_amount_than_a_human_would_read(text):
    meant = _as_a_human(text)
    assume(text.strip())

    try:
        read = _read(text)
    except ValidationError:
        assert meant is None or meant == 0 or len(re.sub(r"[^0-9]", "", text)) > 12
    else:
        assert read.major == meant
