"""The text of an access token: made, read and fingerprinted, but never stored.

`mpp_` + 10 characters of lookup id + `_` + 32 random characters + 6 characters of CRC-32, all base62.
"""

from dataclasses import dataclass
import hashlib
import hmac
import re
import secrets
import string
from typing import Self
import zlib

from django.conf import settings

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LOOKUP, _SECRET, _CHECK = 10, 32, 6
_SHAPE = re.compile(rf"mpp_([0-9A-Za-z]{{{_LOOKUP}}})_([0-9A-Za-z]{{{_SECRET}}})([0-9A-Za-z]{{{_CHECK}}})")


@dataclass(frozen=True, slots=True, repr=False)
class TokenText:
    text: str
    lookup_id: str

    @classmethod
    def make(cls) -> Self:
        lookup_id = _random(_LOOKUP)
        body = f"mpp_{lookup_id}_{_random(_SECRET)}"
        return cls(body + _checksum(body), lookup_id)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token if the text can be one; a typing error fails the checksum."""
        match = _SHAPE.fullmatch(text)
        if match is None or _checksum(text[:-_CHECK]) != match[3]:
            return None
        return cls(text, match[1])

    @property
    def digest(self) -> bytes:
        """The keyed hash that is stored instead of the token."""
        return self._digest(settings.TOKEN_PEPPERS[0])

    def matches(self, digest: bytes) -> bool:
        """Whether the stored hash is this token's, with any pepper that still counts."""
        return any(hmac.compare_digest(self._digest(pepper), digest) for pepper in settings.TOKEN_PEPPERS)

    def _digest(self, pepper: str) -> bytes:
        return hmac.digest(pepper.encode(), self.text.encode(), hashlib.sha256)


def _random(length: int) -> str:
    return "".join(secrets.choice(_BASE62) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits


# Stands in where no token can be found, so that a wrong guess takes as long as a near miss.
NOBODY = TokenText.make()
