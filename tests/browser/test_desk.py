"""An angry customer in one window, a member of staff in another, in a real browser against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.desk_page import DeskPage, sign_in
from tests.browser.desk_scene import SAYS
from tests.browser.page import NAMES, chromium, visit
from tests.server import Server

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one")

# What is heard first, what is promised, in each language; the first is also what moves an upset customer on.
HEARD = {
    "zh-CN": "换了谁等六天都会生气。您说得对，这件事我来负责。",
    "zh-TW": "換了誰遇到都會失望。您說得對，這件事我來負責。",
    "en": "Anyone would be angry after six days. You're right, I'll take care of this.",
}
PROMISED = {
    "zh-CN": "我两小时内给您回复。", "zh-TW": "我兩小時內回覆您。", "en": "I'll get back to you within 2 hours.",
}  # fmt: skip
CALM = {"zh-CN": "好的，谢谢你", "zh-TW": "好的，謝謝你", "en": "All right, thank you"}
AGENTS = {"zh-CN": "li", "zh-TW": "chen", "en": "li"}


@pytest.fixture(scope="module")
def server(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("desk"), trained_model, {"DEMO": "1", "KAIROS_UNDO_S": "30"}) as server:
        yield server


async def desk_of(browser: Browser, server: Server, login: str, language: str, **context: Any) -> DeskPage:
    page = await (await browser.new_context(viewport={"width": 1360, "height": 860}, **context)).new_page()
    return await sign_in(page, server.url, login, language)


async def customer_of(browser: Browser, server: Server, language: str) -> Any:
    page: Page = await (await browser.new_context()).new_page()
    chat = await (await visit(page, server.url, language)).open()
    return chat


@pytest.mark.parametrize("language", [
    "zh-CN", pytest.param("zh-TW", marks=pytest.mark.long), pytest.param("en", marks=pytest.mark.long),
])  # fmt: skip
async def test_an_angry_customer_is_taken_over_heard_promised_confirmed_and_closed(
    browser: Browser, server: Server, language: str
):
    desk = await desk_of(browser, server, AGENTS[language], language)
    chat = await customer_of(browser, server, language)
    for text in SAYS[language]:
        said = await chat.bubbles("bot").count()
        await chat.say(text)
        await chat.answered(said + 1)
    await desk.help_now(NAMES[language])
    await expect(desk.status).to_contain_text(NAMES[language])
    await desk.say(HEARD[language])
    await expect(desk.pending).to_have_count(1)
    await expect(chat.bubbles("agent")).to_have_count(0)
    await desk.send_now()
    await expect(chat.bubbles("agent")).to_have_count(1)
    await desk.reply.fill(PROMISED[language])
    await expect(desk.hints.filter(has=desk.page.locator("button"))).to_have_count(1)
    await desk.page.keyboard.press("Alt+p")
    await desk.page.locator("dialog[open] button[value=yes]").click()
    await expect(desk.page.locator("kairos-card .promises li")).to_have_count(1)
    await desk.reply.press("Enter")
    await desk.send_now()
    await expect(chat.bubbles("agent")).to_have_count(2)
    await chat.say(CALM[language])
    await expect(desk.bubbles("customer").last).to_contain_text(CALM[language])
    await expect(desk.page.locator(".change.improved")).to_have_count(1)
    await desk.ask_settled()
    await desk.send_now()
    answers = chat.bubbles("agent").last.locator("button")
    await expect(answers).to_have_count(3)
    await answers.first.click()
    await expect(desk.page.locator(".bubble-row.customer")).not_to_have_count(0)
    await expect(desk.steps.locator(".steps-line").last.locator("li.done")).to_have_count(4)
    await desk.close_matter()
    await expect(desk.page.locator(".event.closed")).to_have_count(1)
    bot = await chat.bubbles("bot").count()
    await chat.say(CALM[language])
    await chat.answered(bot + 1)


async def test_a_reply_can_be_taken_back_and_a_step_not_skipped_by_accident(browser: Browser, server: Server):
    desk = await desk_of(browser, server, "li", "en")
    page = await (await browser.new_context()).new_page()
    chat = await (await visit(page, server.url, "en")).open()
    await chat.say("Let me talk to a person")
    await chat.answered(1)
    await desk.take(desk.item.first)
    await desk.say("this is the wrong chat")
    await expect(desk.pending).to_have_count(1)
    await desk.page.keyboard.press("Alt+u")
    await expect(desk.reply).to_have_value("this is the wrong chat")
    await expect(desk.pending).to_have_count(0)
    await expect(chat.bubbles("agent")).to_have_count(0)
    await chat.say("YOU ARE THE WORST SHOP EVER. I am so angry with you!!!")
    await expect(desk.page.locator(".talk-head .feel.hot")).to_have_count(1)
    await desk.say("Would you like a refund?")
    dialog = desk.page.locator("dialog[open]")
    await expect(dialog).to_have_count(1)
    await desk.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(desk.reply).to_have_value("Would you like a refund?")
    await desk.hand_back("refund asked for")
    await expect(desk.page.locator(".event.handed_back")).to_contain_text("refund asked for")


async def test_two_agents_see_each_other_and_only_one_writes(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "zh-TW")
    await chat.say(SAYS["zh-TW"][1])
    await chat.answered(1)
    first, second = [await desk_of(browser, server, login, "zh-TW") for login in ("li", "chen")]
    await second.open(second.item.first)
    await first.take(first.item.first)
    await expect(second.page.locator("kairos-composer .locked")).to_be_visible()
    await expect(second.page.locator(".kinds button").first).to_be_disabled()
    await first.reply.press_sequentially("您好")
    await expect(second.page.locator("kairos-conversation .typing")).to_contain_text("李楠正在寫回覆")
    await second.page.keyboard.press("Alt+n")
    await second.reply.fill("@李楠 這位是老顧客")
    await second.reply.press("Enter")
    await expect(first.page.locator(".private.note")).to_contain_text("這位是老顧客")
    await first.hand_back("")


async def test_the_whole_desk_works_with_the_keyboard_and_tells_names(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "en")
    await chat.say("A person please!")
    await chat.answered(1)
    desk = await desk_of(browser, server, "li", "en")
    page = desk.page
    await desk.item.first.wait_for()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    await page.keyboard.press("Alt+t")
    await expect(desk.reply).to_be_focused()
    await page.keyboard.type("Hello, this is Li.")
    await page.keyboard.press("Enter")
    await desk.send_now()
    await expect(chat.bubbles("agent")).to_have_count(1)
    for role, name in (("textbox", "Reply"), ("button", "Send"), ("button", "Back to the bot"), ("list", "Queue")):
        await expect(page.get_by_role(role, name=name).first).to_be_visible()  # type: ignore[arg-type]
    await page.keyboard.press("Alt+b")
    await page.locator("dialog[open] textarea").fill("said hello")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".event.handed_back")).to_have_count(1)


async def test_on_a_phone_the_queue_the_conversation_and_the_card_come_one_at_a_time(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "zh-CN")
    await chat.say("转人工")
    await chat.answered(1)
    context = await browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True)
    desk = await sign_in(await context.new_page(), server.url, "li", "zh-CN")
    page = desk.page
    await desk.item.first.tap()
    await expect(page.locator("kairos-queue")).to_be_hidden()
    await page.locator(".actions .primary").tap()
    await desk.say("您好，我在听。")
    await desk.send_now()
    await expect(chat.bubbles("agent")).to_have_count(1)
    await page.locator(".to-card").tap()
    await expect(page.locator("kairos-card h2")).to_be_visible()
    await page.locator(".card-head .tool").tap()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} wide"
    await page.locator(".back").tap()
    await expect(page.locator("kairos-queue")).to_be_visible()


async def test_a_lost_network_loses_and_doubles_nothing_at_the_desk(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "en")
    await chat.say("A person please")
    await chat.answered(1)
    desk = await desk_of(browser, server, "li", "en")
    await desk.take(desk.item.first)
    await desk.page.context.set_offline(True)
    for text in ("one", "two", "three"):
        await chat.say(text)
    await asyncio.sleep(3)
    await desk.page.context.set_offline(False)
    await expect(desk.bubbles("customer").last).to_contain_text("three")
    numbers = [await node.get_attribute("data-seq") for node in await desk.page.locator(".log [data-seq]").all()]
    assert numbers == sorted(set(numbers), key=lambda number: int(number or 0))
    await desk.hand_back("")


async def test_a_supervisor_sees_the_board_and_takes_over_from_it(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "zh-TW")
    await chat.say(SAYS["zh-TW"][1])
    await chat.answered(1)
    desk = await desk_of(browser, server, "chen", "zh-TW")
    await desk.page.goto(f"{server.url}/desk/board")
    row = desk.page.locator(".board-table tbody tr").filter(has_text=NAMES["zh-TW"])
    await row.first.wait_for()
    await row.locator("button", has_text="接手").first.click()
    await desk.page.wait_for_url("**/desk#*")
    await expect(desk.status).to_contain_text(NAMES["zh-TW"])
    await desk.hand_back("")
