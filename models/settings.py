"""What the shop changed from its files: settings by name, and the secrets that sign its customers' identities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base, Json


class ShopSetting(Base):
    """One setting that overrides the file's. What is not here is as the files say."""

    __tablename__ = "shop_settings"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    changed_at: Mapped[datetime]


class IdentitySecret(Base):
    """A secret with which the shop signs who its customers are. ``sealed`` is encrypted; ``hint`` tells it apart.

    Several are valid at once while the shop's pages change over; from ``retired_at`` on it is valid no more.
    """

    __tablename__ = "identity_secrets"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
