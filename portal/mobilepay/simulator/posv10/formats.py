"""What the protocol's texts may look like (section 5)."""

from decimal import Decimal
import re

_LETTERS = "æÆøØåÅäÄöÖšŠžŽâÂàÀáÁãÃéÉêÊëËèÈíÍîÎïÏìÌüÜûÛùÙúÚôÔòÒóÓõÕÿýÝñÑ«»ðþçß¤ÇµÐÞ±°ªº©§¶¼½¾¬®¢£¥¡¿¹²³¦¯¨´×"  # noqa: RUF001
_VALID = f"[ -~{_LETTERS}]"
_VALID_TEXT = re.compile(f"{_VALID}{{1,36}}")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_WHITE_BOX = re.compile(r"[0-9]{15}")
_VAT_NUMBER = re.compile(r"(DK|FI)[0-9]{8}")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_BRAND_ID = re.compile(f"(MPPOS|POSDK|POSFI){_VALID}{{5}}")
_LOCATION_ID = re.compile(f"{_VALID}{{5}}")
_PHONE_NUMBER = re.compile(r"\+[0-9]{8,15}")

_HUNDREDTH = Decimal("0.01")
_AMOUNT_LIMIT = Decimal(10_000_000_000)


def is_valid_text(value: str) -> bool:
    """1 to 36 of the valid characters."""
    return _VALID_TEXT.fullmatch(value) is not None


def is_guid(value: str) -> bool:
    return _GUID.fullmatch(value) is not None


def is_beacon_id(value: str) -> bool:
    """A GUID, or the 15 digits of a white box or sticker."""
    return is_guid(value) or _WHITE_BOX.fullmatch(value) is not None


def is_vat_number(value: str) -> bool:
    return _VAT_NUMBER.fullmatch(value) is not None


def is_version(value: str) -> bool:
    return _VERSION.fullmatch(value) is not None


def is_brand_id(value: str) -> bool:
    return _BRAND_ID.fullmatch(value) is not None


def is_location_id(value: str) -> bool:
    return _LOCATION_ID.fullmatch(value) is not None


def is_phone_number(value: str) -> bool:
    return _PHONE_NUMBER.fullmatch(value) is not None


def is_amount(value: Decimal) -> bool:
    """Positive, below ten thousand million, and without fractions of a minor unit."""
    return 0 < value < _AMOUNT_LIMIT and value == value.quantize(_HUNDREDTH)
