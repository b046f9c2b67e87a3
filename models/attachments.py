"""Files that customers and staff send: what is known of each. The bytes lie in the storage, under the id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Attachment(Base):
    """One file. ``id`` is random and the only name under which it is stored; ``name`` is what its sender called it.

    ``kind``: photo, document, voice, video, sticker. ``status``: kept; awaited (the channel still has it, under
    ``source``); refused (too large, or of a kind that is not taken). ``message_id`` is null until it was sent.
    ``staff_id``: the member of staff who sends it; "" for a customer's.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ID, default="", server_default="")
    kind: Mapped[str] = mapped_column(String(10))
    media_type: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    has_thumbnail: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(8), default="kept", index=True)
    source: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
