"""JSON on the wire: numbers keep their exact decimals, and no float is ever made of them."""

from datetime import datetime
from decimal import InvalidOperation
from typing import Any

import simplejson


class NotJson(ValueError):
    def __init__(self) -> None:
        super().__init__("The body is not JSON")


def decode(body: bytes) -> Any:
    """Read JSON; NotJson when it is none."""
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, InvalidOperation, RecursionError):
        raise NotJson from None


def encode(value: object) -> bytes:
    """Write JSON; a Decimal keeps its digits, so 12.50 stays 12.50."""
    return simplejson.dumps(value, use_decimal=True).encode()


def timestamp(moment: datetime) -> str:
    """A moment in UTC as .NET writes it, seven digits of fraction: `2022-10-17T06:07:45.4847170+00:00`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0+00:00"
