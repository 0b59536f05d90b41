"""Text encrypted at rest: the first key writes, every key reads."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "decrypt", "encrypt", "renewed"]


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Give back the text; raise cryptography.fernet.InvalidToken when no key fits."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).decrypt(ciphertext.encode()).decode()


def renewed(ciphertext: str) -> str | None:
    """The same text encrypted with the first key; None when that has encrypted it already."""
    try:
        _cipher((settings.ENCRYPTION_KEYS[0],)).decrypt(ciphertext.encode())
    except InvalidToken:
        return encrypt(decrypt(ciphertext))
    return None


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # Any long random text may be a key, so that operators need no tool of ours to make one.
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal encryption").derive(key.encode())
    return base64.urlsafe_b64encode(material)
