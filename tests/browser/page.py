"""A customer in front of the demonstration shop, in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE_MS = 60_000  # how long a page may take to show what is expected: the machine may be busy
NAMES = {"zh-CN": "王女士", "zh-TW": "陳先生", "en": "Emma"}


def chromium() -> str | None:
    """Where Chromium is installed, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A headless Chromium; from here on what is expected of its pages may take PATIENCE_MS."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


class Chat:
    """The chat panel of one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def part(self, name: str) -> Locator:
        """An element of the chat by its part."""
        return self.page.locator(f"kairos-chat [part~={name}]")

    def bubbles(self, author: str | None = None) -> Locator:
        """The bubbles shown, of one author or all."""
        return self.page.locator("kairos-chat [part~=bubble]" + (f"[data-author={author}]" if author else ""))

    @property
    def choices(self) -> Locator:
        """The choices that can be tapped now."""
        return self.page.locator("kairos-chat button[part~=choice]:not([disabled])")

    async def open(self) -> Chat:
        """Opens the panel."""
        await self.part("launcher").click()
        await self.part("input").wait_for(state="visible")
        return self

    async def say(self, text: str) -> None:
        """Types and sends."""
        await self.part("input").fill(text)
        await self.part("input").press("Enter")

    async def answered(self, count: int) -> list[str]:
        """Waits until the bot has said that many bubbles; returns all of its texts."""
        await self.bubbles("bot").nth(count - 1).wait_for(timeout=PATIENCE_MS)
        return await self.bubbles("bot").all_inner_texts()

    async def sequence(self) -> list[int]:
        """The numbers of the bubbles shown, in the order shown."""
        numbers = [await bubble.get_attribute("data-seq") for bubble in await self.bubbles().all()]
        return [int(number) for number in numbers if number]


async def visit(page: Page, url: str, language: str, customer: str | None = None) -> Chat:
    """Opens the shop as one of the three customers (default: the one of that language)."""
    await page.goto(f"{url}/?lang={language}")
    await page.get_by_text(customer or NAMES[language], exact=True).first.click()
    return Chat(page)
