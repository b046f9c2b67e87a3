"""Codes from a telephone (RFC 6238), and the recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno

from bot.settings import Settings
from bot.staff.vault import Unreadable, seal, unseal

STEP_S, NEIGHBOURS = 30, 1
TICKET_FOR = timedelta(minutes=15)
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(frozen=True)
class Offer:
    """A new secret: to type, to scan, and sealed for the confirmation."""

    secret: str
    picture: str
    ticket: str


def offer(settings: Settings, staff_id: str, login: str, now: datetime) -> Offer:
    """A secret for that person, not in force until a code confirms it."""
    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Kairos")
    ticket = seal(settings, json.dumps({"staff": staff_id, "secret": secret, "at": now.isoformat()}))
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2, dark="#111", light="#fff")
    return Offer(secret, picture, ticket)


def secret_in(settings: Settings, ticket: str, staff_id: str, now: datetime) -> str | None:
    """The secret that was offered to that person, while the offer stands."""
    try:
        data = json.loads(unseal(settings, ticket))
        if data["staff"] == staff_id and now - datetime.fromisoformat(data["at"]) <= TICKET_FOR:
            return str(data["secret"])
    except (Unreadable, ValueError, KeyError, TypeError):
        pass
    return None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, of the present one and its neighbours."""
    given, totp = code.replace(" ", "").encode(), pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_S
    for step in range(present - NEIGHBOURS, present + NEIGHBOURS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None


def recovery_codes() -> list[str]:
    """New recovery codes, easy to copy by hand."""

    def code() -> str:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
        return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"

    return [code() for _ in range(RECOVERY_CODES)]


def normal_code(code: str) -> str:
    """A recovery code as it was given out, however it was typed."""
    letters = "".join(c for c in code.casefold() if c.isalnum())
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
