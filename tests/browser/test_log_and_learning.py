"""The log, learning and privacy in a real Chromium: in three languages, by keyboard, and the whole loop by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.staff.catalogue import label
from tests.browser import axe
from tests.browser.learning_scene import SAID, customers_spoke
from tests.browser.page import chromium
from tests.browser.staff import staff_page
from tests.learning.small import small_corpus, train_small
from tests.server import Server

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one")
DEMO = {"DEMO": "1", "KAIROS_PASSWORD_MEMORY_MB": "8", "KAIROS_FRAGMENT_WINDOW_S": "0.05",
        "KAIROS_ENGINE_TIMEOUT_S": "60"}  # fmt: skip
MADE_WITHIN_MS = 180_000
ODD = tuple(f"my flumbergast card number {n} lost its sparkles" for n in ("one", "two", "three", "four", "six"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running shop whose hearing was trained from a small corpus."""
    folder = tmp_path_factory.mktemp("shop")
    corpus = small_corpus(folder / "corpus")
    model = train_small(folder / "trained", corpus)
    with Server(folder / "data", model, {**DEMO, "KAIROS_CORPUS": str(corpus)}) as server:
        yield server


async def _search(page: Page, url: str, words: str) -> None:
    await page.goto(f"{url}/log")
    await page.locator("#log-q").fill(words)
    await page.locator("#log-q").press("Enter")
    await expect(page.locator(".log-rows:not([aria-busy])")).to_have_count(1)  # what was shown before is gone


@pytest.mark.parametrize(("locale", "title", "words", "wanted"), [
    ("zh-CN", "会话记录", "背带", "zh-TW zh-CN"), ("zh-TW", "對話紀錄", "背帶斷", "zh-TW zh-CN"),
    ("en", "Conversation log", "backp", "en"),
])  # fmt: skip
async def test_the_log_is_searched_in_the_readers_language(
    browser: Browser, server: Server, locale: str, title: str, words: str, wanted: str
):
    ids = await customers_spoke(server.url)
    async with staff_page(browser, server.url, "analyst", "/log", locale=locale) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)
        await _search(page, server.url, words)
        for language in wanted.split():
            row = page.locator(f'a[href="/log/{ids[language]}"]')
            await expect(row).to_be_visible()
        await expect(page.locator(".log-hit mark").first).to_be_visible()
        assert f"q={words[0]}" in page.url or "q=" in page.url
        assert await page.locator(f'a[href="/log/{ids["en"]}"]').count() == (1 if "en" in wanted else 0)


async def test_a_conversation_is_read_and_commented_with_the_keyboard(browser: Browser, server: Server):
    ids = await customers_spoke(server.url, {"en": SAID["en"]})
    async with staff_page(browser, server.url, "analyst", "/log") as page:
        await _search(page, server.url, "furious")
        link = page.locator(f'a[href="/log/{ids["en"]}"]')
        await link.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/log/{ids['en']}")
        summary = page.locator("#m1 summary")
        await summary.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#m1 dl")).to_contain_text("Because")
        await page.get_by_role("button", name="Comment on message 1").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.type("Well heard <b>")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#m1 .log-comments")).to_contain_text("Well heard <b>")
        await page.goto(f"{server.url}/log?commented=true")
        await expect(page.locator(f'a[href="/log/{ids["en"]}"]')).to_be_visible()
    async with staff_page(browser, server.url, "agent", "/staff/account") as page:
        await page.goto(f"{server.url}/log/{ids['en']}#m1")
        await expect(page.locator("#m1 .log-comments")).to_contain_text("Well heard")
        await expect(page.locator("#m1")).to_be_focused()


