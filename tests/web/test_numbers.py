"""Numbers as the reader writes them, whatever languages the browser asks for."""

from decimal import Decimal

import pytest

from portal.money import Money
from portal.web import numbers
from portal.web.middleware import ReaderMiddleware
from tests.pages import said, value_of
from tests.payments.factories import new_payment

HARD = "\u00a0"
ENGLISH, DANISH, FINNISH = "1,234,567.50", "1.234.567,50", f"1{HARD}234{HARD}567,50"
AMOUNT = Decimal("1234567.5")


def _written(header, value=AMOUNT, **options):
    """How a number looks in an answer to a request with these languages."""
    middleware = ReaderMiddleware(lambda _request: numbers.number(value, **options))
    return middleware(type("Request", (), {"headers": {"Accept-Language": header} if header else {}})())


@pytest.mark.parametrize(
    ("language", "number"),
    [
        *[("en", ENGLISH), ("da", DANISH), ("de", DANISH), ("nl", DANISH)],
        *[("fi", FINNISH), ("sv", FINNISH), ("nb", FINNISH), ("no", FINNISH), ("fr", FINNISH)],
    ],
)
def test_a_number_is_written_as_in_the_readers_language(language, number):
    assert _written(language) == number


@pytest.mark.parametrize(
    ("header", "number"),
    [
        *[("", ENGLISH), ("*", ENGLISH), ("zh", ENGLISH), ("x" * 600, ENGLISH), ("da;q=nonsense", ENGLISH)],
        *[("da\x00", ENGLISH), ("'; DROP", ENGLISH)],
        *[("da-DK", DANISH), ("DA-dk", DANISH), ("da-DK,da;q=0.9,en-US;q=0.8", DANISH), ("zh,da;q=0.1", DANISH)],
        *[("en;q=0.5,fi;q=0.9", FINNISH), ("fi-FI," + "xx," * 300, FINNISH), ("en-GB,da", ENGLISH)],
    ],
)
def test_the_first_language_that_the_portal_can_count_in_is_taken(header, number):
    assert _written(header) == number


def test_one_readers_language_is_not_the_nexts():
    first, second = _written("da"), _written("")

    assert (first, second, numbers.number(AMOUNT)) == (DANISH, ENGLISH, ENGLISH)


def test_a_failing_answer_leaves_no_language_behind():
    def fail(_request):
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match=r"^ours$"):
        ReaderMiddleware(fail)(type("Request", (), {"headers": {"Accept-Language": "da"}})())

    assert numbers.number(AMOUNT) == ENGLISH


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *[("0", "0,00"), ("0.05", "0,05"), ("-27.06", "-27,06"), ("999.9", "999,90"), ("1000", "1.000,00")],
        *[("-1234567.89", "-1.234.567,89"), ("9999999999.99", "9.999.999.999,99"), ("1E+3", "1.000,00")],
    ],
)
def test_a_number_has_two_decimals_and_groups_of_three(value, number):
    assert _written("da", Decimal(value)) == number


def test_a_number_in_a_field_has_no_groups():
    assert [_written(language, is_grouped=False) for language in ("en", "da", "fi")] == [
        "1234567.50",
        "1234567,50",
        "1234567,50",
    ]


@pytest.mark.parametrize(
    ("language", "shown", "typed"),
    [("en", "1,234.50 DKK", "1234.50"), ("da-DK", "1.234,50 DKK", "1234,50"), ("fi", "1 234,50 DKK", "1234,50")],
)
def test_a_page_speaks_english_and_counts_as_its_reader_does(language, shown, typed, administrator, pos):
    payment = new_payment(pos, state="Reserved", amount_minor=123_450)
    headers = {"Accept-Language": language}

    page = administrator.browser.get(administrator.url(f"payments/{payment.pk}/"), headers=headers)
    form = administrator.browser.get(administrator.url(f"payments/{payment.pk}/capture/"), headers=headers)

    assert shown in " ".join(said(page, "main"))
    assert "Reserved" in " ".join(said(page, "main"))
    assert value_of(form, "amount") == typed
    assert payment.amount == Money(123_450, "DKK")
