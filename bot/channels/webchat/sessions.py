"""Opening and resuming web chat sessions, with or without a signed identity."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

from actions import conversations
from actions.services import Services
from bot.channels.webchat.frames import Claim, FrameError, Hello
from models.conversations import Conversation

CHANNEL = "web"


@dataclass(frozen=True)
class Session:
    """An open session. ``last_seq`` is the number of the conversation's newest message."""

    token: str
    conversation_id: str
    owner: str
    locale: str
    last_seq: int


def sign(identity_id: str, secret: str) -> str:
    """The signature that the shop gives a customer's id: HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), identity_id.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    """The names of all time zones; looking them up walks through a folder."""
    return frozenset(available_timezones())


def normal_locale(tag: str) -> str:
    """One of our three locales for any language tag: by script, then by region; English for all others."""
    parts = tag.replace("_", "-").lower().split("-")
    if parts[0] != "zh" and parts[0] != "yue":
        return "en"
    traditional = "hant" in parts or ((parts[0] == "yue" or {"tw", "hk", "mo"} & set(parts)) and "hans" not in parts)
    return "zh-TW" if traditional else "zh-CN"


def check_identity(claim: Claim | None, secrets: Collection[str]) -> None:
    """Raises FrameError ``bad_identity`` when an identity is claimed that the shop signed with none of its secrets."""
    if claim is None:
        return
    given = claim.signature.lower().encode()
    if not any(hmac.compare_digest(sign(claim.id, secret).encode(), given) for secret in secrets):
        raise FrameError("bad_identity")


async def open_session(hello: Hello, services: Services, identity_secrets: Collection[str]) -> Session:
    """Resumes the session named, or opens a new one. Raises FrameError: ``bad_session`` or ``bad_identity``."""
    check_identity(hello.identity, identity_secrets)
    if hello.session:
        return await _resume(hello.session, services, hello.identity)
    token = secrets.token_urlsafe(32)
    now = services.clock()
    claim = hello.identity
    locale = normal_locale(hello.locale)
    async with services.database.write() as session:
        customer = await conversations.find_or_add_customer(
            session, new_id=services.new_id(), channel="shop" if claim else CHANNEL,
            external_id=claim.id if claim else conversations.hash_token(token), name=claim.name if claim else "",
            timezone=hello.timezone if hello.timezone in _timezones() else "", linked=bool(claim), now=now,
        )  # fmt: skip
        row = await conversations.open_conversation(
            session, conversation_id=services.new_id(), customer=customer, channel=CHANNEL, token=token,
            locale=locale, now=now,
        )  # fmt: skip
    return _session(token, row)


async def _resume(token: str, services: Services, claim: Claim | None) -> Session:
    async with services.database.read() as session:
        row = await conversations.find_by_token(session, token)
        if row is None:
            raise FrameError("bad_session")
        account = await conversations.linked_account(session, row.customer_id)
    if claim and account != claim.id:
        raise FrameError("bad_session")  # somebody else is signed in now: their conversation is another one
    return _session(token, row)


def _session(token: str, row: Conversation) -> Session:
    return Session(token, row.id, row.owner, row.locale, row.next_seq - 1)
