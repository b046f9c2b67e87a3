"""Pictures of the desk: queue, conversation, card, board, telephone."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.desk_page import DeskPage, sign_in
from tests.browser.desk_scene import curious_customer, upset_customers
from tests.browser.page import NAMES, open_browser
from tests.server import Server

WIDE = {"width": 1440, "height": 900}
REPLY = {
    "en": "Anyone would be angry after six days. You're right, and I'll take care of this myself.",
    "zh-CN": "换了谁等六天都会生气。您说得对，这件事我来负责。",
    "zh-TW": "換了誰遇到都會失望。您說得對，這件事我來負責。",
}
DRAFT = {
    "en": "I'll call you back within 2 hours",
    "zh-CN": "我两小时内给您回复",
    "zh-TW": "我半小時內回覆您",
}
DANGER = "The charger I bought from you caught fire and burned my hand!"
THANKS = {"en": "OK, thank you for listening.", "zh-CN": "好的，谢谢你", "zh-TW": "好的，謝謝你"}


async def take_desk(server: Server, pictures: Path) -> None:
    """All of them, with customers in three languages who asked for a person."""
    people = await upset_customers(server.url)
    visitor = await curious_customer(server.url)
    async with open_browser() as browser:
        for language, login in (("en", "chen"), ("zh-CN", "li"), ("zh-TW", "chen")):
            desk = await _open(browser, server, login, language)
            page = desk.page
            await page.locator(".idle .button.big").wait_for()
            if language == "en":
                await page.screenshot(path=pictures / "desk-idle-en.png")
            if language == "zh-CN":
                await page.locator("kairos-queue").screenshot(path=pictures / "desk-queue-zh-CN.png")
            await desk.help_now(NAMES[language])
            await desk.say(REPLY[language])
            await desk.send_now()
            await page.locator(".bubble-row.agent:not(.pending)").first.wait_for()
            chat = people.chats[language]
            await chat.say(THANKS[language])
            await page.locator(".change").wait_for()
            await desk.reply.fill(DRAFT[language])
            await desk.hints.first.wait_for()
            await page.locator(".toast").first.wait_for(state="detached")
            await page.screenshot(path=pictures / f"desk-{language}.png")
            if language == "zh-TW":
                await page.locator("kairos-card").screenshot(path=pictures / "desk-card-zh-TW.png")
                await page.keyboard.press("Alt+p")
                await page.locator("dialog[open] button[value=yes]").click()
                await page.locator("kairos-card .promises li").wait_for()
            await page.context.close()
        danger = await curious_customer(server.url, DANGER)
        await _board(await _open(browser, server, "chen", "en"), server, pictures)
        await _phone(browser, server, pictures)
    await people.close()
    await visitor.close()
    await danger.close()


async def _open(browser: Browser, server: Server, login: str, language: str) -> DeskPage:
    page: Page = await (await browser.new_context(viewport=WIDE)).new_page()  # type: ignore[arg-type]
    return await sign_in(page, server.url, login, language)


async def _board(desk: DeskPage, server: Server, pictures: Path) -> None:
    await desk.page.goto(f"{server.url}/desk/board")
    await desk.page.locator(".board-table .grave").wait_for()
    await desk.page.locator(".board .promises li").wait_for()
    await desk.page.screenshot(path=pictures / "desk-board-en.png")


async def _phone(browser: Browser, server: Server, pictures: Path) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark",
                                        device_scale_factor=2)  # fmt: skip
    desk = await sign_in(await context.new_page(), server.url, "chen", "zh-TW")
    await desk.page.locator(".tabs button").nth(1).click()
    await desk.open(desk.item.first)
    await desk.page.locator(".suggestion").first.wait_for()
    await desk.page.screenshot(path=pictures / "desk-phone-zh-TW.png")
