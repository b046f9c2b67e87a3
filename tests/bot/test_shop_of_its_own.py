"""A shop with systems of its own: chosen by a setting, checked by a command, honest when they fail."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.remote_shop import RemoteShop
from actions.shop import EmbeddedShop
from bot.commands.ports import check
from bot.engine.engine import Engine
from bot.house import open_house
from bot.settings import Settings
from tests.shop_server import SECRET, ShopServer, shop_server

pytestmark = pytest.mark.fast


@pytest.fixture
async def server() -> AsyncIterator[ShopServer]:
    async with shop_server() as served:
        yield served


async def _nothing(_: object) -> None:
    return None


@pytest.mark.parametrize(("url", "kind"), [("", EmbeddedShop), ("http://127.0.0.1:9/kairos", RemoteShop)])
async def test_the_address_chooses_the_shop(tmp_path: Path, url: str, kind: type):
    settings = Settings(data_dir=tmp_path, shop_url=url, shop_secret=SECRET)
    house = await open_house(settings, engine=Engine(_nothing))
    try:
        assert isinstance(house.services.ports, kind)
        assert settings.is_demo is not bool(url), "a shop with systems of its own has its own pages"
    finally:
        await house.close()


async def test_a_shop_that_keeps_to_the_contract_is_told_so(server: ShopServer):
    server.orders.clear()
    findings = await check(server.url, SECRET)
    assert len(findings) == 5 and all(finding.held for finding in findings), findings


@pytest.mark.parametrize(
    ("mood", "rule"),
    [
        ("unsigned", "an unknown order is not verified"),
        ("other_key", "an unknown account has no orders"),
        ("garbage", "an unknown order is not verified"),
        ("error", "an unknown account has no orders"),
    ],
)
async def test_what_a_shop_does_not_keep_to_is_named(server: ShopServer, mood: str, rule: str):
    server.orders.clear()
    server.always = mood
    assert rule in [finding.rule for finding in await check(server.url, SECRET) if not finding.held]


async def test_orders_shown_to_nobody_are_found(server: ShopServer):
    [finding] = [each for each in await check(server.url, SECRET) if not each.held]
    assert "an account that does not exist" in str(finding)


async def test_a_true_order_is_verified_or_said_not_to_be(server: ShopServer):
    for phone, held in (("8812", True), ("8813", False)):
        last = (await check(server.url, SECRET, order="2026111800042", phone=phone))[-1]
        assert last.held is held and phone in last.rule


async def test_a_shop_that_is_not_there_is_said_to_be_out_of_reach():
    [finding] = await check("http://127.0.0.1:9/kairos", SECRET)
    assert not finding.held and "reached" in finding.rule


def test_there_is_nothing_to_check_without_an_address(tmp_path: Path):
    kairos = Path(sys.executable).parent / "kairos"
    ended = subprocess.run([kairos, "ports", "check"], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert ended.returncode == 2 and "KAIROS_SHOP_URL is not set" in ended.stderr


async def test_the_command_prints_what_it_found(server: ShopServer, tmp_path: Path):
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "kairos"), "ports", "check", "--order", "2026111800042", "--phone", "8812",
        env={**os.environ, "KAIROS_SHOP_URL": server.url, "KAIROS_SHOP_SECRET": SECRET}, cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, _ = await process.communicate()
    assert process.returncode == 1 and b"ok     order 2026111800042 is verified with 8812" in printed
    assert b"WRONG  an unknown account has no orders" in printed
