"""Follow-ups: what the assistant comes back for on its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Followup(Base):
    """``kind``: promise_check, outcome_check, nudge, survey, care. ``status``: pending, sent, skipped, cancelled."""

    __tablename__ = "followups"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    promise_id: Mapped[str | None] = mapped_column(ForeignKey("promises.id"))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(10), default="pending", index=True)
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
