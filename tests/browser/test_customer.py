"""What a customer does in a real browser, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.page import chromium, visit
from tests.photos import photo
from tests.server import Server

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one")

ANGRY = {
    "zh-CN": ("等了六天了！！包裹到现在都没到，你们太过分了！", "包裹"),
    "zh-TW": ("等了六天了！！包裹到現在都還沒到，你們太誇張了吧！", "包裹"),
    "en": ("SIX DAYS and my parcel still is not here!! This is outrageous!", "parcel"),
}
CALM = {
    "zh-CN": ("请问我的电饭煲什么时候能到？", "电饭煲"),
    "zh-TW": ("請問我的登山背包什麼時候會到？", "登山背包"),
    "en": ("Hi, when will my desk lamp arrive?", "desk lamp"),
}


@pytest.fixture(scope="module")
def server(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("data"), trained_model) as server:
        yield server


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
async def test_an_angry_customer_is_heard_before_anything_is_offered(browser: Browser, server: Server, language: str):
    chat = await (await visit(await browser.new_page(), server.url, language)).open()
    text, _ = ANGRY[language]
    await chat.say(text)
    replies = await chat.answered(2)
    assert not await chat.bubbles("bot").nth(0).locator("button").count(), "the first bubble only listens"
    assert replies[0] and replies[1]
    await expect(chat.choices.first).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
async def test_a_calm_question_about_an_order_is_answered(browser: Browser, server: Server, language: str):
    chat = await (await visit(await browser.new_page(), server.url, language)).open()
    text, item = CALM[language]
    await chat.say(text)
    replies = await chat.answered(1)
    assert item in " ".join(replies)


async def test_a_reload_shows_everything_once(browser: Browser, server: Server):
    page = await browser.new_page()
    chat = await (await visit(page, server.url, "en")).open()
    await chat.say("Where is my order?")
    await chat.answered(2)
    before = await chat.bubbles().all_inner_texts()
    await page.reload()
    if not await chat.part("input").is_visible():
        await chat.open()
    await expect(chat.bubbles()).to_have_count(len(before))
    numbers = await chat.sequence()
    assert numbers == list(range(1, len(before) + 1))


async def test_ten_seconds_without_a_network_lose_and_double_nothing(browser: Browser, server: Server):
    context = await browser.new_context()
    page = await context.new_page()
    chat = await (await visit(page, server.url, "en")).open()
    await chat.say("Where is my order?")
    await chat.answered(2)
    said = await chat.bubbles("bot").count()
    await context.set_offline(True)
    await chat.say("I want to talk to a person")
    await asyncio.sleep(10)
    await context.set_offline(False)
    await chat.answered(said + 1)
    numbers = await chat.sequence()
    assert numbers == sorted(set(numbers)) == list(range(1, len(numbers) + 1))
    own = await chat.bubbles("customer").all_inner_texts()
    assert sum("talk to a person" in text for text in own) == 1


async def test_two_tabs_of_one_customer_see_the_same(browser: Browser, server: Server):
    context = await browser.new_context()
    first = await (await visit(await context.new_page(), server.url, "zh-CN")).open()
    await first.say("请问我的电饭煲什么时候能到？")
    await first.answered(1)
    second = await visit(await context.new_page(), server.url, "zh-CN")
    if not await second.part("input").is_visible():
        await second.open()
    await expect(second.bubbles()).to_have_count(await first.bubbles().count())
    await second.say("转人工")
    await second.answered(await first.bubbles("bot").count() + 1)
    await expect(first.bubbles()).to_have_count(await second.bubbles().count())
    assert await first.sequence() == await second.sequence()


async def test_the_chat_works_with_the_keyboard_alone(browser: Browser, server: Server):
    page = await browser.new_page()
    chat = await visit(page, server.url, "en")
    await chat.part("launcher").focus()
    await page.keyboard.press("Enter")
    await expect(chat.part("input")).to_be_focused()
    await page.keyboard.type("Where is my order?")
    await page.keyboard.press("Enter")
    await chat.answered(2)
    await chat.choices.first.focus()
    await page.keyboard.press("Enter")
    await chat.answered(3)
    await page.keyboard.press("Escape")
    await expect(chat.part("panel")).to_be_hidden()
    await expect(chat.part("launcher")).to_be_focused()


async def test_the_chat_page_asks_nobody_else_for_anything(browser: Browser, server: Server):
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await (await visit(page, server.url, "en")).open()
    assert asked and all(url.startswith((server.url, "data:", server.url.replace("http", "ws"))) for url in asked)


async def test_a_photo_is_sent_and_shown(browser: Browser, server: Server, tmp_path: Path):
    picture = tmp_path / "broken.jpg"
    picture.write_bytes(photo(1200, 800))
    page = await browser.new_page()
    chat = await (await visit(page, server.url, "en")).open()
    await expect(chat.part("attach")).to_be_enabled()
    await chat.part("files").set_input_files(picture)
    shown = chat.bubbles("customer").locator("img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    assert await shown.get_attribute("alt") == "broken.jpg"
    await chat.answered(1)
    await page.reload()
    if not await chat.part("input").is_visible():
        await chat.open()
    await expect(chat.bubbles("customer").locator("img")).to_have_count(1)


async def test_a_file_that_is_not_taken_is_said_to_be_so(browser: Browser, server: Server, tmp_path: Path):
    program = tmp_path / "photo.jpg"
    program.write_bytes(b"MZ no photo at all")
    chat = await (await visit(await browser.new_page(), server.url, "zh-TW")).open()
    await chat.part("files").set_input_files(program)
    await expect(chat.part("error")).to_contain_text("檔案")
    await expect(chat.bubbles("customer")).to_have_count(0)


async def test_more_than_a_message_may_hold_is_sent_in_parts(browser: Browser, server: Server):
    chat = await (await visit(await browser.new_page(), server.url, "en")).open()
    await chat.say("My parcel is late and this is the whole story. " * 100)
    await expect(chat.bubbles("customer")).to_have_count(2)
    await chat.answered(1)
    assert await chat.bubbles("customer").nth(0).get_attribute("data-state") in ("stored", "read")
