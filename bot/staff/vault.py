"""Encrypts the few secrets that are kept in the database, with a key that is not."""

from __future__ import annotations

import base64
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

from bot.settings import Settings


class Unreadable(ValueError):
    """It was sealed with another key, or changed since."""


def seal(settings: Settings, text: str) -> str:
    """The text, encrypted."""
    return _fernet(settings.server_key()).encrypt(text.encode()).decode()


def unseal(settings: Settings, sealed: str) -> str:
    """The text that was sealed. Raises Unreadable."""
    try:
        return _fernet(settings.server_key()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable("sealed with another key: was KAIROS_SERVER_SECRET changed?") from None


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"kairos vault {key}".encode()).digest()))
