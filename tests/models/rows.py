"""Rows that tests start from."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from actions.conversations import open_conversation
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.session import Database

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in the shop


async def add_conversation(
    database: Database, *, locale: str = "zh-CN", account: str = "", token: str | None = None, now: datetime = NOON,
    telegram: str = "",
) -> Conversation:  # fmt: skip
    """A conversation of a new customer; with ``account`` the shop vouches for who that is.

    ``telegram``: the chat in which they are reached, instead of the web chat.
    """
    customer_id = uuid4().hex
    async with database.write() as session:
        customer = Customer(id=customer_id, name="", timezone="", created_at=now)
        session.add(customer)
        await session.flush()
        session.add(Identity(
            id=uuid4().hex, customer_id=customer_id, channel="shop" if account else "telegram" if telegram else "web",
            external_id=account or telegram or customer_id, linked=bool(account), created_at=now,
        ))  # fmt: skip
        return await open_conversation(
            session, conversation_id=uuid4().hex, customer=customer, channel="telegram" if telegram else "web",
            token=token, locale=locale, now=now, address=telegram or None,
        )  # fmt: skip
