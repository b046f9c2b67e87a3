"""Handovers: why a conversation went to people, with the brief they get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Handover(Base):
    """``status``: waiting, taken, handed_back, closed (by staff), left (the customer needed nobody any more).

    ``told_at``: when the customer was told that nobody was free. ``agent_id`` holds it, ``assigned_id`` is asked to
    take it (``assigned_why``: hand, round_robin, least_busy, transfer, return). ``first_reply_at``: the first word by
    a person.
    """

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_agent", "agent_id", "created_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    turn_id: Mapped[str] = mapped_column(ID)
    reason: Mapped[str] = mapped_column(String(16))
    why: Mapped[str]
    brief: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    agent: Mapped[str] = mapped_column(default="")
    agent_id: Mapped[str] = mapped_column(ID, default="", server_default="")
    assigned_id: Mapped[str] = mapped_column(ID, default="", server_default="")
    assigned_name: Mapped[str] = mapped_column(default="", server_default="")
    assigned_why: Mapped[str] = mapped_column(String(16), default="", server_default="")
    assigned_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
