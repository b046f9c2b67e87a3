"""The desk's own memory: who sits there, what they send, what they note, their canned replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Seat(Base):
    """One member of staff at the desk. ``status``: here, away.

    ``heated_running`` counts heated conversations ended one after the other; ``rest_since``: the next conversation goes
    to somebody else, and a break is suggested. ``served_at``: when something was assigned last, for taking turns.
    """

    __tablename__ = "seats"

    staff_id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str]
    languages: Mapped[list[Any]] = mapped_column(default=list)
    capacity: Mapped[int] = mapped_column(default=5)
    status: Mapped[str] = mapped_column(String(8), default="away", index=True)
    heated_running: Mapped[int] = mapped_column(default=0)
    rest_since: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class StaffSend(Base):
    """Something a member of staff wants to say. ``status``: pending (may be undone), sent, undone, failed.

    It becomes a message of the conversation when it is released, in the transaction that checks who may speak.
    ``id`` is the page's own id for it: the same one again is the same send. ``error`` says why it failed; ``acts`` what
    it does (empathise, offer …); ``heard`` what the hearing made of it; ``files`` what comes with it, as a
    message tells it.
    """

    __tablename__ = "staff_sends"
    __table_args__ = (Index("ix_staff_sends_due", "status", "release_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ID)
    name: Mapped[str]
    text: Mapped[str]
    choices: Mapped[list[Any]] = mapped_column(default=list)
    files: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    acts: Mapped[list[Any]] = mapped_column(default=list)
    heard: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(8), default="pending")
    error: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime]
    release_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class DeskEntry(Base):
    """What staff see of a conversation and customers never do, numbered without gaps within it.

    ``kind``: note, whisper, taken, assigned, transferred, handed_back, closed, promise, promise_kept, override.
    """

    __tablename__ = "desk_entries"
    __table_args__ = (UniqueConstraint("conversation_id", "n"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[str] = mapped_column(ID, default="")
    name: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class CannedReply(Base):
    """A reply kept ready: typed as ``/shortcut``. ``text`` may hold {name}, {agent}, {order}, {item}."""

    __tablename__ = "canned_replies"
    __table_args__ = (UniqueConstraint("locale", "shortcut"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    locale: Mapped[str] = mapped_column(String(8))
    shortcut: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    updated_at: Mapped[datetime]
