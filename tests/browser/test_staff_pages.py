"""The staff pages in a real Chromium: everybody can use them, and nothing that is written becomes code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from bot.channels.webchat.sessions import sign
from tests.bot.client import chatting
from tests.browser import axe
from tests.browser.page import chromium
from tests.browser.staff import sign_in, staff_page
from tests.photos import photo
from tests.server import Server

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one")
PAGES = (
    "/staff/account", "/settings/hours", "/settings/numbers", "/settings/assignment", "/settings/replies",
    "/settings/staff", "/settings/keys", "/settings/log",
)  # fmt: skip
SECRET = "the shop's secret"
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


DEMO = {"DEMO": "1", "KAIROS_PASSWORD_MEMORY_MB": "8", "KAIROS_IDENTITY_SECRET": SECRET}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("desk")
    with Server(folder, folder / "no-model.tar.gz", DEMO) as server:
        yield server


async def _settled(page: Page, path: str, url: str) -> None:
    await page.goto(url + path)
    await page.locator("main form, main ul, main table, main .empty").first.wait_for()
    await page.wait_for_load_state("networkidle")


@pytest.mark.skipif(axe.source() is None, reason="axe-core could not be had from npm")
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_wrong_with_any_page(browser: Browser, server: Server, scheme: str):
    found: dict[str, list[str]] = {}
    conversation = await _evil_conversation(server.url)
    options = {"color_scheme": scheme}
    async with staff_page(browser, server.url, "administrator", **options) as page:
        for path in PAGES:
            await _settled(page, path, server.url)
            found[path] = await axe.violations(page)
        for path in ("/desk", f"/desk#{conversation}", "/desk/board"):
            await page.goto(server.url + path)
            await page.wait_for_load_state("networkidle")
            await page.wait_for_timeout(500)
            found[path] = await axe.violations(page)
        await page.goto(f"{server.url}/staff/account")
        await page.locator(".rail-me").click()
        found["menu"] = await axe.violations(page)
        await page.goto(f"{server.url}/settings/staff")
        await page.get_by_role("button", name="Add a person").click()
        found["dialog"] = await axe.violations(page)
    context = await browser.new_context(locale="zh-TW", **options)
    page = await context.new_page()
    await page.goto(f"{server.url}/staff/sign-in")
    found["sign-in"] = await axe.violations(page)
    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize(("locale", "word"), [("zh-CN", "服务时间"), ("zh-TW", "服務時間"), ("en", "Opening hours")])
async def test_the_pages_speak_the_browsers_language_until_another_is_chosen(
    browser: Browser, server: Server, locale: str, word: str
):
    async with staff_page(browser, server.url, "supervisor", "/settings", locale=locale) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text(word)
        assert await page.evaluate("document.documentElement.lang") == locale


async def test_an_administrator_changes_a_threshold_with_the_keyboard_alone(browser: Browser, server: Server):
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await page.goto(f"{server.url}/staff/sign-in?next=/settings/numbers")
    await expect(page.get_by_label("Login")).to_be_focused()
    await page.keyboard.type("max")
    await page.keyboard.press("Tab")
    await page.keyboard.type("show me Kairos")
    await page.keyboard.press("Enter")
    await page.locator("#number-queue_minutes").wait_for()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "number-queue_minutes":
            break
    await expect(page.locator("#number-queue_minutes")).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("4")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_have_text("Saved. It is in force now.")
    await page.goto(f"{server.url}/settings/log")
    first = page.locator("tbody tr").first
    await expect(first).to_contain_text("Longest wait in the queue")
    await expect(first).to_contain_text("Max")
    await context.close()


async def test_what_is_written_into_the_fields_is_shown_and_never_run(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "administrator") as page:
        await page.goto(f"{server.url}/settings/staff")
        await page.get_by_role("button", name="Add a person").click()
        await page.locator("dialog [name=login]").fill("eve@shop.example")
        await page.locator("dialog [name=name]").fill(EVIL[:80])
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("heading", name=re.compile("One-time link"))).to_contain_text("<img src=x")
        link = await page.locator("dialog .secret input").input_value()
        await page.get_by_role("button", name="Close").click()
        await page.goto(f"{server.url}/settings/keys")
        await page.get_by_role("button", name="Make a new key").first.click()
        await page.locator("dialog [name=name]").fill(EVIL[:80])
        await page.locator("dialog").get_by_role("button", name="Make a new key").click()
        await page.get_by_role("button", name="Close").click()
        await expect(page.locator(".keys")).to_contain_text("<img src=x")
        await page.goto(f"{server.url}/settings/log")
        await expect(page.locator("tbody")).to_contain_text("<img src=x")
        await expect(page.locator("tbody")).to_contain_text("eve@shop.example: added")
        await expect(page.locator("tbody")).to_contain_text("role: Agent")
        assert await page.locator("tbody code").all_inner_texts() == []  # everything has its name
        for path in ("/settings/staff", "/settings/keys", "/settings/log"):
            await page.goto(server.url + path)
            await page.wait_for_load_state("networkidle")
            assert await page.locator("main img, main script").count() == 0, path
            assert "owned" not in await page.title(), path
    # And the person themself, whose name is in the shell of every page.
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await page.goto(link)
    await page.locator("[name=password]").fill("a long new password")
    await page.locator("[name=again]").fill("a long new password")
    await page.get_by_role("button", name="Go on").click()
    await page.goto(f"{server.url}/staff/account")
    await expect(page.locator("main input[name=name]")).to_have_value(EVIL[:80])
    assert "owned" not in await page.title() and await page.locator("img[src=x]").count() == 0
    await context.close()


async def _evil_conversation(url: str) -> str:
    """A customer whose name, words, file and order hold code, and a note of the same kind; the conversation's id."""
    identity = {"id": EVIL, "name": EVIL, "email": EVIL, "signature": sign(EVIL, SECRET)}
    async with chatting(url.replace("http", "ws", 1) + "/chat/ws", identity=identity) as chat:
        await chat.answer(await chat.say(EVIL))
        async with httpx.AsyncClient(base_url=url) as http:
            files = {"file": (f"{EVIL}.jpg", photo())}
            taken = (await http.post("/chat/upload", data={"session": chat.session}, files=files)).json()["upload"]
        await chat.send({"type": "attachment", "client_id": "evil-file", "upload": taken, "caption": EVIL})
        await chat.answer("evil-file")
        return chat.conversation


