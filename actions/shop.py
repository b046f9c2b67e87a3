"""The demonstration shop: its orders, and the port adapter that serves them from our own database."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import shop_requests
from actions.services import new_id, utc_now
from dialogues.plan import Call
from dialogues.reading import Order, Result
from models.orders import ShopOrder, ShopRequest
from models.session import Database, DatabaseError

log = structlog.get_logger("shop")
FAILED = Result(ok=False, data={"failed": "yes", "why": "the shop's system failed"})
RECENT = 5


def order_of(row: ShopOrder) -> Order:
    """An order row as the judging sees it."""
    details = row.details
    return Order.from_dict({
        "number": row.number, "status": row.status, "item": row.item, "quantity": row.quantity,
        "amount": row.amount, "currency": row.currency, **details,
    })  # fmt: skip


def order_in(result: Result) -> Order | None:
    """The order that a port's answer holds."""
    return Order.from_dict(json.loads(result.data["order"])) if "order" in result.data else None


async def visible_orders(session: AsyncSession, *, account: str, number: str) -> tuple[Order, ...]:
    """The orders that this customer may hear of: their account's recent ones, or the one they proved to know."""
    query = select(ShopOrder).order_by(ShopOrder.placed_at.desc()).limit(RECENT)
    if account:
        query = query.where(ShopOrder.account == account)
    elif number:
        query = query.where(ShopOrder.number == number)
    else:
        return ()
    return tuple(order_of(row) for row in (await session.execute(query)).scalars())


def add_order(session: AsyncSession, *, account: str, phone: str, placed_at: datetime, order: Order) -> None:
    """Adds an order to the demonstration shop."""
    data = asdict(order)
    main = {key: data.pop(key) for key in ("number", "status", "item", "quantity", "amount", "currency")}
    data["refunds"], data["charges"] = list(data["refunds"]), list(data["charges"])
    session.add(ShopOrder(**main, account=account, phone=phone, details=data, placed_at=placed_at))


async def move_along(session: AsyncSession, number: str, promise_key: str) -> bool:
    """The demonstration shop does what was promised about an order. False: that promise is kept in no system."""
    row = await session.get(ShopOrder, number)
    status = {"ship_today": "shipped", "courier_report": "delivered", "pickup": "returned"}.get(promise_key)
    if row is None or not (status or promise_key == "money_back"):
        return False
    if promise_key == "ship_today" and row.status != "paid":  # sent once more: a parcel with a number of its own
        row.details = {**row.details, "tracking": f"{row.details.get('tracking', '')}R"}
    if status:
        row.status = status
    else:
        refunds = [{**refund, "status": "paid"} for refund in row.details.get("refunds", [])]
        row.details = {**row.details, "refunds": refunds}
    return True


class EmbeddedShop:
    """The ports served by our own database. ``failing`` names ports that answer with an error (for rehearsals)."""

    def __init__(self, database: Database, failing: Collection[str] = (), base_url: str = "") -> None:
        self._database = database
        self.base_url = base_url
        self.failing = set(failing)

    async def call(self, call: Call, *, key: str) -> Result:
        """Serves a call; whatever goes wrong is a Result that is not ok."""
        if call.port in self.failing:
            return FAILED
        try:
            if call.port == "accounts":
                return Result(ok=True)  # the demonstration shop keeps no accounts: codes and links go nowhere
            if call.action == "checkout":
                return Result(ok=True, data={"link": f"{self.base_url}/"})
            if call.action == "verify":
                return await self._verify(call.params["order_number"], call.params["phone_last4"])
            return await self._request(call, key)
        except DatabaseError:
            log.exception("the shop failed", port=call.port, action=call.action)
            return FAILED

    async def orders(self, *, account: str, number: str) -> tuple[Order, ...]:
        """The account's recent orders, else the one with that number."""
        if not (account or number):
            return ()
        async with self._database.read() as session:
            return await visible_orders(session, account=account, number=number)

    async def close(self) -> None:
        """The database is the house's own."""

    async def _verify(self, number: str, last4: str) -> Result:
        async with self._database.read() as session:
            row = await session.get(ShopOrder, number)
        matches = row is not None and len(last4) == 4 and re.sub(r"\D", "", row.phone).endswith(last4)
        if row is None or not matches:
            return Result(ok=False)
        return Result(ok=True, data={"order": json.dumps(asdict(order_of(row)))})

    async def _request(self, call: Call, key: str) -> Result:
        async with self._database.write() as session:
            number = call.params.get("order_number", "")
            row = await session.get(ShopOrder, number, with_for_update=True)
            if row is None:
                return Result(ok=False)
            known = await session.get(ShopRequest, key)  # asked after locking: the same request may be under way
            if known is not None:
                return Result(ok=True, data=known.result)
            shop_requests.apply(row, call)
            session.add(ShopRequest(key=key, id=new_id(), order_number=number, port=call.port, action=call.action,
                                    result={}, created_at=utc_now()))  # fmt: skip
        return Result(ok=True)
