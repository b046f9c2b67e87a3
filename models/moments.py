"""Moments of truth: exactly one row per customer turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Moment(Base):
    """One customer turn as it was heard, judged and answered.

    ``before``/``after`` are the dialogue states around it; the feeling after is that of the customer's next turn.
    ``seconds`` is the time from the customer's last message to the first reply.
    """

    __tablename__ = "moments"
    # All that the log is searched for of a turn: a search reads this and leaves the rows, which are wide, alone.
    __table_args__ = (
        Index("ix_moments_searched", "conversation_id", "emotion", "intensity", "stage", "kind", "outcome",
              "expectation", "issue", "touchpoint"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    turn_id: Mapped[str] = mapped_column(ID, unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    channel: Mapped[str]
    episode: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(8))
    touchpoint: Mapped[str]
    issue: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(String(8))
    conflict: Mapped[str] = mapped_column(String(10))
    emotion: Mapped[str] = mapped_column(String(16))
    intensity: Mapped[int]
    heat: Mapped[int]
    emotion_after: Mapped[str | None] = mapped_column(String(16))
    intensity_after: Mapped[int | None]
    needs: Mapped[list[Any]] = mapped_column(default=list)
    heard: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    acts: Mapped[list[Any]] = mapped_column(default=list)
    wording: Mapped[list[Any]] = mapped_column(default=list)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    speaker: Mapped[str] = mapped_column(String(8))
    seconds: Mapped[float]
    expectation: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(16))
    rater: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
