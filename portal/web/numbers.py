"""How the reader of a page writes numbers, from the languages that the browser asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from django.utils import formats, numberformat
from django.utils.translation.trans_real import parse_accept_lang_header

# The pages speak English to everybody; these languages only decide about points and commas.
_LANGUAGES = {each: each for each in ("en", "da", "fi", "sv", "nb", "de", "fr", "nl")} | {"no": "nb"}
_language: ContextVar[str] = ContextVar("reader_language", default="en")


def point() -> str:
    """The reader's decimal sign."""
    return str(formats.get_format("DECIMAL_SEPARATOR", _language.get(), use_l10n=True))


def number(value: Decimal, *, is_grouped: bool = True) -> str:
    """The number with two decimals, as the reader writes it: `1.234,50` or `1,234.50`, or for a field `1234,50`."""
    language = _language.get()
    thousands = formats.get_format("THOUSAND_SEPARATOR", language, use_l10n=True)
    return numberformat.format(value, point(), 2, 3, thousands, force_grouping=is_grouped, use_l10n=False)


@contextmanager
def as_asked_for(accept_language: str) -> Iterator[None]:
    """Write numbers as a reader does whose browser sends this header."""
    entered = _language.set(_chosen(accept_language))
    try:
        yield
    finally:
        _language.reset(entered)


def _chosen(header: str) -> str:
    for name, _ in parse_accept_lang_header(header):
        language = name.partition("-")[0]
        if language in _LANGUAGES:
            return _LANGUAGES[language]
    return "en"
