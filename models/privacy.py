"""Proof that a person was erased, without saying who it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Erasure(Base):
    """One person who was erased. ``customer_id`` means nothing any more; it tells whether a back-up brought them back.

    ``removed``: rows by table; ``remaining``: rows found afterwards, which must be none. ``exports``: files with words
    of this person that had gone out, and who must delete them; ``versions``: of the hearing, trained while messages of
    this person were in their set. ``applied``: how often it was done, more than once after a restore. ``digest`` is
    over this record and the one before it, so that none can be changed or left out unseen.
    """

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, unique=True)
    by_id: Mapped[str] = mapped_column(ID)
    by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str]
    removed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    remaining: Mapped[int]
    files: Mapped[int]
    files_gone: Mapped[bool] = mapped_column(default=False)
    exports: Mapped[list[Any]] = mapped_column(default=list)
    versions: Mapped[list[Any]] = mapped_column(default=list)
    applied: Mapped[int] = mapped_column(default=1)
    previous: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    applied_at: Mapped[datetime]
