"""Shares a network's access token between processes."""

import logging

from django.core.cache import caches

from portal import encryption

logger = logging.getLogger(__name__)


class EncryptedCache:
    """Leaves MobilePay's access token for the other processes, encrypted.

    It spares a token request and no more: when the cache fails, each process asks for a token of its own.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def get(self) -> str | None:
        try:
            ciphertext = caches["default"].get(self._key)
            return encryption.decrypt(ciphertext) if ciphertext else None
        except encryption.InvalidToken:
            return None
        except Exception:
            logger.exception("The cache cannot be read")
            return None

    def set(self, value: str, *, seconds: int) -> None:
        try:
            caches["default"].set(self._key, encryption.encrypt(value), timeout=seconds)
        except Exception:
            logger.exception("The cache cannot be written")
