"""Customers and the identities under which the channels know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
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


class Link(Base):
    """An invitation to be known on another channel as this shop account. It is kept as a hash, and used once."""

    __tablename__ = "links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


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
