"""The audit log: who changed what, from what to what. The database itself refuses to change or remove a line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json


class AuditEntry(Base):
    """One change. ``who`` is a staff id or "" for the command line; ``who_name`` is the name as it was then."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(36), index=True)
    who_name: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(200), index=True)
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    after: Mapped[Any] = mapped_column(Json, nullable=True)
    address: Mapped[str] = mapped_column(String(64), default="")
