"""Replies on their way out, written in the same transaction as the turn that made them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class OutboxEntry(Base):
    """One reply to deliver, under its message's id as key. ``status``: pending, sent, dead."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "status", "conversation_id", "seq"),)

    id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[str] = mapped_column(ID, index=True)
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(8), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
