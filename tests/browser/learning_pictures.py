"""Pictures of the conversation log, and of the hearing learning from it."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from models import schema
from models.session import Database
from tests.browser.page import open_browser
from tests.browser.staff import staff_page
from tests.command import kairos
from tests.learning.small import small_corpus, train_small
from tests.server import Server
from tests.staff.said import Turn, talk

SIZE = {"width": 1280, "height": 940}
SAID = (
    "my loyalty card does not swipe at the till", "the card with my stars on it shows nothing at checkout",
    "lost the little card I collect stars on", "how do I get my stars back onto the card",
    "the till says my card has no stars left", "can I put the stars of two cards together",
)  # fmt: skip


async def take_log(server: Server, pictures: Path) -> None:
    """After months of traffic: a search, a conversation with what was heard and why, a turn that waits for a label."""
    async with open_browser() as browser:
        async with staff_page(browser, server.url, "analyst", "/log", locale="zh-CN", viewport=SIZE) as page:
            await page.goto(f"{server.url}/log?q=退&intensity=2")
            await page.locator(".log-hit mark").first.wait_for()
            await page.screenshot(path=pictures / "log-search-zh-CN.png")
        async with staff_page(browser, server.url, "analyst", "/log", locale="en", viewport=SIZE) as page:
            await page.goto(f"{server.url}/log?language=en&intensity=2&reason=asked")
            await page.locator(".log-top a").first.click()
            await page.locator(".log-moment summary").first.click()
            await page.locator(".log-moment dl").first.wait_for()
            await page.screenshot(path=pictures / "log-reading-en.png")
        options = {"locale": "zh-TW", "color_scheme": "dark", "viewport": SIZE}
        async with staff_page(browser, server.url, "analyst", "/learning", **options) as page:
            await page.locator(".review-text").wait_for()
            await page.screenshot(path=pictures / "learning-review-zh-TW.png")


def learn(folder: Path) -> dict[str, str]:
    """A shop whose customers' words for one thing were learnt from a few messages; what its server is started with."""
    corpus = small_corpus(folder / "corpus")
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'kairos.db'}", "KAIROS_DATA_DIR": str(folder / "data"),
        "KAIROS_CORPUS": str(corpus), "KAIROS_MODEL": str(train_small(folder / "trained", corpus)),
    }  # fmt: skip
    asyncio.run(_misheard(given["DATABASE_URL"]))
    with patch.dict(os.environ, given):
        for item in json.loads(kairos("nlu", "queue", "--json")):
            kairos("nlu", "label", item["id"], "membership", "--emotion", "neutral", "--intensity", "0")
        kairos("nlu", "new-set", "--note", "cards with stars")
        kairos("nlu", "learn")
    return given


async def _misheard(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    turns = [Turn(text, "product_question", unsure=True) for text in SAID]
    await talk(database, turns, name="Emma", locale="en", at=datetime.now(UTC) - timedelta(days=2))
    await database.close()


async def take_versions(server: Server, pictures: Path) -> None:
    """The new version beside the one that hears now, and what must be typed to release it."""
    async with open_browser() as browser:
        options = {"locale": "en", "viewport": {"width": 1280, "height": 1100}}
        async with staff_page(browser, server.url, "analyst", "/learning/versions", **options) as page:
            await page.get_by_role("button", name="Comparison").click()
            await page.locator("[name=confirm]").fill("v1")
            await page.screenshot(path=pictures / "learning-release-en.png")
