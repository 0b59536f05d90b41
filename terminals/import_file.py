"""The format of an import file, checked before anything is written."""

from collections.abc import Iterator
import re
from typing import Any

from rest_framework import serializers

from portal.money import CURRENCIES
from portal.tillapi.fields import IdentifierField, TextField

VAT_NUMBER = re.compile(r"\A[A-Z]{2}[0-9]{8}\Z")


class WrongRows(ValueError):
    """Some rows cannot be imported; `rows` names each with its place and reason."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__("\n".join(rows))
        self.rows = rows


class _TerminalRow(serializers.Serializer[Any]):
    terminalId = IdentifierField(source="terminal_id")  # noqa: N815 - the file's name
    name = TextField()


class _StoreRow(serializers.Serializer[Any]):
    storeId = IdentifierField(source="store_id")  # noqa: N815
    name = serializers.CharField(max_length=100)
    terminals = _TerminalRow(many=True, default=list)


class _MerchantRow(serializers.Serializer[Any]):
    bioCode = TextField(source="bio_code")  # noqa: N815
    name = serializers.CharField(max_length=100)
    vatNumber = serializers.RegexField(  # noqa: N815
        VAT_NUMBER,
        source="vat_number",
        error_messages={"invalid": "must be a country code and 8 digits, such as DK12345678"},
    )
    currencies = serializers.ListField(child=serializers.ChoiceField(CURRENCIES), allow_empty=False)
    stores = _StoreRow(many=True, default=list)


class _ImportFile(serializers.Serializer[Any]):
    merchants = _MerchantRow(many=True)


def read(content: Any) -> list[dict[str, Any]]:
    """Give the merchants of a parsed import file, or raise WrongRows with every wrong row by its place."""
    file = _ImportFile(data=content)
    problems = [] if file.is_valid() else [f"{place}: {reason}" for place, reason in _flat(file.errors)]
    if not problems:
        problems = list(_repeated(file.validated_data["merchants"]))
    if problems:
        raise WrongRows(problems)
    merchants: list[dict[str, Any]] = file.validated_data["merchants"]
    return merchants


def _flat(errors: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(errors, dict):
        for name, inner in errors.items():
            # DRF names rows by number when only some are wrong.
            step = f"[{name}]" if isinstance(name, int) else f".{name}"
            yield from _flat(inner, place + step)
    else:
        for reason in errors:
            yield place.lstrip(".") or "file", str(reason)


def _repeated(merchants: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[tuple[str, ...]] = set()

    def is_new(*name: str) -> bool:
        known = name in seen
        seen.add(name)
        return not known

    for merchant in merchants:
        bio_code = merchant["bio_code"]
        if not is_new(bio_code):
            yield f"merchant {bio_code}: stands twice in the file"
        for store in merchant["stores"]:
            if not is_new(bio_code, "store", str(store["store_id"])):
                yield f"merchant {bio_code}: store {store['store_id']} stands twice in the file"
            for terminal in store["terminals"]:
                if not is_new(bio_code, "terminal", str(terminal["terminal_id"])):
                    yield f"merchant {bio_code}: terminal {terminal['terminal_id']} stands twice in the file"
