"""The demonstration shop's three customers to be, with orders in every state a visitor may want to try."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from actions import shop
from bot.channels.webchat.sessions import sign
from dialogues.reading import Order
from models.orders import ShopOrder
from models.session import Database, DatabaseError, is_unavailable

CUSTOMERS = Path(__file__).parent / "demo.yml"


def _people() -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = yaml.safe_load(CUSTOMERS.read_text(encoding="utf-8"))
    return people


async def open_shop(database: Database, now: datetime) -> None:
    """Adds the demonstration orders that are not there yet. Days in ``demo.yml`` count from now."""
    try:
        await _add_orders(database, now)
    except DatabaseError as error:
        if is_unavailable(error):
            raise
        await _add_orders(database, now)  # another process opened the shop at the same moment: now they are there


async def _add_orders(database: Database, now: datetime) -> None:
    async with database.write() as session:
        for person in _people():
            for data in person["orders"]:
                if await session.get(ShopOrder, data["number"]) is None:
                    order = Order.from_dict(_dated(data, now))
                    placed = now + timedelta(days=data["placed"])
                    shop.add_order(session, account=person["id"], phone=person["phone"], placed_at=placed, order=order)


def _dated(data: dict[str, Any], now: datetime) -> dict[str, Any]:
    days: dict[str, Any] = {name: (now + timedelta(days=data[name])).date().isoformat()
            for name in ("placed", "eta", "delivered_at") if name in data}  # fmt: skip
    return {**data, **days}


async def customers(database: Database, secret: str) -> list[dict[str, Any]]:
    """The customers to be, signed, with their orders as they are now."""
    told = []
    for person in _people():
        async with database.read() as session:
            orders = await shop.visible_orders(session, account=person["id"], number="")
        told.append({
            **{key: person[key] for key in ("id", "name", "email", "locale", "timezone")},
            "signature": sign(person["id"], secret),
            "orders": [{"number": o.number, "item": o.item, "status": o.status, "placed": o.placed,
                        "amount": o.amount, "currency": o.currency} for o in orders],
        })  # fmt: skip
    return told
