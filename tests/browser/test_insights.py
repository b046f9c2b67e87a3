"""The measured pages in a real Chromium: charts within the page's policy, tables, all to take away, by keyboard."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from actions.insights.rollup import catch_up
from bot.house import quiet_services
from bot.settings import Settings
from bot.staff.catalogue import label
from bot.staff.insights.routes import TABS
from bot.traffic.play import Span, play_traffic
from models.session import Database
from tests.browser import axe
from tests.browser.page import chromium
from tests.browser.staff import sign_in, staff_page
from tests.conftest import Apart
from tests.server import Server

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed: browser tests need one")
SPAN = Span.of_months(2, datetime(2026, 11, 20, 10, tzinfo=UTC))
DAYS = "begin=2026-09-20&end=2026-11-20"
SCREEN, TELEPHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
FIGURED = [tab.name for tab in TABS if tab.build]
DRAWN_WITHIN_MS = 60_000  # the first draws wait for the library to be made


@pytest.fixture(scope="module")
def server(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, apart: Apart) -> Iterator[Server]:
    """A house after two months of traffic that does nothing by itself."""
    folder = tmp_path_factory.mktemp("insights")
    url = f"sqlite:///{folder / 'played.db'}"
    shutil.copy(migrated_sqlite, folder / "played.db")
    apart.run(_play(url))
    given = {"DEMO": "1", "KAIROS_PASSWORD_MEMORY_MB": "8", "KAIROS_JOBS": "false", "DATABASE_URL": url}
    with Server(folder, folder / "no-model.tar.gz", given) as server:
        yield server


async def _play(url: str) -> None:
    services = quiet_services(Settings(), Database(url))
    await play_traffic(services, conversations=24, seed="browser", span=SPAN)
    await catch_up(services)
    await services.database.close()


async def settled(page: Page, url: str, tab: str) -> None:
    """Opens a tab and waits until every chart is drawn."""
    await page.goto(f"{url}/insights/{tab}?{DAYS}")
    await page.locator('kairos-insights [aria-busy="false"]').wait_for()
    charts = await page.locator(".insight:has(.chart)").count()
    await expect(page.locator(".insight[data-drawn]")).to_have_count(charts, timeout=DRAWN_WITHIN_MS)


async def taken(page: Page, panel: Locator, form: str, folder: Path) -> bytes:
    """What one of a panel's buttons saves."""
    async with page.expect_download() as waiting:
        await panel.get_by_role("button", name=form).click()
    await (await waiting.value).save_as(folder / form)
    return (folder / form).read_bytes()


async def is_taken_away_as_shown(page: Page, panel: Locator, folder: Path) -> None:
    """The pictures are pictures; the CSV has the table's titles and rows."""
    for form, begins in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        content = await taken(page, panel, form, folder)
        assert content.startswith(begins) and len(content) > 2000
    saved = (await taken(page, panel, "CSV", folder)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(saved)))
    assert rows[0] == await panel.locator("thead th").all_text_contents()
    shown = await panel.locator("tbody tr").all()
    assert len(rows) == len(shown) + 1
    for row, told in zip(rows[1:], shown, strict=True):
        cells = await told.locator("th, td").all_text_contents()
        assert (row[0], row[1]) == (cells[0], cells[1].replace(",", ""))


@pytest.mark.parametrize(("locale", "scheme"), [
    pytest.param("en", "light", marks=pytest.mark.long), ("zh-CN", "dark"),
    pytest.param("zh-TW", "light", marks=pytest.mark.long),
])  # fmt: skip
async def test_every_chart_has_a_sentence_a_table_and_files_and_axe_finds_nothing(
    browser: Browser, server: Server, tmp_path: Path, locale: str, scheme: str
):
    """Whatever the policy of the page refuses is an error of the page, which ``staff_page`` does not let pass."""
    options = {"locale": locale, "color_scheme": scheme}
    async with staff_page(browser, server.url, "analyst", "/insights", **options) as page:
        for tab in FIGURED:
            await settled(page, server.url, tab)
            await expect(page.locator("h1")).to_have_text(label(f"insights.{tab}.title", locale))
            assert await page.locator(".insight canvas").count() == await page.locator(".insight:has(.chart)").count()
            for says in await page.locator(".insight .says").all_text_contents():
                assert says.strip() and "{" not in says
            for summary in await page.locator(".insight summary").all():  # everything that can be opened is looked at
                await summary.click()
            for panel in await page.locator(".insight:has(.chart)").all():
                assert await panel.locator(".take button").all_text_contents() == ["PNG", "SVG", "CSV"]
                await expect(panel.locator("tbody tr").first).to_be_visible()
            if tab == "moments":
                await is_taken_away_as_shown(page, page.locator("#panel-funnel"), tmp_path)
            if axe.source():
                assert await axe.violations(page) == [], tab
            await page.set_viewport_size(TELEPHONE)
            assert await page.evaluate("document.querySelector('#main').scrollWidth - innerWidth") <= 0, tab
            await page.set_viewport_size(SCREEN)


