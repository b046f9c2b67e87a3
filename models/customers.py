"""Customers and the identities under which the channels know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class Customer(Base):
    """A person who writes to the shop. ``contact_stopped_at``: wants no unsolicited messages since then."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    contact_stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Identity(Base):
    """How one channel knows a customer: a web session, a signed shop account, a Telegram user."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    linked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
