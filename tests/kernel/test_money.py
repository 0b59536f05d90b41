"""Money: exact, in one currency, and text only at the edges."""

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as some
import pytest

from portal.money import InvalidAmount, Money

DIGITS = set("0123456789")
LARGEST = 999_999_999_999

minor_units = some.integers(min_value=1, max_value=LARGEST)
currencies = some.sampled_from(["DKK", "EUR"])
# What amounts are made of, and what looks like it: signs, exponents, other scripts' digits, white space.
near_misses = some.text("0123456789.,+-eE_ \t\n\x00'xNaIf\u0660\u0661\u0663\u096b\uff11\u00b2\u00bd\u2163", max_size=16)
unhurried = settings(deadline=None)


def is_plain(text):
    """What the till API takes, written down another way than the source does."""
    whole, point, cents = text.partition(".")
    digits_only = set(whole + cents) <= DIGITS
    return digits_only and whole != "" and len(cents) <= 2 and (point == "" or cents != "")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("27.06", 2706),
        ("27", 2700),
        ("27.0", 2700),
        ("27.6", 2760),
        ("0.01", 1),
        ("0.1", 10),
        ("007", 700),
        ("9999999999.99", LARGEST),
        ("99999999999.9", 9_999_999_999_990),
        ("999999999999", 99_999_999_999_900),
    ],
)
def test_plain_amount_is_read(text, minor):
    assert Money.parse(text, "DKK") == Money(minor, "DKK")


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", ".", ".5", "5.", "1.234", "1,5", "1.000,00", "1,000.00", "1.2.3"],
        *["+1", "-1", "--1", "1e2", "1E2", "0x1", "1_000", "NaN", "Infinity", "DKK 1", "1 DKK"],
        *[" 1", "1 ", "1\n", "\n1", "1\x00"],
        *["½", "²", "Ⅳ", "\u0662\u0667", "\u0968\u096d", "\uff12\uff17", "1\u066b5", "27.\u06606"],
    ],
    ids=ascii,
)
def test_text_of_another_kind_is_no_amount(text):
    with pytest.raises(InvalidAmount) as refusal:
        Money.parse(text, "DKK")

    assert str(refusal.value) == "must be a plain amount with a point and at most two decimals, such as 27.06"


@pytest.mark.parametrize("text", ["0", "0.0", "0.00", "00", "000000000000"])
def test_zero_is_no_amount(text):
    with pytest.raises(InvalidAmount, match=r"^must be more than zero$"):
        Money.parse(text, "DKK")


@pytest.mark.parametrize("text", ["1000000000000", "10000000000.00", "0000000000001", "1" * 10_000])
def test_more_than_twelve_digits_are_no_amount(text):
    with pytest.raises(InvalidAmount, match=r"^must have at most 12 digits$"):
        Money.parse(text, "DKK")


@given(minor_units, currencies)
@unhurried
def test_text_becomes_money_and_the_same_text_again(minor, currency):
    text = f"{minor // 100}.{minor % 100:02}"

    money = Money.parse(text, currency)

    assert money == Money(minor, currency)
    assert (str(money.major), str(money)) == (text, f"{text} {currency}")


@given(some.integers(min_value=1, max_value=99_999_999_999))
@unhurried
def test_decimals_may_be_left_out_when_they_are_zero(tenths):
    whole = Money.parse(f"{tenths}", "DKK")
    with_one = Money.parse(f"{tenths}.0", "DKK")

    assert whole == with_one == Money(tenths * 100, "DKK")


@given(some.one_of(near_misses, some.text()))
@unhurried
def test_everything_but_a_plain_decimal_is_refused(text):
    assume(not is_plain(text))

    with pytest.raises(InvalidAmount):
        Money.parse(text, "DKK")


@given(some.text(sorted(DIGITS), min_size=1, max_size=10), some.text(sorted(DIGITS), max_size=2))
@unhurried
def test_plain_decimal_is_read_as_the_number_it_is(whole, cents):
    text = f"{whole}.{cents}" if cents else whole
    assume(Decimal(text) != 0)

    money = Money.parse(text, "DKK")

    assert money.major == Decimal(text)


@given(some.integers(min_value=-LARGEST, max_value=LARGEST), currencies)
@unhurried
def test_decimal_in_major_units_and_back_is_the_same_money(minor, currency):
    money = Money(minor, currency)

    assert Money.from_major(money.major, currency) == money


@pytest.mark.parametrize(
    ("major", "minor"), [("12.5", 1250), ("12.50", 1250), ("12.500", 1250), ("0", 0), ("1E+2", 10_000), ("-1", -100)]
)
def test_decimal_in_major_units_is_taken_exactly(major, minor):
    assert Money.from_major(Decimal(major), "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("major", ["0.001", "12.345", "1E-3", "-0.001", "1.00000000000000000000000000001"])
def test_decimal_finer_than_a_minor_unit_is_refused(major):
    with pytest.raises(InvalidAmount, match=r"^must have at most two decimals$"):
        Money.from_major(Decimal(major), "DKK")


@pytest.mark.parametrize("major", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+12", "-1E+12", "1E+999999"])
def test_decimal_that_is_no_number_of_twelve_digits_is_refused(major):
    with pytest.raises(InvalidAmount, match=r"^must have at most 12 digits$"):
        Money.from_major(Decimal(major), "DKK")


@given(some.integers(), some.integers(), currencies)
@unhurried
def test_what_is_added_can_be_taken_away_again(left, right, currency):
    one, other = Money(left, currency), Money(right, currency)

    assert one + other == other + one == Money(left + right, currency)
    assert (one + other) - other == one


@pytest.mark.parametrize("calculate", [Money.__add__, Money.__sub__])
def test_currencies_cannot_be_mixed(calculate):
    with pytest.raises(ValueError, match=r"^cannot mix DKK and EUR$"):
        calculate(Money(1, "DKK"), Money(1, "EUR"))


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(2706, "DKK"), "27.06 DKK"),
        (Money(5, "EUR"), "0.05 EUR"),
        (Money(0, "DKK"), "0.00 DKK"),
        (Money(-1250, "DKK"), "-12.50 DKK"),
        (Money(LARGEST, "DKK"), "9999999999.99 DKK"),
    ],
)
def test_money_is_written_with_two_decimals(money, text):
    assert str(money) == text


def test_money_of_two_currencies_is_never_equal_and_has_no_order():
    assert Money(1, "DKK") != Money(1, "EUR")
    with pytest.raises(TypeError):
        sorted([Money(2, "DKK"), Money(1, "EUR")])
