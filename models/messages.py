"""Messages of a conversation, numbered without gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Message(Base):
    """One bubble. ``author`` is customer, bot, agent or system.

    ``external_id`` is the channel's own id of a customer's message: the same one again is the same message.
    ``turn_id`` names the turn that answered a customer's message (null: not answered yet) or that a reply belongs to.
    ``in_reply_to`` is the ``external_id`` of the last customer message that a reply answers. ``payload`` is a tapped
    choice's payload, else null. ``attachments`` says what was sent with it, as ``actions.attachments.told`` tells it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "external_id"),
        Index("ix_messages_unanswered", "author", "turn_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    payload: Mapped[str | None]
    choices: Mapped[list[Any]] = mapped_column(default=list)
    wording: Mapped[list[Any]] = mapped_column(default=list)
    attachments: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    external_id: Mapped[str | None]
    turn_id: Mapped[str | None] = mapped_column(ID, index=True)
    in_reply_to: Mapped[str | None]
    trace_id: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class MessageVersion(Base):
    """What a message said before the customer changed it."""

    __tablename__ = "message_versions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    text: Mapped[str]
    replaced_at: Mapped[datetime]
