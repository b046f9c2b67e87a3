"""Follow-ups: what the assistant comes back for on its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base

_PENDING, _SENT = text("status = 'pending'"), text("status = 'sent'")


class Followup(Base):
    """``kind``: promise_check, outcome_check, nudge, survey, care. ``status``: pending, sent, skipped, cancelled.

    ``tries`` counts the times that it could not be dealt with for a reason that is ours.
    """

    __tablename__ = "followups"
    __table_args__ = (
        # Only what is pending is ever looked for by time: the index stays small however much was sent.
        Index("ix_followups_due", "due_at", postgresql_where=_PENDING, sqlite_where=_PENDING),
        # What somebody was sent lately is looked for each time that one falls due: without an index of its own a
        # database that has not been analysed yet (just filled, just restored) reads the whole table for it.
        Index("ix_followups_sent", "conversation_id", "closed_at", postgresql_where=_SENT, sqlite_where=_SENT),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    promise_id: Mapped[str | None] = mapped_column(ForeignKey("promises.id"))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(10), default="pending")
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
