"""Invitations to be known on another channel as a shop account: made for who is verified, used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, promises
from models.conversations import Conversation
from models.customers import Customer, Identity, Link

VALID_FOR = timedelta(hours=24)
SHOP = "shop"  # the identities that the shop vouches for


def invite(session: AsyncSession, account: str, name: str, now: datetime) -> str:
    """A token for a deep link: 32 characters that fit into an address."""
    token = secrets.token_urlsafe(24)
    session.add(Link(token_hash=_hash(token), account=account, name=name, expires_at=now + VALID_FOR))
    return token


async def accept(
    session: AsyncSession, token: str, conversation: Conversation, external_id: str, new_id: str, now: datetime
) -> bool:
    """Ties who writes in a conversation to the account that the token was made for. False: no such token, or used.

    The person's conversations on that channel move to the account's customer. Who wanted no messages here or there
    wants none now: what was pending is off, and only what they ask for from here on is told.
    """
    link = await session.get(Link, _hash(token), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at < now:
        return False
    link.used_at = now
    customer = await conversations.find_or_add_customer(
        session, new_id=new_id, channel=SHOP, external_id=link.account, name=link.name, timezone="", linked=True,
        now=now,
    )  # fmt: skip
    query = select(Identity).where(Identity.channel == conversation.channel, Identity.external_id == external_id)
    identity = (await session.execute(query)).scalar_one()
    former = await session.get_one(Customer, identity.customer_id)
    customer.timezone = customer.timezone or former.timezone
    identity.customer_id = conversation.customer_id = customer.id
    conversation.version += 1  # a turn that is being judged is judged again, with what may be known now
    if customer.contact_stopped_at or former.contact_stopped_at:
        await session.flush()
        await promises.stop_contact(session, customer.id, now)
    return True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
