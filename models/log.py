"""What people of the shop keep beside the conversation log: searches, comments, and what was taken out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class SavedSearch(Base):
    """A search by name. ``query`` is what the page's address holds; ``shared``: everybody in the shop sees it."""

    __tablename__ = "saved_searches"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ID, index=True)
    staff_name: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class LogComment(Base):
    """What a colleague remarked on a conversation, or on one message of it (``seq``)."""

    __tablename__ = "log_comments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    seq: Mapped[int | None]
    staff_id: Mapped[str] = mapped_column(ID)
    staff_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str]
    created_at: Mapped[datetime]


class LogExport(Base):
    """A file with rows of the log that somebody took out. ``redacted``: personal data were replaced by marks.

    ``digest``: SHA-256 of the file, so that a file that turns up later can be told apart.
    """

    __tablename__ = "log_exports"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ID)
    staff_name: Mapped[str] = mapped_column(String(120))
    form: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    redacted: Mapped[bool]
    rows: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]


class LogExportSubject(Base):
    """Whose words an export holds: who erases a person must know where these went."""

    __tablename__ = "log_export_subjects"

    export_id: Mapped[str] = mapped_column(ForeignKey("log_exports.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), primary_key=True, index=True)