async def test_a_figure_leads_to_its_conversations_by_keyboard(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "analyst", "/insights") as page:
        await settled(page, server.url, "escalations")
        panel = page.locator("#panel-why")
        await panel.locator("summary").first.focus()
        await page.keyboard.press("Enter")
        drill = panel.locator(".drill").first
        await drill.focus()
        await page.keyboard.press("Enter")
        dialog = page.locator("dialog.behind")
        await expect(dialog.locator("li").first).to_be_visible()
        link = dialog.locator("li a").first
        assert (await link.get_attribute("href") or "").startswith("/log/")
        if axe.source():
            assert await axe.violations(page) == []
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(drill).to_be_focused()


async def test_the_choice_is_in_the_address_and_narrows_the_figures(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "analyst", "/insights") as page:
        await settled(page, server.url, "today")
        value = page.locator(".figure strong").first
        everything = int(await value.text_content() or "0")
        await page.get_by_label("Channel").select_option("telegram")
        await expect(value).not_to_have_text(str(everything))
        narrowed = await value.text_content()
        assert "channel=telegram" in page.url
        await page.reload()
        await expect(value).to_have_text(str(narrowed))
        await expect(page.get_by_label("Channel")).to_have_value("telegram")


async def test_other_thresholds_are_tried_on_past_logs(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "analyst", "/insights", locale="zh-TW") as page:
        await settled(page, server.url, "escalations")
        await page.locator("#try-unresolved_before_human").fill("1")
        await page.get_by_role("button", name=label("insights.replay.run", "zh-TW")).click()
        await expect(page.locator("#panel-replay[data-drawn]")).to_be_visible(timeout=DRAWN_WITHIN_MS)
        different = page.get_by_role("region", name=label("insights.replay.changes", "zh-TW")).locator("tbody a")
        assert (await different.first.get_attribute("href") or "").startswith("/log/")
        if axe.source():
            assert await axe.violations(page) == []


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
async def test_a_study_follows_a_goal_to_its_review(browser: Browser, server: Server, locale: str):
    def t(key: str) -> str:
        return label(f"insights.study.{key}", locale)

    async with staff_page(browser, server.url, "analyst", "/insights/studies", locale=locale) as page:
        await page.get_by_role("button", name=t("new")).click()
        await page.get_by_label(t("title"), exact=True).fill("Ask sooner whether it is settled")
        await page.get_by_label(t("changed_on"), exact=True).fill("2026-10-20")
        await page.get_by_label(t("days"), exact=True).fill("25")
        for step in ("goal", "locate", "solve", "review"):
            await page.get_by_label(t(step), exact=True).fill(f"{step}: half of all matters end with a yes")
        await page.get_by_role("button", name=t("save")).click()
        study = page.get_by_role("article", name="Ask sooner whether it is settled")
        await expect(study.locator(".insight[data-drawn]")).to_be_visible(timeout=DRAWN_WITHIN_MS)
        await expect(study.locator(".says")).to_contain_text(label("insights.measure.confirmed", locale))
        await expect(study.locator(".loop li")).to_contain_text(
            [t(step) for step in ("goal", "locate", "solve", "review")]
        )
        if axe.source():
            assert await axe.violations(page) == []
        await study.get_by_role("button", name=t("remove")).click()
        await page.locator("dialog").get_by_role("button", name=t("remove")).click()
        await expect(study).to_have_count(0)


async def test_better_words_are_switched_on_by_an_administrator_with_the_keyboard(browser: Browser, server: Server):
    async with staff_page(browser, server.url, "administrator", "/insights") as page:
        await settled(page, server.url, "feelings")
        switch = page.locator("#better-words")
        await expect(switch).not_to_be_checked()
        for told in ("insights.words_on", "insights.words_off"):
            await switch.focus()
            await page.keyboard.press("Space")
            await expect(page.locator(".toast").last).to_have_text(label(told, "en"))
            await settled(page, server.url, "feelings")
            await expect(switch).to_be_checked(checked=told == "insights.words_on")
    async with staff_page(browser, server.url, "analyst", "/insights") as page:
        await settled(page, server.url, "feelings")
        await expect(page.locator("#better-words")).to_be_disabled()


async def test_an_agent_does_not_see_the_measured_pages(browser: Browser, server: Server):
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await sign_in(page, server.url, "agent", "/desk")
    await expect(page.locator('.rail-nav a[href="/insights"]')).to_have_count(0)
    answer = await page.goto(f"{server.url}/insights/today")
    assert answer is not None and answer.status == 403
    await context.close()
