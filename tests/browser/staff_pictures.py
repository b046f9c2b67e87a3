"""Pictures of signing in and of the settings."""

from __future__ import annotations

from pathlib import Path

from tests.browser.page import open_browser
from tests.browser.staff import staff_page
from tests.server import Server


async def take_staff(server: Server, pictures: Path) -> None:
    """Signing in; thresholds, staff and opening hours in the three languages, one of them in the dark."""
    async with open_browser() as browser:
        page = await browser.new_page(viewport={"width": 900, "height": 820}, locale="en")
        await page.goto(f"{server.url}/staff/sign-in")
        await page.screenshot(path=pictures / "staff-sign-in.png")
        await page.close()
        for name, locale, scheme in (
            ("numbers", "en", "light"),
            ("staff", "zh-TW", "dark"),
            ("hours", "zh-CN", "light"),
        ):
            options = {"locale": locale, "color_scheme": scheme}
            async with staff_page(browser, server.url, "administrator", f"/settings/{name}", **options) as page:
                await page.locator(f"kairos-{name} > *").first.wait_for()
                await page.screenshot(path=pictures / f"settings-{name}.png")
