"""A member of staff in front of the desk."""

from __future__ import annotations

from playwright.async_api import Locator, Page

from bot.staff.demo import PASSWORD


class DeskPage:
    """The desk in one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.item = page.locator("kairos-queue .item")
        self.reply = page.locator("kairos-composer textarea")
        self.status = page.locator("kairos-conversation .status")
        self.pending = page.locator(".bubble-row.pending")
        self.hints = page.locator("kairos-composer .hints li")
        self.steps = page.locator("kairos-conversation .steps")

    def bubbles(self, author: str) -> Locator:
        """The bubbles of one author."""
        return self.page.locator(f"kairos-conversation .bubble-row.{author} .bubble")

    async def help_now(self, name: str) -> None:
        """Takes over from that customer's bot: by the one big button when they come first, else by the list."""
        await self.page.locator(".idle .button.big").wait_for(timeout=15_000)
        big = self.page.locator(".idle .button.big", has_text=name)
        if await big.count():
            await big.click()
        else:
            await self.item.filter(has_text=name).first.click()
            await self.page.locator(".actions .primary").click()
        await self.page.locator(".event.taken").first.wait_for()
        await self.page.locator(".writing:not(.is-note)").wait_for()

    async def open_first(self) -> None:
        """Opens the first conversation of the list."""
        await self.item.first.click()
        await self.page.locator("kairos-conversation .bubble").first.wait_for()

    async def say(self, text: str) -> None:
        """Writes and sends, once the conversation is theirs."""
        await self.page.locator(".writing:not(.is-note)").wait_for(timeout=15_000)
        await self.reply.fill(text)
        await self.reply.press("Enter")

    async def ask_settled(self) -> None:
        """Asks whether all is settled."""
        await self.page.locator("kairos-composer .ask-settled").click()

    async def close_matter(self) -> None:
        """Closes with the dialogue's own words."""
        await self.page.keyboard.press("Alt+c")
        await self._agree()

    async def hand_back(self, note: str) -> None:
        """Gives it back to the bot."""
        await self.page.keyboard.press("Alt+b")
        await self.page.locator("dialog[open] textarea").fill(note)
        await self._agree()

    async def _agree(self) -> None:
        await self.page.locator("dialog[open] button[value=yes]").click()
        await self.page.locator("dialog[open]").wait_for(state="detached")


async def sign_in(page: Page, url: str, login: str, language: str) -> DeskPage:
    """Signs in as one of the demonstration's people, in that language, and opens the desk."""
    await page.context.add_cookies([{"name": "kairos-language", "value": language, "url": url}])
    await page.goto(f"{url}/staff/sign-in?next=/desk")
    await page.fill("form.stack input[name=login]", login)
    await page.fill("form.stack input[name=password]", PASSWORD)
    await page.click("form.stack button.primary")
    await page.wait_for_url("**/desk*")
    await page.locator("kairos-queue .tabs button").first.wait_for()
    return DeskPage(page)