async def _owned(page: Page) -> bool:
    return "owned" in await page.title() or await page.locator("img[src=x], main script").count() > 0


# Everything that a colleague can write at the desk, each with the same code in it; then who sees it looks.
WRITES = """async ([id, text]) => {
  const { post, put } = await import('/static/staff/api.js');
  const at = (what) => `/desk/api/conversations/${id}/${what}`;
  const due_at = new Date(Date.now() + 3600e3).toISOString();
  await post(at('take'));
  await post(at('notes'), { text });
  await post(at('whisper'), { text });
  await post(at('promises'), { what: text, due_at });
  const form = new FormData();
  form.append('file', new File([new Uint8Array(photo)], `${text.slice(0, 60)}.png`));
  const file = await post(at('files'), form);
  const send = await post(at('send'), { id: crypto.randomUUID(), text, files: [file.id], override: text });
  await post(`/desk/api/sends/${send.id}/now`);
  await post(at('transfer'), { to: null, text });
  await post(at('take'));
  await put('/settings/api/replies', { locale: 'en', shortcut: 'evil', title: text, text: text.replace(/[{}]/g, '') });
  return (await fetch(at('card'))).status;
}"""


async def test_everything_that_is_written_at_the_desk_is_shown_and_never_run(browser: Browser, server: Server):
    async with chatting(server.url.replace("http", "ws", 1) + "/chat/ws") as chat:
        await chat.answer(await chat.say("A person please"))
        conversation = chat.conversation
        async with staff_page(browser, server.url, "supervisor", "/desk") as page:
            await page.evaluate(f"window.photo = {list(photo(form='PNG'))}")
            assert await page.evaluate(WRITES, [conversation, EVIL]) == 200
            await page.goto(f"{server.url}/settings/replies")
            await expect(page.locator(".reply-list")).to_contain_text("<img src=x")
            await page.goto(f"{server.url}/desk#{conversation}")
            log = page.locator("kairos-conversation .log")
            for place in (".private.note", ".private.whisper", ".event.promise", ".event.transferred"):
                await expect(log.locator(place).first).to_contain_text("<img src=x")
            await expect(log.locator(".bubble-row.agent .bubble")).to_contain_text("<img src=x")
            assert "<img src=x" in (await log.locator(".files img").get_attribute("alt") or "")
            await expect(page.locator("kairos-card .promises")).to_contain_text("<img src=x")
            await page.locator("kairos-composer textarea").press_sequentially("/ev")
            await expect(page.locator(".canned [role=option]")).to_contain_text("<img src=x")
            assert not await _owned(page)
            await page.goto(f"{server.url}/desk/board")
            await expect(page.locator("main")).to_contain_text("<img src=x")
            assert not await _owned(page)
        assert any(EVIL in message["text"] for message in chat.messages)
    async with staff_page(browser, server.url, "administrator", "/settings/log") as page:
        await expect(page.locator("tbody")).to_contain_text("<img src=x")
        assert not await _owned(page)


