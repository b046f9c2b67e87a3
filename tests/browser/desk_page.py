"""A member of staff in front of the desk."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

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
        self.back_to_bot = page.locator("kairos-conversation .actions [aria-keyshortcuts='Alt+B']")

    def bubbles(self, author: str) -> Locator:
        """The bubbles of one author."""
        return self.page.locator(f"kairos-conversation .bubble-row.{author} .bubble")

    async def help_now(self, name: str) -> None:
        """Takes over from that customer's bot: by the one big button when they come first, else by the list."""
        await expect(self.page.locator(".idle .button.big")).to_be_visible()
        big = self.page.locator(".idle .button.big", has_text=name)
        if await big.count():
            await big.click()
        else:
            await self.item.filter(has_text=name).first.click()
            await self.page.locator(".actions .primary").click()
        await expect(self.page.locator(".event.taken").first).to_be_visible()
        await self.theirs()

    async def theirs(self) -> None:
        """Waits until the page knows that the open conversation is theirs: no key of it does anything before."""
        await expect(self.back_to_bot).to_be_visible()

    async def open(self, item: Locator) -> None:
        """Opens that conversation of the list."""
        await item.click()
        await expect(self.page.locator("kairos-conversation .log .bubble").first).to_be_visible()

    async def take(self, item: Locator) -> None:
        """Opens that conversation of the list and takes it over, by the keyboard."""
        await self.open(item)
        await self.page.keyboard.press("Alt+t")
        await self.theirs()

    async def say(self, text: str) -> None:
        """Writes and sends, once the conversation is theirs."""
        await expect(self.page.locator(".writing:not(.is-note)")).to_be_visible()
        await self.reply.fill(text)
        await self.reply.press("Enter")

    async def send_now(self) -> None:
        """What is on its way goes out now: nobody waits until it may not be taken back any more."""
        await self.pending.locator(".send-now").click()
        await expect(self.pending).to_have_count(0)

    async def ask_settled(self) -> None:
        """Asks whether all is settled."""
        await self.page.locator("kairos-composer .ask-settled").click()

    async def close_matter(self) -> None:
        """Closes with the dialogue's own words."""
        await self.theirs()
        await self.page.keyboard.press("Alt+c")
        await self._agree()

    async def hand_back(self, note: str) -> None:
        """Gives it back to the bot."""
        await self.theirs()
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