async def test_searches_are_kept_and_rows_go_out(browser: Browser, server: Server, tmp_path: Path):
    await customers_spoke(server.url, {"zh-CN": SAID["zh-CN"]})
    may = {"permissions": ["clipboard-read", "clipboard-write"]}
    async with staff_page(browser, server.url, "analyst", "/log", **may) as page:
        await _search(page, server.url, "退货")
        await page.get_by_role("button", name="Copy the link").click()
        await expect(page.locator(".toast").last).to_contain_text("copied")
        link = await page.evaluate("navigator.clipboard.readText()")
        await page.get_by_role("button", name="Save this search").click()
        await page.get_by_label("Everybody in the shop may use it").check()
        await page.locator("dialog").get_by_role("button", name="Save").click()
        await page.get_by_role("button", name="Clear").click()
        await page.locator(".log-saved").get_by_role("button", name="退货", exact=True).click()
        await expect(page.locator("#log-q")).to_have_value("退货")
        await page.get_by_role("button", name="Take out as a file").click()
        async with page.expect_download() as download:
            await page.locator("dialog").get_by_role("button", name="Take out").click()
        await (await download.value).save_as(tmp_path / "log.csv")
        text = (tmp_path / "log.csv").read_text(encoding="utf-8-sig")
        assert "我要退货" in text and "[phone]" in text and "13912345678" not in text
    async with staff_page(
        browser, server.url, "supervisor", "/log"
    ) as page:  # a colleague has the link, and the search
        await page.goto(link)
        await expect(page.locator("#log-q")).to_have_value("退货")
        await expect(page.locator(".log-hit mark").first).to_be_visible()
        await page.goto(f"{server.url}/log")
        await page.locator(".log-saved").get_by_role("button", name="退货", exact=True).click()
        await expect(page.locator("#log-q")).to_have_value("退货")


async def test_the_loop_is_closed_by_page(browser: Browser, server: Server):
    """A misheard message is reported, relabelled with one key, trained, compared, released, heard right, taken back."""
    for line in ODD:
        await customers_spoke(server.url, {"en": (line,)})
    async with staff_page(browser, server.url, "analyst", "/log") as page:
        await _search(page, server.url, "flumbergast")
        await expect(page.locator(".log-row")).to_have_count(len(ODD))
        links = [await link.get_attribute("href") for link in await page.locator(".log-top a").all()]
        for link in links:
            await page.goto(server.url + str(link))
            await page.locator("#m1 summary").click()
            await page.get_by_role("button", name="Heard wrongly").first.click()
            await expect(page.locator(".toast").last).to_have_text("It is in the review queue now.")
        await page.goto(f"{server.url}/learning?")
        await page.locator("#review-reason").select_option("by_hand")
        for _ in ODD:
            await expect(page.locator("[inert]")).to_have_count(0)  # the first that was reported has taken the place
            before = await page.locator(".review-text").inner_text()
            await page.locator(".review-text").focus()
            await page.keyboard.press("n")
            await page.locator("#review-other").select_option("membership")
            await page.locator(".review").get_by_role("button", name="Save", exact=True).click()
            await expect(page.get_by_text(before, exact=True)).to_have_count(0)
        await expect(page.locator(".empty")).to_contain_text("Nothing waits")

        await page.goto(f"{server.url}/learning/versions")
        await page.get_by_role("button", name="New training set").click()
        await page.locator("dialog [name=note]").fill("flumbergast")
        await page.locator("dialog").get_by_role("button", name="New training set").click()
        await page.get_by_role("button", name="Train from set 1").click()
        await expect(page.locator("progress")).to_be_visible()
        opened = page.get_by_role("button", name="Comparison")
        await expect(opened).to_be_visible(timeout=MADE_WITHIN_MS)
        await expect(page.get_by_role("button", name="Release", exact=True)).to_have_count(0)
        await opened.click()
        release = page.get_by_role("button", name="Release", exact=True)
        await expect(release).to_be_disabled()
        if await page.locator("[name=override]").count():
            await page.locator("[name=override]").fill("A test of the whole loop, on purpose.")
        await page.locator("[name=confirm]").fill("v2")
        await expect(release).to_be_disabled()
        await page.locator("[name=confirm]").fill("v1")
        await release.click()
        await expect(page.locator(".notice.good").first).to_have_text("Version v1 hears now.")
        await customers_spoke(server.url, {"en": ("my flumbergast card number nine lost its sparkles",)})
        await _search(page, server.url, "nine")
        await page.locator(".log-top a").first.click()
        await expect(page.locator("#m1 summary")).to_contain_text("membership")

        await page.goto(f"{server.url}/learning/versions")
        await page.get_by_role("button", name="Go back").click()
        await page.locator("dialog [name=reason]").fill("only a test")
        await page.locator("dialog [name=confirm]").fill("v0")
        await page.locator("dialog").get_by_role("button", name="Go back").click()
        await expect(page.locator(".notice").first).to_contain_text("The standard hears now")
        await expect(page.locator("main")).to_contain_text("gone back: v1 → v0")


