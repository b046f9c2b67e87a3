"""What is learnt from conversations: what people review, what they say it was, and the versions that come of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base, Json

Number = BigInteger().with_variant(Integer, "sqlite")


class ReviewItem(Base):
    """One customer turn that people look at. ``reasons``: unsure, contradicted, worse, sample, by_hand.

    ``status``: open, rated (the first of two raters was there), disputed (they differ), agreed, skipped. ``gold`` is
    what it really was, once that is settled: intent, emotion, intensity, needs, flags.
    """

    __tablename__ = "review_items"
    __table_args__ = (Index("ix_review_items_next", "status", "priority", "created_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    turn_id: Mapped[str] = mapped_column(ID, unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    heard: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    priority: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(8), default="open")
    gold: Mapped[Any | None] = mapped_column(Json, nullable=True)
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ReviewLabel(Base):
    """What one rater says it was."""

    __tablename__ = "review_labels"
    __table_args__ = (UniqueConstraint("item_id", "staff_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("review_items.id"))
    staff_id: Mapped[str] = mapped_column(ID)
    staff_name: Mapped[str] = mapped_column(String(120))
    labels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class ReviewCursor(Base):
    """How far the moments were looked through."""

    __tablename__ = "review_cursor"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
    moment_id: Mapped[str] = mapped_column(ID)


class TrainingSet(Base):
    """A version of the shop's own training messages: all rows whose ``since`` is not later.

    ``base`` is the fingerprint of the messages that come with the product, ``digest`` that of the rows: what was
    erased since shows by it. ``agreement``: how far two raters agreed when it was made.
    """

    __tablename__ = "training_sets"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(String(120))
    rows: Mapped[int]
    held_out: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    base: Mapped[str] = mapped_column(String(64))
    agreement: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class TrainingRow(Base):
    """One message to learn from, or, ``held_out``, to measure by. Personal data in ``text`` are replaced by marks."""

    __tablename__ = "training_rows"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("review_items.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    since: Mapped[int] = mapped_column(index=True)
    held_out: Mapped[bool]
    text: Mapped[str]
    lang: Mapped[str] = mapped_column(String(8))
    intent: Mapped[str]
    emotion: Mapped[str] = mapped_column(String(16))
    intensity: Mapped[int]
    needs: Mapped[list[Any]] = mapped_column(default=list)
    flags: Mapped[list[Any]] = mapped_column(default=list)


class ModelVersion(Base):
    """A hearing trained from a training set. ``status``: training, comparing, ready, failed.

    ``share`` of ``what`` is done, as the job tells it; ``alive_at`` when it told last. ``recipe`` is the fingerprint of
    code, libraries and settings it was trained with, ``weights`` that of what was learnt, ``file`` that of the archive.
    """

    __tablename__ = "model_versions"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    set_n: Mapped[int] = mapped_column(ForeignKey("training_sets.n"))
    status: Mapped[str] = mapped_column(String(10), default="training")
    what: Mapped[str] = mapped_column(String(20), default="")
    share: Mapped[float] = mapped_column(default=0.0)
    alive_at: Mapped[datetime]
    recipe: Mapped[str] = mapped_column(String(64), default="")
    weights: Mapped[str] = mapped_column(String(64), default="")
    file: Mapped[str] = mapped_column(String(64), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    compared_with: Mapped[int | None]
    comparison: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(default="")
    started_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Release(Base):
    """From now on this version hears; 0 is the one that comes with the product. ``kind``: release, rollback.

    ``reason``: in the words of who released it; ``override``: why although it is worse. ``problem``: a process could
    not take it, and why.
    """

    __tablename__ = "hearing_releases"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    version: Mapped[int]
    previous: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[str] = mapped_column(ID)
    by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(default="")
    override: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str] = mapped_column(String(8), default="")
    problem: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)
