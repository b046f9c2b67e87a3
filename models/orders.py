"""Orders of the demonstration shop, and what was done to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class ShopOrder(Base):
    """An order. ``account`` is the shop account it belongs to; ``details`` what only some orders have.

    ``details`` may hold eta, tracking, placed, delivered_at, refunds, charges, warranty_until.
    """

    __tablename__ = "shop_orders"

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(default=1)
    amount: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    placed_at: Mapped[datetime]


class ShopRequest(Base):
    """Something the shop was asked to do for an order. The same key again is the same request."""

    __tablename__ = "shop_requests"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    order_number: Mapped[str] = mapped_column(String(40), index=True)
    port: Mapped[str]
    action: Mapped[str]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    id: Mapped[str] = mapped_column(ID)
    created_at: Mapped[datetime]
