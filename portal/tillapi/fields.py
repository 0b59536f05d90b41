"""The kinds of parameter a till can give; each message completes “The parameter x …”."""

from collections.abc import Iterable, Sequence
import re
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.mobilepay import charset
from portal.money import CURRENCIES, InvalidAmount, Money

ANY_TEXT_LENGTH = 200

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@extend_schema_field({"type": "string", "pattern": f"^{charset.PATTERN}$"})
class TextField(serializers.Field[str, Any, str, Any]):
    """1 to 36 of the characters that MobilePay takes: order ids, a register's own ids, names, merchant codes."""

    default_error_messages = {  # noqa: RUF012 - DRF collects these from class attributes
        "invalid": "must be a text",
        "charset": f"must be 1 to {charset.MAX_LENGTH} characters, without line breaks, emoji or foreign scripts",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if not charset.is_valid(data):
            self.fail("charset")
        return data


# Of blanks alone it would be absent.
@extend_schema_field({"type": "string", "pattern": r"[^\s\x00]", "maxLength": ANY_TEXT_LENGTH})
class AnyTextField(serializers.Field[str, Any, str, Any]):
    """A text that is only compared: whatever is wrong with its content is for the comparison to say."""

    default_error_messages = {"invalid": "must be a text of at most 200 characters"}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or len(data) > ANY_TEXT_LENGTH:
            self.fail("invalid")
        return data


@extend_schema_field(OpenApiTypes.UUID)
class IdentifierField(serializers.Field[UUID, Any, str, Any]):
    """A UUID as text, letters in any case."""

    default_error_messages = {"invalid": "must be a UUID such as 3974eae6-e36f-4148-b5ee-22689e528c75"}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or _UUID.fullmatch(data) is None:
            self.fail("invalid")
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        return str(value)


# Not zero, and at most twelve digits: JSON Schema has no other way to say that of a text.
_AMOUNT = r"^(?!0+(\.0{1,2})?$)([0-9]{1,12}|[0-9]{1,11}\.[0-9]|[0-9]{1,10}\.[0-9]{2})$"


@extend_schema_field({"type": "string", "pattern": _AMOUNT, "example": "27.06"})
class AmountField(serializers.Field[Money, Any, str, Any]):
    """A decimal text that a till gives; it becomes Money in DKK until `currencyCode` says otherwise."""

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, str):
            raise serializers.ValidationError("must be a text such as 27.06")
        try:
            return Money.parse(data, CURRENCIES[0])
        except InvalidAmount as problem:
            raise serializers.ValidationError(str(problem)) from problem


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{1,10}\.[0-9]{2}$", "example": "27.06"})
class SumField(serializers.Field[Money, Any, str, Any]):
    """An amount in an answer, with two decimals; it may be zero."""

    def to_representation(self, value: Money) -> str:
        return str(value.major)


class WordField(serializers.ChoiceField):
    """One of the contract's words, in any letter case."""

    def __init__(self, words: Iterable[str], **options: Any) -> None:
        self._words = {word.lower(): word for word in words}
        super().__init__(choices=list(self._words.values()), **options)
        self.error_messages["invalid_choice"] = f"must be one of {', '.join(self._words.values())}"

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self._words.get(str(data).lower(), data))


class CurrencyField(WordField):
    """An ISO currency code; DKK when absent."""

    def __init__(self) -> None:
        super().__init__(CURRENCIES, default=CURRENCIES[0])


class PricedInput(serializers.Serializer[Any]):
    """Joins `amount` and `currencyCode` into one Money."""

    amount = AmountField()
    currencyCode = CurrencyField()  # noqa: N815 - the contract's name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        currency = attrs.pop("currencyCode")
        return {**attrs, "amount": Money(attrs["amount"].minor, currency)}


class TextListField(serializers.ListField):
    """A list of texts in an answer."""

    child = serializers.CharField()


@extend_schema_field({"type": "string", "pattern": "^(true|false)$"})
class WordedBooleanField(serializers.Field[bool, Any, str, Any]):
    """`true` or `false` as a text: every own member of the contract is a string unless it says otherwise."""

    def to_representation(self, value: bool) -> str:  # noqa: FBT001 - DRF's signature
        return str(value).lower()


@extend_schema_field({"type": "string", "nullable": True})
class FixedField(serializers.Field[Any, Any, Any, Any]):
    """A member of the contract that has one value here."""

    def __init__(self, value: str | None) -> None:
        super().__init__(source="*", read_only=True)
        self.value = value

    def to_representation(self, _instance: Any) -> str | None:
        return self.value


class SentenceField(serializers.CharField):
    """A sentence about what was done; `{0}` in it is what the endpoint's `act` gives."""

    def __init__(self, sentence: str) -> None:
        super().__init__(source="*", read_only=True)
        self.sentence = sentence

    def to_representation(self, value: Any) -> str:
        return self.sentence.format(value)


class StateField(serializers.ChoiceField):
    """One of the contract's words for how a thing stands; each comes with its meaning."""

    def __init__(self, words: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(choices=words, **options)
