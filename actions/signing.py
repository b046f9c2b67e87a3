"""Signs what is said between Kairos and the shop's systems, so that each can tell that the other said it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

VERSION = "v1"
CLOCKS_APART = timedelta(minutes=5)  # a signature older or newer than this is not believed


class BadSignature(ValueError):
    """Not signed, not signed by whoever knows the secret, or too long ago."""


def sign_request(secret: str, *, timestamp: str, path: str, key: str, body: bytes) -> str:
    """The signature of a POST request. ``timestamp`` in whole seconds since 1970, ``path`` without the host."""
    return _sign(secret, "request", timestamp, path, key, body)


def sign_answer(secret: str, *, timestamp: str, status: int, key: str, body: bytes) -> str:
    """The signature of the answer to the request with that idempotency key."""
    return _sign(secret, "answer", timestamp, str(status), key, body)


def _sign(secret: str, kind: str, timestamp: str, what: str, key: str, body: bytes) -> str:
    text = "\n".join((VERSION, kind, timestamp, what, key, hashlib.sha256(body).hexdigest()))
    return f"{VERSION}={hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def check_signature(given: str, wanted: str, timestamp: str, now: datetime) -> None:
    """Raises BadSignature unless both are the same and the time is near."""
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise BadSignature("the signature is wrong or missing")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > CLOCKS_APART.total_seconds():
        raise BadSignature("the time of the signature is too far off")
