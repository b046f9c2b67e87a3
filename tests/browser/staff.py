"""Staff in a real Chromium, in front of the demonstration's desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page

from bot.staff.demo import PASSWORD

PEOPLE = {"agent": "li", "supervisor": "chen", "analyst": "sofia", "administrator": "max"}


async def sign_in(page: Page, url: str, role: str, next: str = "/staff") -> None:
    """Signs in with login and password, as that role's demonstration account."""
    await page.goto(f"{url}/staff/sign-in?next={next}")
    form = page.locator("form.stack")
    await form.locator("[name=login]").fill(PEOPLE[role])
    await form.locator("[name=password]").fill(PASSWORD)
    await form.locator("button").click()
    await page.wait_for_url(lambda where: "/sign-in" not in where)


@asynccontextmanager
async def staff_page(
    browser: Browser, url: str, role: str, next: str = "/staff", **options: Any
) -> AsyncIterator[Page]:
    """A signed-in page in a browser context of its own; what the page complains of is an error."""
    context = await browser.new_context(**{"locale": "en", "viewport": {"width": 1280, "height": 800}, **options})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    try:
        await sign_in(page, url, role, next)
        yield page
        assert complaints == []
    finally:
        await context.close()
