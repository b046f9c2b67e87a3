"""Pictures of the measured pages after months of traffic."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import expect

from actions.insights.rollup import catch_up
from bot.house import quiet_services
from bot.settings import Settings
from bot.traffic.play import Span, play_traffic
from models import schema
from models.session import Database
from tests.browser.page import open_browser
from tests.browser.staff import staff_page
from tests.server import Server

END = datetime(2026, 11, 20, 10, tzinfo=UTC)
PICTURES = (("today", "en", "light"), ("moments", "zh-CN", "light"), ("feelings", "zh-TW", "dark"),
            ("escalations", "en", "light"))  # fmt: skip
SIZE = {"width": 1280, "height": 1000}


async def fill(url: str) -> None:
    """Three months of conversations, counted."""
    database = Database(url)
    await schema.upgrade(database)
    services = quiet_services(Settings(), database)
    await play_traffic(services, conversations=250, seed="pictures", span=Span.of_months(3, END))
    await catch_up(services)
    await database.close()


async def take_insights(server: Server, pictures: Path) -> None:
    """A page in each language, one of them in the dark, one after a replay."""
    async with open_browser() as browser:
        for tab, locale, scheme in PICTURES:
            options = {"locale": locale, "color_scheme": scheme, "viewport": SIZE}
            path = f"/insights/{tab}?begin=2026-08-22&end=2026-11-20"
            async with staff_page(browser, server.url, "analyst", "/insights", **options) as page:
                await page.goto(server.url + path)
                await page.locator('kairos-insights [aria-busy="false"]').wait_for()
                charts = await page.locator(".insight:has(.chart)").count()
                await expect(page.locator(".insight[data-drawn]")).to_have_count(charts)
                if tab == "escalations":
                    await page.locator("#try-unresolved_before_human").fill("1")
                    await page.locator("form.insight .button.primary").click()
                    await page.locator("#panel-replay[data-drawn]").scroll_into_view_if_needed()
                await page.wait_for_timeout(600)
                await page.screenshot(path=pictures / f"insights-{tab}-{locale}.png")