@pytest.mark.parametrize(("locale", "title", "none"), [
    ("zh-CN", "复核", "没有待复核的内容"), ("zh-TW", "複核", "沒有待複核的內容"), ("en", "Review", "Nothing waits"),
])  # fmt: skip
async def test_a_turn_is_labelled_with_one_key_and_taken_back(
    browser: Browser, server: Server, locale: str, title: str, none: str
):
    await customers_spoke(
        server.url, {"en": ("The strap of my backpack broke and I am furious!!", "no, that is wrong")}
    )
    async with staff_page(browser, server.url, "analyst", "/learning", locale=locale) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)
        text = page.locator(".review-text")
        await page.wait_for_timeout(2500)
        await page.reload()
        await expect(text).to_be_visible()
        first = await text.inner_text()
        await page.keyboard.press("1")
        await expect(page.locator(".toast")).to_be_visible()
        async with page.expect_response(re.compile("review/next.*item=.")):
            await page.keyboard.press("u")
        await expect(page.locator("[inert]")).to_have_count(0)
        await expect(text).to_have_text(first)
        await page.locator(".review-text").focus()
        for _ in range(60):
            if await page.locator(".empty").count():
                break
            before = await page.locator(".log-status").inner_text()
            await page.keyboard.press("s")
            await expect(page.locator(".log-status")).not_to_have_text(before)
        await expect(page.locator(".empty")).to_contain_text(none)


async def test_a_person_is_erased_by_page(browser: Browser, server: Server):
    ids = await customers_spoke(server.url, {"zh-CN": ("我的电话是13800138000",)})
    async with staff_page(browser, server.url, "administrator", "/settings/privacy") as page:
        await page.locator("#days-words").fill("365")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator(".toast")).to_have_text("Saved")
        await page.locator("#person-q").fill(ids["zh-CN"])
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Erase", exact=True).click()
        title = await page.locator("dialog h2").inner_text()
        word = re.findall("[0-9a-f]{8}", await page.locator("dialog").inner_text())[0]
        await page.locator("dialog [name=reason]").fill("asked by letter")
        await page.locator("dialog [name=confirm]").fill(word)
        await page.locator("dialog").get_by_role("button", name="Erase").click()
        await expect(page.locator(".keys")).to_contain_text("asked by letter")
        await expect(page.locator(".notice.good")).to_have_text("Every proof is as it was written.")
        assert "Erase" in title
        await page.goto(f"{server.url}/log?q=13800138000")
        await expect(page.locator(".log-status")).to_contain_text("Nothing was found")


@pytest.mark.skipif(axe.source() is None, reason="axe-core could not be had from npm")
@pytest.mark.parametrize(("locale", "scheme"), [
    pytest.param("en", "light", marks=pytest.mark.long), ("zh-CN", "dark"),
    pytest.param("zh-TW", "light", marks=pytest.mark.long),
])  # fmt: skip
async def test_axe_finds_nothing_wrong_and_a_telephone_shows_everything(
    browser: Browser, server: Server, locale: str, scheme: str
):
    ids = await customers_spoke(server.url)
    found: dict[str, list[str]] = {}
    wide: dict[str, int] = {}
    places = {
        "/log": ".log-row", f"/log/{ids['en']}": "#m1 summary", "/learning": ".review, .empty",
        "/learning/versions": ".notice", "/settings/privacy": "#days-words",
    }  # fmt: skip
    options = {"locale": locale, "color_scheme": scheme}
    compared = label("learning.versions.comparison", locale)
    async with staff_page(browser, server.url, "administrator", "/log", **options) as page:
        for path, wanted in places.items():
            await page.goto(server.url + path)
            await page.locator(wanted).first.wait_for()
            closed = page.locator("main details:not([open]) > summary")
            while await closed.count():
                await closed.first.click()
            found[path] = await axe.violations(page)
            if await page.get_by_role("button", name=compared).count():
                await page.get_by_role("button", name=compared).first.click()
                await page.locator("section form, section .notice").last.wait_for()
                found[f"{path} compared"] = await axe.violations(page)
        await page.set_viewport_size({"width": 360, "height": 740})
        for path, wanted in places.items():
            await page.goto(server.url + path)
            await page.locator(wanted).first.wait_for()
            wide[path] = await page.evaluate("document.querySelector('#main').scrollWidth - innerWidth")
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert {path: by for path, by in wide.items() if by > 0} == {}
