"""Conversations: who speaks, the dialogue state with its version, the next sequence number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Conversation(Base):
    """One customer's conversation on one channel. The row is locked while a turn is settled.

    ``version`` moves with every settled turn; ``next_seq`` is the number that the next message gets; ``delivered_seq``
    and ``read_seq`` are how far an open page of the customer has got and shown what staff wrote.
    ``address`` is where the channel reaches the customer, if not by listening; ``unreachable_at``: since when it
    cannot, because they blocked us there. ``allowance`` is how many messages the customer might have sent at once at
    ``allowance_at`` (null: as many as may).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_address", "channel", "address", unique=True),
        Index("ix_conversations_created_at", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(64))
    unreachable_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(8), default="zh-CN")
    owner: Mapped[str] = mapped_column(String(8), default="bot", index=True)
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=0)
    next_seq: Mapped[int] = mapped_column(default=1)
    delivered_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    read_seq: Mapped[int] = mapped_column(default=0)
    allowance: Mapped[float | None] = mapped_column(Float)
    allowance_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
