"""The format of an import file, checked before anything is written."""

from collections import Counter
from collections.abc import Iterator
import json
import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from rest_framework import serializers

from portal import plain_text
from portal.money import CURRENCIES
from portal.tillapi.fields import TextField
from terminals.fields import fold
from terminals.states import Provider

VAT_NUMBER = re.compile(r"\A[A-Z]{2}[0-9]{8}\Z")
MERCHANT_SERIAL_NUMBER = re.compile(r"\A[0-9]{4,10}\Z")
BEACON_ID = re.compile(r"\A([0-9]{15}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\Z")
KEYS = {"client_id": "clientId", "client_secret": "clientSecret", "subscription_key": "subscriptionKey"}

_PADDED = "must not begin or end with a blank"


class WrongRows(ValueError):
    """Some rows cannot be imported; `rows` names each with its place and reason."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__("\n".join(rows))
        self.rows = rows


class _Object(dict[str, Any]):
    """A JSON object that remembers which names it was given twice: of those only the last would count."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]


class _Row(serializers.Serializer[Any]):
    """Names every key that it does not know: a misspelt one would be passed over without a word."""

    # Keys that others read from the same file.
    passed_over: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        strange = self._strange(data) if isinstance(data, dict) else {}
        try:
            checked = super().to_internal_value(data)
        except serializers.ValidationError as error:
            wrong: Any = error.detail
            raise serializers.ValidationError({**wrong, **strange}) from error
        if strange:
            raise serializers.ValidationError(strange)
        return checked

    def _strange(self, data: dict[str, Any]) -> dict[str, list[str]]:
        known = [*self.fields, *self.passed_over]
        repeated = {name: ["stands twice"] for name in getattr(data, "repeated", ())}
        reason = f"is not known here; the keys are {', '.join(self.fields)}"
        return {**repeated, **{name: [reason] for name in data if name not in known}}


class _Text(TextField):
    default_error_messages = {"padded": _PADDED}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text != text.strip():
            self.fail("padded")
        return text


def _require_one_line(name: str) -> None:
    if not plain_text.shows_all(name):
        raise serializers.ValidationError("must be one line of letters and signs")
    if name != name.strip():
        raise serializers.ValidationError(_PADDED)


class _Name(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(max_length=100, trim_whitespace=False, validators=[_require_one_line])


class _Key(serializers.CharField):
    """Sent in a header as it is; what is wrong with it is said without it."""

    def __init__(self, **options: Any) -> None:
        in_a_header = RegexValidator(r"\A[\x21-\x7e]+\Z", "must be signs without blanks")
        super().__init__(max_length=200, trim_whitespace=False, validators=[in_a_header], **options)


class _TerminalRow(_Row):
    terminalId = _Text(source="terminal_id")  # noqa: N815 - the file's name
    name = _Text()
    beaconId = serializers.RegexField(  # noqa: N815
        BEACON_ID,
        source="beacon_id",
        required=False,
        allow_blank=True,
        error_messages={"invalid": "must be the GUID or the 15 digits of an old sticker"},
    )


class _StoreRow(_Row):
    # MobilePay's own facts come with a synchronisation; its simulator reads them here.
    passed_over = frozenset(
        ("brandName", "merchantBrandId", "merchantLocationId", "street", "zipCode", "city", "activated", "balance")
    )
    storeId = _Text(source="store_id")  # noqa: N815
    name = _Name()
    provider = serializers.ChoiceField(Provider.values, required=False)
    merchantSerialNumber = serializers.RegexField(  # noqa: N815
        MERCHANT_SERIAL_NUMBER,
        source="merchant_serial_number",
        required=False,
        error_messages={"invalid": "must be the 4 to 10 digits of a sales unit"},
    )
    clientId = _Key(source="client_id", required=False)  # noqa: N815
    clientSecret = _Key(source="client_secret", required=False)  # noqa: N815
    subscriptionKey = _Key(source="subscription_key", required=False)  # noqa: N815
    isTest = serializers.BooleanField(source="is_test", required=False)  # noqa: N815
    terminals = _TerminalRow(many=True, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        has_unit = "merchant_serial_number" in attrs
        provider = attrs.setdefault("provider", Provider.EPAYMENT if has_unit else "")
        needs_unit = provider == Provider.EPAYMENT or any(name in attrs for name in (*KEYS, "is_test"))
        if needs_unit and not has_unit:
            raise serializers.ValidationError("merchantSerialNumber says which sales unit is meant, and is missing")
        if has_unit and provider == Provider.POSV10:
            raise serializers.ValidationError("a store at posv10 has no merchantSerialNumber")
        return attrs


class _MerchantRow(_Row):
    bioCode = _Text(source="bio_code")  # noqa: N815
    name = _Name()
    vatNumber = serializers.RegexField(  # noqa: N815
        VAT_NUMBER,
        source="vat_number",
        error_messages={"invalid": "must be a country code and 8 digits, such as DK12345678"},
    )
    currencies = serializers.ListField(child=serializers.ChoiceField(CURRENCIES), allow_empty=False)
    stores = _StoreRow(many=True, default=list)


class _ImportFile(_Row):
    merchants = _MerchantRow(many=True)


def parse(octets: bytes) -> Any:
    """The JSON in a file of UTF-8 or UTF-16, with a mark at its beginning or without; raises ValueError."""
    # Numbers stay the text that was written: an id never becomes a float.
    return json.loads(octets, parse_float=str, parse_int=str, object_pairs_hook=_Object)


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
    seen: dict[tuple[str, ...], str] = {}

    def again(*path: str) -> str:
        """Says that the last name of the path stands at this place already, in whatever letter case; empty if not."""
        name, key = path[-1], tuple(map(fold, path))
        known = seen.setdefault(key, "")
        seen[key] = name
        as_well = f", once as {known}" if known != name else ""
        return f"stands twice in the file{as_well}" if known else ""

    for merchant in merchants:
        bio_code = merchant["bio_code"]
        if twice := again(bio_code):
            yield f"merchant {bio_code}: {twice}"
        for store in merchant["stores"]:
            if twice := again(bio_code, "store", store["store_id"]):
                yield f"merchant {bio_code}: store {store['store_id']} {twice}"
            for terminal in store["terminals"]:
                sticker = terminal.get("beacon_id")
                if sticker and (twice := again("", "sticker", sticker)):
                    yield f"merchant {bio_code}: beaconId {sticker} {twice}"
                if twice := again(bio_code, "terminal", terminal["terminal_id"]):
                    yield f"merchant {bio_code}: terminal {terminal['terminal_id']} {twice}"
