"""A day at the desk in a real Chromium: the order of the queue, alerts, presence, what became of a reply, files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.bot.client import Client
from tests.browser.desk_page import DeskPage, sign_in
from tests.browser.desk_scene import SAYS, chat_of, curious_customer
from tests.browser.page import NAMES, PATIENCE_MS, Chat, chromium, visit
from tests.browser.staff import staff_page
from tests.photos import PDF, photo
from tests.server import Server

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one"),
]
WIDE = {"width": 1360, "height": 860}

# The browser's own notifications and sounds, as a page can see them; whether anybody looks at the page is said here.
RECORDED = """
  window.rung = []; window.notes = 0; window.away = false;
  window.Notification = class { static permission = "granted"; static async requestPermission() { return "granted"; }
    constructor(title, { body }) { window.rung.push(body); } };
  window.AudioContext = class extends AudioContext {
    createOscillator() { window.notes += 1; return super.createOscillator(); } };
  Object.defineProperty(document, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
"""


@pytest.fixture(scope="module")
def server(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    env = {"DEMO": "1", "KAIROS_UNDO_S": "30", "KAIROS_PASSWORD_MEMORY_MB": "8"}
    with Server(tmp_path_factory.mktemp("desk"), trained_model, env) as server:
        yield server


async def desk_of(browser: Browser, server: Server, login: str = "li", language: str = "en", script: str = "",
                  **context: Any) -> DeskPage:  # fmt: skip
    page = await (await browser.new_context(viewport=WIDE, **context)).new_page()  # type: ignore[arg-type]
    if script:
        await page.add_init_script(script)
    return await sign_in(page, server.url, login, language)


async def customer_of(browser: Browser, server: Server, language: str, mark: str) -> Chat:
    """A customer's page that asks for a person; ``mark`` is how the desk's list tells them from others."""
    page: Page = await (await browser.new_context()).new_page()
    chat = await (await visit(page, server.url, language)).open()
    await chat.say(f"{SAYS[language][1]} {mark}")
    await chat.answered(1)
    return chat


async def asks_for_a_person(server: Server, language: str, mark: str) -> Client:
    """A signed-in customer who was upset and waits for a person."""
    chat = await chat_of(server.url, language)
    for text in SAYS[language]:
        await chat.answer(await chat.say(f"{text} {mark}"))
    return chat


async def waits(desk: DeskPage, mark: str) -> Locator:
    row = desk.item.filter(has_text=mark).first
    await row.wait_for(timeout=PATIENCE_MS)
    return row


async def until(page: Page, condition: str) -> None:
    """Waits until something is so in the page, whose policy evaluates no strings."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.evaluate(condition):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def taken(desk: DeskPage, mark: str) -> None:
    await desk.take(await waits(desk, mark))


async def test_the_queue_says_its_order_and_why_each_is_where_it_is(browser: Browser, server: Server):
    chats = [await asks_for_a_person(server, language, "(1)") for language in ("zh-TW", "en")]
    desk = await desk_of(browser, server)
    angry = await waits(desk, NAMES["en"])
    await expect(angry.locator(".chip").first).to_contain_text("heat")
    await expect(desk.page.locator(".order-line")).to_contain_text("Most urgent first")
    await expect(desk.item.first).to_contain_text(NAMES["en"])
    await expect(angry.locator(".lang").last).to_have_text("English")
    await expect(angry.locator(".lang").first).to_have_text("Spent 43")
    await expect(angry.locator(".limit i")).to_be_attached()
    await expect(desk.page.locator(".idle .hint").first).to_contain_text("heat")
    await expect(desk.page.locator(".idle .hint").first).to_contain_text("+")
    only = desk.page.get_by_role("combobox", name="Show only")
    await only.select_option("zh-TW")
    await expect(desk.item).to_have_count(1)
    await expect(desk.item).to_contain_text(NAMES["zh-TW"])
    await only.select_option("unassigned")
    await expect(desk.item).to_have_count(2)
    await only.select_option("")
    await desk.page.get_by_role("searchbox").fill("nobody says this")
    await expect(desk.page.locator("kairos-queue .none")).to_contain_text("Nobody fits")
    await desk.page.get_by_role("searchbox").fill("")
    for tab, count in (("Mine", 0), ("All", 2), ("Waiting", 2)):
        await desk.page.locator(".tabs button", has_text=tab).click()
        await expect(desk.item).to_have_count(count)
    await taken(desk, NAMES["en"])
    await expect(desk.page.locator(".tabs button", has_text="Mine")).to_have_attribute("aria-pressed", "true")
    row = desk.item.filter(has_text=NAMES["en"])
    await chats[1].say("Are you there?")
    await expect(row.locator(".wait.late")).to_have_count(1)  # the 15-second rule
    await expect(row.locator(".chip", has_text="15 seconds")).to_have_count(1)
    await expect(desk.status).to_have_class("status late")
    await desk.hand_back("")
    for chat in chats:
        await chat.close()


async def test_a_sound_and_a_notification_come_when_wanted_and_nobody_looks(browser: Browser, server: Server):
    desk = await desk_of(browser, server, script=RECORDED)
    page = desk.page
    bell = page.get_by_role("button", name="Sound and notifications")
    await expect(bell).to_have_attribute("aria-pressed", "false")
    visitor = await curious_customer(server.url, "A person please")
    await expect(desk.item.first).to_be_visible()
    assert await page.evaluate("[rung.length, notes]") == [0, 0], "nobody asked for a sound"
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    heard = await page.evaluate("notes")
    assert heard == 2, "so it sounds"
    other = await curious_customer(server.url, "Let me talk to a person")
    await until(page, "notes > 2")
    assert await page.evaluate("rung.length") == 0, "the page is looked at"
    await page.evaluate("window.away = true")
    third = await curious_customer(server.url, "I want a person")
    await until(page, "rung.length > 0")
    assert "needs a person" in (await page.evaluate("rung"))[0]
    await page.reload()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    for chat in (visitor, other, third):
        await chat.close()


async def test_who_is_away_is_seen_so_and_a_mention_reaches_who_is_meant(browser: Browser, server: Server):
    chat = await asks_for_a_person(server, "zh-CN", "(3)")
    li, chen = [await desk_of(browser, server, login) for login in ("li", "chen")]
    await li.page.locator(".seat").click()
    await expect(li.page.locator(".seat")).to_have_text("Away")
    await chen.open(await waits(chen, "(3)"))
    await chen.page.locator(".actions button", has_text="Assign").click()
    await expect(chen.page.locator("dialog option", has_text="李楠")).to_contain_text("Away")
    await chen.page.keyboard.press("Escape")
    await chen.page.keyboard.press("Alt+n")
    await chen.reply.press_sequentially("@李")
    await expect(chen.page.locator(".canned [role=option]")).to_contain_text(["李楠"])
    await chen.reply.press("Enter")
    await expect(chen.reply).to_have_value("@李楠 ")
    await chen.reply.press_sequentially("please look at this one")
    await chen.reply.press("Enter")
    toast = li.page.locator(".toast", has_text="mentioned you")
    await expect(toast).to_contain_text(NAMES["zh-CN"])
    await toast.get_by_role("button").click()
    await expect(li.page.locator(".private.note")).to_contain_text("please look at this one")
    await expect(chen.page.locator("kairos-conversation .typing")).to_contain_text("李楠")
    await li.page.locator(".seat").click()
    await expect(li.page.locator(".seat")).to_have_text("Here")
    await chat.close()


async def test_a_reply_is_sent_delivered_and_read_as_it_really_is(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "zh-TW", "(4)")
    desk = await desk_of(browser, server)
    await taken(desk, "(4)")
    meta = desk.page.locator(".bubble-row.agent:not(.pending) .meta")
    await desk.say("您好")
    await desk.send_now()
    await expect(meta.last).to_contain_text("read")
    await chat.part("close").click()
    await desk.say("您還在嗎？")
    await desk.send_now()
    await expect(meta).to_have_count(2)
    await expect(meta.last).to_contain_text("delivered")
    await chat.page.close()
    await desk.say("我等您")
    await desk.send_now()
    await expect(desk.page.locator(".bubble-row.agent:not(.pending)")).to_have_count(3)
    await expect(meta.last).to_contain_text("sent")
    await desk.hand_back("")


async def test_a_reply_that_could_not_be_sent_is_shown_with_the_reason_and_not_lost(browser: Browser, server: Server):
    chat = await asks_for_a_person(server, "en", "(5)")
    li, chen = [await desk_of(browser, server, login) for login in ("li", "chen")]
    await taken(li, "(5)")
    await chen.page.goto(f"{server.url}/desk#{chat.conversation}")
    await chen.page.locator(".actions button", has_text="Take over from").wait_for(timeout=PATIENCE_MS)
    await li.say("I will look at once")
    await expect(li.pending).to_have_count(1)
    await chen.page.keyboard.press("Alt+t")
    failed = li.page.locator(".bubble-row.failed")
    await expect(failed).to_contain_text("somebody took the conversation over")
    await asyncio.sleep(4)
    assert "I will look at once" not in [message["text"] for message in chat.messages]
    await chen.hand_back("")
    await li.page.locator(".actions button", has_text="Step in").wait_for(timeout=PATIENCE_MS)
    await li.page.keyboard.press("Alt+t")
    await li.theirs()
    await failed.get_by_role("button", name="Put into draft").click()
    await expect(li.reply).to_have_value("I will look at once")
    await li.hand_back("")
    await chat.close()


async def test_pictures_and_documents_go_both_ways(browser: Browser, server: Server):
    chat = await customer_of(browser, server, "zh-CN", "(6)")
    desk = await desk_of(browser, server)
    await taken(desk, "(6)")
    await chat.page.locator("kairos-chat input[type=file]").set_input_files(
        {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    await expect(desk.bubbles("customer").locator("img")).to_be_visible()
    picker = desk.page.locator("kairos-composer input[type=file]")
    await picker.set_input_files([
        {"name": "label.png", "mimeType": "image/png", "buffer": photo(form="PNG")},
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"},
        {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": PDF},
    ])  # fmt: skip
    await expect(desk.page.locator(".toast.bad")).to_contain_text("Only pictures")
    brought = desk.page.locator(".brought li:not([aria-busy])")
    await expect(brought).to_have_count(2)
    await desk.say("标签和发票")
    await expect(desk.pending.locator(".files li")).to_have_count(2)
    await desk.page.keyboard.press("Alt+u")
    await expect(brought).to_have_count(2)
    await desk.page.get_by_role("button", name="Leave invoice.pdf out").click()
    await desk.reply.press("Enter")
    await desk.send_now()
    await expect(chat.bubbles("agent").locator("img")).to_be_visible()
    await expect(chat.bubbles("agent")).to_contain_text("标签和发票")
    await desk.hand_back("")


async def test_ready_replies_are_written_in_the_settings_and_used_in_the_customers_language(
    browser: Browser, server: Server
):
    texts = {"English": "Hello {name}, this is {agent}. I see your {item}.", "繁體中文": "{name}您好，我是{agent}。"}
    async with staff_page(browser, server.url, "supervisor", "/settings/replies") as page:
        for language, text in texts.items():
            await page.get_by_role("button", name="New reply").click()
            form = page.locator("dialog[open]")
            await expect(form).to_contain_text("{name} {agent} {order} {item}")
            await form.locator("[name=shortcut]").fill("/welcome")
            await form.locator("[name=locale]").select_option(label=language)
            await form.locator("[name=title]").fill("Greeting")
            await form.locator("[name=text]").fill(text)
            await form.get_by_role("button", name="Save").click()
            await expect(form).to_have_count(0)
        await expect(page.locator(".reply-list li", has_text="/welcome")).to_have_count(2)
    chat = await asks_for_a_person(server, "en", "(7)")
    desk = await desk_of(browser, server)
    await taken(desk, "(7)")
    await desk.reply.press_sequentially("/wel")
    options = desk.page.locator(".canned [role=option]")
    await expect(options).to_have_count(1)
    await desk.reply.press("Enter")
    await expect(desk.reply).to_have_value("Hello Emma, this is 李楠. I see your desk lamp.")
    await desk.reply.fill("")
    await desk.hand_back("")
    await chat.close()


async def test_the_way_of_assigning_is_chosen_in_the_settings_and_acts(browser: Browser, server: Server):
    li = await desk_of(browser, server)
    async with staff_page(browser, server.url, "administrator", "/settings/assignment") as page:
        await page.get_by_role("radio", name="Least busy").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator(".toast")).to_contain_text("in force")
        visitor = await curious_customer(server.url, "A person please")
        await li.page.locator(".tabs button", has_text="Mine").click()
        await expect(li.item.filter(has_text="waiting for You")).not_to_have_count(0)
        await page.goto(f"{server.url}/settings/log")
        await expect(page.locator("tbody tr").first).to_contain_text("Least busy")
        await page.goto(f"{server.url}/settings/assignment")
        await page.get_by_role("radio", name="By hand").check()
        await page.get_by_role("button", name="Save").click()
    await visitor.close()
