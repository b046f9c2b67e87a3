"""The whole loop on a running shop: misheard, relabelled, trained, compared, released, heard right, rolled back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.client import Client
from tests.bot.nursery import Application, Nursery
from tests.bot.staff_client import Agent

ODD = tuple(f"my flumbergast card number {n} lost its sparkles" for n in ("one", "two", "three", "four", "six"))
WITHIN_S = 180


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, small: Path, small_model: Path) -> Iterator[Application]:
    """A running shop whose hearing was trained from the small corpus."""
    nursery = Nursery()
    application = Application(nursery, tmp_path_factory.mktemp("shop"), {
        "KAIROS_MODEL": str(small_model), "KAIROS_CORPUS": str(small), "KAIROS_FRAGMENT_WINDOW_S": "0.05", "DEMO": "1",
        "KAIROS_PASSWORD_MEMORY_MB": "8", "KAIROS_RATE_PER_S": "1000", "KAIROS_RATE_BURST": "10000",
        "KAIROS_ENGINE_TIMEOUT_S": "60",
    })  # fmt: skip
    application.start()
    yield application
    application.stop()
    nursery.close()


class Analyst:
    """Somebody at the learning pages, without a browser."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    async def get(self, path: str) -> Any:
        answer = await self._agent.http.get(f"/learning/api/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, path: str, method: str = "POST", **body: Any) -> httpx.Response:
        return await self._agent.http.request(
            method, f"/learning/api/{path}", json=body, headers={"x-csrf-token": self._agent._csrf}
        )

    async def until_ready(self, n: int) -> dict[str, Any]:
        """Waits for a version; every step that it tells is kept."""
        steps: list[str] = []
        async with asyncio.timeout(WITHIN_S):
            while True:
                row = next(each for each in (await self.get("overview"))["versions"] if each["n"] == n)
                steps.append(row["what"])
                if row["status"] not in ("training", "comparing"):
                    return {**row, "steps": set(steps)}
                await asyncio.sleep(0.2)


@asynccontextmanager
async def analyst(shop: Application) -> AsyncIterator[Analyst]:
    """Signed in."""
    agent = Agent(shop.url, "sofia")
    try:
        yield Analyst(await agent.sign_in())
    finally:
        await agent.http.aclose()


async def _heard(shop: Application, text: str) -> str:
    """What the running shop hears in a new customer's message."""
    client = Client(shop.ws_url, locale="en")
    await client.connect()
    assert await client.ask(text)
    await client.close()
    return str(shop.query("SELECT touchpoint FROM moments WHERE conversation_id = ?", client.conversation)[0][0])


async def _chatter(shop: Application, stop: asyncio.Event) -> int:
    """A customer who goes on writing; every message must be answered. Says how many there were."""
    client = Client(shop.ws_url, locale="en")
    await client.connect()
    count = 0
    while not stop.is_set():
        assert await client.ask(f"where is my order please {count}")
        count += 1
    await client.close()
    return count


@pytest.mark.long
async def test_a_misheard_message_is_learnt_released_under_traffic_and_taken_back(shop: Application):
    before = [await _heard(shop, text) for text in ODD]
    assert "membership" not in before
    async with analyst(shop) as one:
        turns = [row[0] for row in shop.query("SELECT turn_id FROM moments ORDER BY created_at")]
        for turn in turns:
            item = (await one.send("review/add", turn=turn)).json()["id"]
            answer = await one.send(
                f"review/{item}/label", lang="en", intent="membership", emotion="neutral", intensity=0
            )
            assert answer.json() == {"id": item, "status": "agreed"}
        assert (await one.send("sets", note="flumbergast")).json()["n"] == 1
        assert (await one.send("versions")).json()["n"] == 1
        assert (await one.send("versions")).json()["error"] == "training_already"
        assert await _heard(shop, "hello"), "customers are answered while it trains"
        row = await one.until_ready(1)
        assert row["status"] == "ready", row["error"]
        assert row["steps"] & {"reading", "learning", "calibrating"}, "progress was told"
        told = await one.get("versions/1/comparison")
        assert told["comparison"]["own"] == 1 and told["comparison"]["n"] > 300 and told["weights"]

        stop = asyncio.Event()
        chatter = [asyncio.create_task(_chatter(shop, stop)) for _ in range(3)]
        await asyncio.sleep(0.5)
        body = {
            "confirm": "v1",
            "seen": told["seen"],
            "reason": "cards",
            "override": "a test of the whole loop, on purpose",
        }
        released = (await one.send("versions/1/release", **body)).json()
        assert (released["current"], released["loaded"]) == (1, 1)
        await asyncio.sleep(1)
        assert [await _heard(shop, text) for text in ODD[:3]] == ["membership"] * 3
        back = (await one.send("rollback", confirm="v0", reason="a test")).json()
        assert (back["current"], back["loaded"]) == (0, 0)
        await asyncio.sleep(0.5)
        stop.set()
        assert sum(await asyncio.gather(*chatter)) > 10
        assert [await _heard(shop, text) for text in ODD[:3]] == before[:3]
    unanswered = shop.query("SELECT count(*) FROM messages WHERE author = 'customer' AND turn_id IS NULL")
    unheard = shop.query("SELECT count(*) FROM moments WHERE touchpoint = 'unheard'")
    assert (unanswered, unheard) == ([(0,)], [(0,)]), "nothing lost, nothing answered without the engine"
    assert not re.search(r"could not be taken|falling back", shop.log())


@pytest.mark.long
async def test_a_released_version_is_loaded_by_the_next_start_and_a_spoilt_one_is_not(
    shop: Application, small: Path, small_model: Path
):
    async with analyst(shop) as one:
        await one.send("versions/1/compare")
        row = await one.until_ready(1)
        told = await one.get("versions/1/comparison")
        body = {"confirm": "v1", "seen": told["seen"], "override": "once more, for the next start of the shop"}
        assert (await one.send("versions/1/release", **body)).status_code == 200, row
    shop.stop()
    shop.start()
    assert await _heard(shop, ODD[0]) == "membership"
    shop.stop()
    for archive in shop.sqlite_path.parent.rglob("*.tar.gz"):
        archive.write_bytes(b"spoilt")
    shop.start()
    assert await _heard(shop, "where is my order") != "unheard", "the standard hears instead"
    async with analyst(shop) as one:
        told = await one.get("overview")
    assert (told["current"], told["loaded"]) == (1, 0) and "WrongFile" in told["releases"][0]["problem"]