async def test_what_customers_and_colleagues_write_never_runs_at_the_desk(browser: Browser, server: Server):
    conversation = await _evil_conversation(server.url)
    async with staff_page(browser, server.url, "agent", f"/desk#{conversation}") as page:
        told = await page.evaluate(
            """async ([id, text]) => {
              const { post } = await import('/static/staff/api.js');
              await post(`/desk/api/conversations/${id}/take`);
              await post(`/desk/api/conversations/${id}/notes`, { text });
              return (await fetch(`/desk/api/conversations/${id}/card`)).status;
            }""",
            [conversation, EVIL],
        )
        assert told == 200
        await page.goto(f"{server.url}/desk")
        await page.goto(f"{server.url}/desk#{conversation}")
        await expect(page.locator("main")).to_contain_text("<img src=x")
        await page.wait_for_load_state("networkidle")
        shown = await page.locator("main").inner_text()
        assert shown.count("<img src=x") >= 4, "name, message, caption, note"
        assert not await _owned(page)
    async with staff_page(browser, server.url, "supervisor", "/desk/board") as page:
        await page.wait_for_load_state("networkidle")
        assert not await _owned(page)


ATTEMPTS = (
    "document.body.innerHTML = html",
    "document.body.insertAdjacentHTML('beforeend', html)",
    "document.write(html)",
    "const s = document.createElement('script'); s.textContent = run; document.body.append(s)",
    "const b = document.createElement('button'); b.setAttribute('onclick', run); document.body.append(b); b.click()",
    "const a = document.createElement('a'); a.href = 'javascript:' + run; document.body.append(a); a.click()",
    "const f = document.createElement('iframe'); f.srcdoc = html; document.body.append(f)",
)


async def test_html_that_gets_into_a_page_all_the_same_does_not_run(browser: Browser, server: Server):
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await sign_in(page, server.url, "administrator", "/settings/hours")
    for attempt in ATTEMPTS:
        await page.evaluate(
            f"([html, run]) => {{ try {{ {attempt} }} catch {{ /* refused at once */ }} }}",
            [EVIL, "top.document.title = 'owned'"],
        )
        await page.wait_for_timeout(150)
        assert "owned" not in await page.title(), attempt
        assert await page.locator("img[src=x]").count() == 0, attempt
    await context.close()


async def test_a_telephone_shows_everything_without_scrolling_sideways(browser: Browser, server: Server):
    options = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    async with staff_page(browser, server.url, "administrator", **options) as page:
        for path in PAGES:
            await _settled(page, path, server.url)
            wide = await page.evaluate("document.querySelector('#main').scrollWidth - innerWidth")
            assert wide <= 0, path


async def test_signing_out_in_one_tab_ends_the_other(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "agent", "/staff/account") as page:
        other = await page.context.new_page()
        await other.goto(f"{server.url}/staff/account")
        await other.locator(".rail-me").click()
        await other.get_by_role("dialog").get_by_role("button", name="Sign out", exact=True).click()
        await other.wait_for_url("**/sign-in")
        await page.reload()
        await expect(page).to_have_url(re.compile(r"/staff/sign-in\?next=/staff/account"))
