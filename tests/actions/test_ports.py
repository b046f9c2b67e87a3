from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from actions import shop
from actions.shop import FAILED, EmbeddedShop
from dialogues.plan import Call
from dialogues.reading import Order, Result
from models.orders import ShopOrder, ShopRequest
from models.session import Database
from tests.actions.world import World

NUMBER = "2026111800042"
REFUND = Call("refund_all", "refunds", "create", {"order_number": NUMBER})


def _verify(number: str = NUMBER, last4: str = "8812") -> Call:
    return Call("verify", "orders", "verify", {"order_number": number, "phone_last4": last4})


async def _refunds(world: World) -> list[object]:
    [order] = await world.all(ShopOrder)
    return list(order.details["refunds"])


async def test_number_and_phone_together_show_the_order(world: World):
    await world.order(item="rice cooker")
    result = await world.shop.call(_verify(), key="k")
    assert result.ok
    order = shop.order_in(result)
    assert order == Order.from_dict(json.loads(result.data["order"])) and order.item == "rice cooker"


@pytest.mark.parametrize(("number", "last4"), [
    (NUMBER, "8813"), (NUMBER, ""), (NUMBER, "812"), (NUMBER, "88 8812"), ("2026111800043", "8812"), ("", ""),
])  # fmt: skip
async def test_what_does_not_match_shows_nothing(world: World, number: str, last4: str):
    await world.order()
    assert await world.shop.call(_verify(number, last4), key="k") == Result(ok=False)


async def test_the_same_request_again_is_done_once(world: World):
    await world.order(status="paid")
    first = await world.shop.call(REFUND, key="turn:refund_all")
    again = await world.shop.call(REFUND, key="turn:refund_all")
    assert first.ok and again == first
    assert len(await world.all(ShopRequest)) == 1
    assert await _refunds(world) == [{"amount": "399.00", "currency": "CNY", "status": "submitted"}]
    [order] = await world.all(ShopOrder)
    assert order.status == "cancelled"


async def test_the_same_request_from_many_at_once_is_done_once(world: World):
    await world.order()
    others = [Database(world.database.url, busy_timeout_s=20) for _ in range(3)]
    results = await asyncio.gather(*(EmbeddedShop(each).call(REFUND, key="same") for each in others for _ in range(4)))
    assert all(result.ok for result in results)
    assert len(await _refunds(world)) == 1
    for each in others:
        await each.close()


async def test_another_request_is_another_one(world: World):
    await world.order()
    for key in ("one", "two"):
        assert (await world.shop.call(REFUND, key=key)).ok
    assert len(await _refunds(world)) == 2


async def test_a_request_for_an_order_that_is_not_there_fails_and_is_not_remembered(world: World):
    assert await world.shop.call(REFUND, key="k") == Result(ok=False)
    assert await world.all(ShopRequest) == []


async def test_a_failing_port_says_so_and_does_nothing(world: World):
    await world.order()
    world.shop.failing.add("refunds")
    assert await world.shop.call(REFUND, key="k") == FAILED
    assert await _refunds(world) == [] and (await world.shop.call(_verify(), key="k")).ok
    world.shop.failing.clear()
    assert (await world.shop.call(REFUND, key="k")).ok, "tried again under the same key, it is done"


@pytest.mark.fast
async def test_a_shop_whose_database_fails_is_a_failing_port_and_not_a_crash(sqlite_url: str, tmp_path: Path):
    database = Database(sqlite_url, busy_timeout_s=0.2)
    await World(database).order()
    holder = sqlite3.connect(tmp_path / "kairos.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert await EmbeddedShop(database).call(REFUND, key="k") == FAILED
    holder.close()
    assert (await EmbeddedShop(database).call(REFUND, key="k")).ok
    await database.close()


async def test_orders_are_seen_by_their_account_or_by_their_number_only(world: World):
    await world.order("1", account="wang")
    await world.order("2", account="chen")
    async with world.database.read() as session:
        assert [o.number for o in await shop.visible_orders(session, account="wang", number="2")] == ["1"]
        assert [o.number for o in await shop.visible_orders(session, account="", number="2")] == ["2"]
        assert await shop.visible_orders(session, account="", number="") == ()
