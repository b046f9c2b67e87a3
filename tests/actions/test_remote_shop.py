"""The shop's systems over HTTP, against a real server that misbehaves: nothing is done twice, nothing is made up."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from actions import shop
from actions.remote_shop import Remote, RemoteShop, plain
from actions.shop_contract import BadAnswer, read_orders, read_result
from actions.signing import BadSignature, check_signature, sign_answer, sign_request
from dialogues.plan import Call
from dialogues.reading import Order, Result
from tests.shop_server import ORDER, SECRET, ShopServer, shop_server

pytestmark = pytest.mark.fast

NUMBER = ORDER["number"]
REFUND = Call("refund_all", "refunds", "create", {
    "order_number": NUMBER, "amount": "money:42.50 GBP", "eta": "date:2026-11-22", "option": "refund_all",
})  # fmt: skip
VERIFY = Call("verify", "orders", "verify", {"order_number": NUMBER, "phone_last4": "8812"})
PATH = "/kairos/v1/refunds/create"
QUICK = Remote("", SECRET, try_s=0.3, total_s=1.5, rest_s=0.3, fresh_s=0.2)


@pytest.fixture
async def server() -> AsyncIterator[ShopServer]:
    async with shop_server() as served:
        yield served


@pytest.fixture
async def remote(server: ShopServer) -> AsyncIterator[RemoteShop]:
    opened = RemoteShop(replace(QUICK, url=server.url))
    yield opened
    await opened.close()


async def test_what_is_asked_is_done_and_told_in_plain_figures(server: ShopServer, remote: RemoteShop):
    result = await remote.call(REFUND, key="k")
    assert result.ok
    [(path, params, key)] = server.asked
    assert (path, key) == (PATH, "k")
    assert params == {"order_number": NUMBER, "amount": "42.50", "currency": "GBP", "eta": "2026-11-22",
                      "option": "refund_all"}  # fmt: skip


async def test_what_the_shop_tells_is_text_and_never_one_of_our_keys(remote: RemoteShop):
    assert (await remote.call(REFUND, key="k")).data == {"note": "=@cause.refund"}


async def test_number_and_phone_show_the_order(remote: RemoteShop):
    result = await remote.call(VERIFY, key="k")
    order = shop.order_in(result)
    assert result.ok and order is not None and order.item == "desk lamp" and order.amount == "42.50"


async def test_a_plain_no_is_asked_once_and_is_no_failure(server: ShopServer, remote: RemoteShop):
    wrong = Call("verify", "orders", "verify", {"order_number": NUMBER, "phone_last4": "0000"})
    result = await remote.call(wrong, key="k")
    assert not result.ok and "failed" not in result.data and len(server.asked) == 1
    server.refuses = "already shipped"
    assert (await remote.call(REFUND, key="k2")).data["why"] == "refunds.create was refused: already shipped"


@pytest.mark.parametrize("mood", ["slow", "error", "drop_before", "drop_after", "garbage", "wrong_shape", "busy"])
async def test_what_goes_wrong_once_is_tried_again_and_done_once(server: ShopServer, remote: RemoteShop, mood: str):
    server.moods = [mood]
    result = await remote.call(REFUND, key="k")
    assert result.ok, result
    assert [key for _, _, key in server.asked] == ["k", "k"], "the same request, under the same key"
    assert server.done_with(PATH) == ["k"]


@pytest.mark.parametrize("mood", ["slow", "error", "drop_before", "drop_after", "garbage", "wrong_shape"])
async def test_what_goes_wrong_for_good_is_said_to_have_failed_and_maybe_done(
    server: ShopServer, remote: RemoteShop, mood: str
):
    server.always = mood
    result = await remote.call(REFUND, key="k")
    assert not result.ok and result.data["failed"] == "yes"
    assert len(server.asked) == 3 and "refunds.create failed" in result.data["why"]
    assert "may have been done" in result.data["why"] and "(key k)" in result.data["why"]


@pytest.mark.parametrize("mood", ["unsigned", "wrong_signature", "other_key"])
async def test_an_answer_that_is_not_the_shops_own_is_not_believed(server: ShopServer, remote: RemoteShop, mood: str):
    server.moods = [mood]
    result = await remote.call(REFUND, key="k")
    assert not result.ok and "not the shop's" in result.data["why"] and len(server.asked) == 1


@pytest.mark.parametrize("mood", ["closed", "redirect"])
async def test_a_closed_door_is_not_knocked_at_again(server: ShopServer, remote: RemoteShop, mood: str):
    server.moods = [mood]
    result = await remote.call(REFUND, key="k")
    assert not result.ok and len(server.asked) == 1 and "may have been done" not in result.data["why"]


async def test_a_request_signed_with_another_secret_is_refused_by_the_shop(server: ShopServer):
    stranger = RemoteShop(replace(QUICK, url=server.url, secret="another secret, as long as the first one"))
    result = await stranger.call(REFUND, key="k")
    assert not result.ok and "401" in result.data["why"] and not server.asked
    await stranger.close()


async def test_a_shop_that_is_not_there_fails_and_nothing_can_have_been_done():
    nobody = RemoteShop(replace(QUICK, url="http://127.0.0.1:9/kairos"))
    result = await nobody.call(REFUND, key="k")
    assert not result.ok and "may have been done" not in result.data["why"]
    assert await nobody.orders(account="wang", number="") is None
    await nobody.close()


async def test_all_tries_together_end_in_time(server: ShopServer):
    impatient = RemoteShop(replace(QUICK, url=server.url, try_s=5, total_s=0.4))
    server.always, server.slow_s = "slow", 3
    started = time.monotonic()
    result = await impatient.call(REFUND, key="k")
    assert not result.ok and time.monotonic() - started < 1.0
    await impatient.close()


async def test_a_port_that_keeps_failing_rests_while_the_others_go_on(server: ShopServer, remote: RemoteShop):
    server.always = "closed"
    for n in range(5):
        await remote.call(REFUND, key=f"k{n}")
    server.always = ""
    before = len(server.asked)
    rested = await remote.call(REFUND, key="k6")
    assert not rested.ok and "not asked" in rested.data["why"] and len(server.asked) == before
    assert (await remote.call(VERIFY, key="v")).ok, "another port"
    await asyncio.sleep(0.35)
    assert (await remote.call(REFUND, key="k6")).ok, "it is asked again after its rest"


async def test_a_port_that_still_fails_after_its_rest_rests_again(server: ShopServer, remote: RemoteShop):
    server.always = "closed"
    for n in range(5):
        await remote.call(REFUND, key=f"k{n}")
    await asyncio.sleep(0.35)
    before = len(server.asked)
    for n in range(3):
        await remote.call(REFUND, key=f"again{n}")
    assert len(server.asked) == before + 1


async def test_orders_are_looked_up_by_account_or_by_number_and_remembered_a_while(
    server: ShopServer, remote: RemoteShop
):
    assert [o.number for o in await remote.orders(account="wang", number="") or ()] == [NUMBER]
    assert [o.number for o in await remote.orders(account="wang", number="") or ()] == [NUMBER]
    assert [params for _, params, _ in server.asked] == [{"account": "wang"}]
    assert await remote.orders(account="", number=NUMBER) and await remote.orders(account="", number="") == ()
    assert await remote.orders(account="", number="1") == (), "what was not asked for is not shown"
    server.asked.clear()
    await remote.call(REFUND, key="k")
    await remote.orders(account="wang", number="")
    assert len(server.asked) == 2, "what was done may have changed an order"
    await asyncio.sleep(0.25)
    await remote.orders(account="wang", number="")
    assert len(server.asked) == 3


async def test_orders_that_cannot_be_looked_up_are_unknown_and_not_none(server: ShopServer, remote: RemoteShop):
    server.always = "garbage"
    assert await remote.orders(account="wang", number="") is None


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("{", "the body"),
        ("[]", "the body"),
        ("{}", "ok"),
        ('{"ok": 1}', "ok"),
        ('{"ok": true}', "data.order is missing"),
        ('{"ok": true, "data": {"order": {"number": "1"}}}', "data.order.status"),
        ('{"ok": true, "data": {"order": {"number": "1", "status": "lost"}}}', "data.order.status"),
        ('{"ok": true, "data": {"order": {"number": "1", "status": "paid", "eta": "soon"}}}', "data.order.eta"),
        ('{"ok": true, "data": {"order": {"number": "1", "status": "paid", "amount": "1,50"}}}', "data.order.amount"),
        ('{"ok": true, "data": {"order": {"number": "", "status": "paid"}}}', "data.order.number"),
        ('{"ok": true, "data": {"order": {"number": "1", "status": "paid", "quantity": 0}}}', "data.order.quantity"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_refused_with_the_place(broken: str, told: str):
    with pytest.raises(BadAnswer, match=told.replace(".", r"\.")):
        read_result(broken.encode(), "orders", "verify")


def test_an_order_may_leave_out_what_it_does_not_know():
    [order] = read_orders(
        b'{"ok": true, "data": {"orders": [{"number": "1", "status": "paid", "amount": 12.5, "x": 1}]}}'
    )
    assert order == Order(number="1", status="paid", amount="12.5")
    with pytest.raises(BadAnswer, match="orders is missing"):
        read_orders(b'{"ok": true}')
    with pytest.raises(BadAnswer, match="refused"):
        read_orders(b'{"ok": false, "reason": "no"}')


@pytest.mark.parametrize("link", ["javascript:alert(1)", "shop.example/buy", "https://a b", ""])
def test_a_link_is_a_web_address_or_the_answer_is_void(link: str):
    with pytest.raises(BadAnswer):
        read_result(json.dumps({"ok": True, "data": {"link": link}}).encode(), "orders", "checkout")


def test_a_signature_holds_for_one_request_one_answer_and_a_little_while():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stamp = str(int(now.timestamp()))
    request = {"timestamp": stamp, "path": "/v1/a/b", "key": "k", "body": b"x"}
    signed = sign_request(SECRET, **request)  # type: ignore[arg-type]
    for name, other in {"timestamp": "1", "path": "/v1/a/c", "key": "l", "body": b"y"}.items():
        assert sign_request(SECRET, **{**request, name: other}) != signed  # type: ignore[arg-type]
    assert sign_answer(SECRET, timestamp=stamp, status=200, key="k", body=b"x") != signed
    check_signature(signed, signed, stamp, now + timedelta(minutes=4))
    for given, at, timestamp in (("", now, stamp), (signed, now + timedelta(minutes=6), stamp), (signed, now, "now")):
        with pytest.raises(BadSignature):
            check_signature(given, signed, timestamp, at)


def test_figures_lose_the_marks_that_are_for_our_wording_only():
    assert plain({"amount": "money:3.00 EUR", "eta": "date:2026-11-22", "change": "time: at night"}) == {
        "amount": "3.00", "currency": "EUR", "eta": "2026-11-22", "change": "time: at night",
    }  # fmt: skip
    assert Result(ok=True).data == {}
