"""Replies on their way out, written in the same transaction as the turn that made them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class OutboxEntry(Base):
    """One message to deliver, under its own id as key. ``status``: pending, sent, dead.

    ``next_at``: not to be tried before. ``leased_until``: an attempt began and no end of it is known; when that time is
    past, the process that made it is dead and the channel may or may not have delivered. ``parts_sent``: how much of a
    long message went out. ``external_ref``: the channel's own id of what it delivered.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "status", "conversation_id", "seq"),)

    id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    turn_id: Mapped[str] = mapped_column(ID, index=True)
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(8), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    parts_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    external_ref: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
