"""Promises to customers: made, and kept, slipped or broken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Promise(Base):
    """``due_at`` is ours, ``told_due_at`` what the customer was told: the difference is the buffer.

    ``what``: in the words of the member of staff who made it; empty for the playbooks' promises. ``order_number``: the
    order that it was made for, "" for none; the customer may speak of another one by the time that it is checked.
    ``shown_before``: what the shop's systems showed of it already when it was made, which shows nothing of its keeping.
    """

    __tablename__ = "promises"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    turn_id: Mapped[str] = mapped_column(ID)
    issue: Mapped[str]
    key: Mapped[str]
    owner: Mapped[str]
    what: Mapped[str] = mapped_column(default="", server_default="")
    order_number: Mapped[str] = mapped_column(default="", server_default="")
    shown_before: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[str] = mapped_column(String(8), default="open", index=True)
    due_at: Mapped[datetime]
    told_due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
