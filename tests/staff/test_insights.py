"""The measured pages without a browser: their content, the way to conversations, replays, studies, the switch."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import altair
import pytest
from sqlalchemy import select

from actions.insights.rollup import catch_up
from bot.house import quiet_services
from bot.settings import Settings
from bot.staff.insights import bundle
from bot.staff.insights.routes import TABS
from bot.traffic.play import Span, play_traffic
from models.audit import AuditEntry
from models.handovers import Handover
from models.insights import InsightCell
from models.moments import Moment
from models.session import Database
from tests.conftest import Apart
from tests.staff.desk import Browser, Desk, open_desk

pytestmark = pytest.mark.fast
END = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAYS = {"begin": "2026-09-01", "end": "2026-11-20"}
FIGURED = [tab.name for tab in TABS if tab.build]


@pytest.fixture(scope="module")
def played(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, apart: Apart) -> Path:
    """A database after two months of traffic, counted; to copy from."""
    path = tmp_path_factory.mktemp("played") / "played.db"
    shutil.copy(migrated_sqlite, path)
    apart.run(_play(f"sqlite:///{path}"))
    return path


async def _play(url: str) -> None:
    services = quiet_services(Settings(), Database(url))
    await play_traffic(services, conversations=14, seed="p", span=Span.of_months(2, END))
    await catch_up(services)
    await services.database.close()


@pytest.fixture
async def busy(played: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on such a database."""
    shutil.copy(played, tmp_path / "kairos.db")
    async with open_desk(f"sqlite:///{tmp_path / 'kairos.db'}", tmp_path, jobs=False) as desk:
        yield desk


async def analyst(desk: Desk, locale: str = "en") -> Browser:
    browser = await desk.signed_in("analyst")
    browser.cookies.set("kairos-language", locale, domain="desk.test")
    return browser


async def told(browser: Browser, tab: str, **asked: str) -> dict[str, Any]:
    answer = await browser.call("GET", f"/insights/api/{tab}", params={**DAYS, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
async def test_every_page_says_what_it_shows_and_how_it_is_computed(busy: Desk, locale: str):
    browser = await analyst(busy, locale)
    for tab in FIGURED:
        page = await told(browser, tab)
        assert page["panels"] and not page["behind"]
        for panel in page["panels"]:
            assert panel["title"] and panel["how"] and "{" not in panel["says"], panel["id"]
            keys = {column["key"] for column in panel["columns"]}
            assert len(keys) == len(panel["columns"])
            assert all(keys <= {*row} for row in panel["rows"]), panel["id"]
            assert (panel["spec"] is not None) <= bool(panel["rows"])
            if panel["spec"]:
                altair.Chart.from_dict(panel["spec"], validate=True)  # raises for what is no Vega-Lite
                assert panel["spec"]["data"]["values"]
        assert all("{" not in figure["hint"] + figure["value"] for figure in page["figures"])
        shown = await browser.get(f"/insights/{tab}")
        assert shown.status_code == 200 and f"kairos-{'insights'}" in shown.text


async def test_figures_are_those_of_the_rows(busy: Desk):
    browser = await analyst(busy)
    async with busy.house.database.read() as session:
        handovers = list((await session.execute(select(Handover))).scalars())
        episodes = set((await session.execute(select(Moment.conversation_id, Moment.episode))).tuples())
    why = (await told(browser, "escalations"))["panels"][0]
    assert sum(row["n"] for row in why["rows"]) == len(handovers)
    funnel = (await told(browser, "moments"))["panels"][0]
    assert str(len(episodes)) in funnel["says"]
    steps = [row["n"] for row in funnel["rows"]]
    assert steps == sorted(steps, reverse=True)


async def test_a_slice_narrows_all_figures_and_slices_add_up(busy: Desk):
    browser = await analyst(busy)

    async def matters(**asked: str) -> int:
        rows = (await told(browser, "today", **asked))["panels"][0]["rows"]
        return sum(row["n"] for row in rows)

    assert await matters() == await matters(channel="web") + await matters(channel="telegram")
    assert await matters() == sum([await matters(locale=each) for each in ("zh-CN", "zh-TW", "en")])
    assert await matters(begin="2026-11-20", end="2026-11-20") < await matters()


async def test_a_figure_leads_to_its_conversations(busy: Desk):
    browser = await analyst(busy)
    async with busy.house.database.read() as session:
        rows = (await session.execute(select(Handover))).scalars().all()
    reason = rows[0].reason
    concerned = {row.conversation_id for row in rows if row.reason == reason}
    params = {**DAYS, "what": "handover", "detail": reason}
    found = (await browser.call("GET", "/insights/api/conversations", params=params)).json()
    assert {each["id"] for each in found["conversations"]} == concerned
    lost = {**DAYS, "what": "reached", "detail": "offer", "without": "confirmed"}
    dropped = (await browser.call("GET", "/insights/api/conversations", params=lost)).json()["conversations"]
    every = {**DAYS, "what": "reached", "detail": "offer"}
    whole = (await browser.call("GET", "/insights/api/conversations", params=every)).json()["conversations"]
    assert 0 < len(dropped) < len(whole)


async def test_thresholds_are_tried_on_past_logs_and_nothing_changes(busy: Desk):
    browser = await analyst(busy)
    before = busy.house.services.numbers
    same = (await browser.call("POST", "/insights/api/replay", json={**DAYS, "numbers": {}})).json()
    assert same["changes"] == []
    sooner = await browser.call(
        "POST", "/insights/api/replay", json={**DAYS, "numbers": {"unresolved_before_human": 1}}
    )
    assert sooner.status_code == 200
    assert busy.house.services.numbers == before
    wrong = await browser.call("POST", "/insights/api/replay", json={**DAYS, "numbers": {"heat_for_human": 99}})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "bad_number")


async def test_days_that_cannot_be_shown_are_refused_in_words(busy: Desk):
    browser = await analyst(busy)
    answer = await browser.call("GET", "/insights/api/today", params={"begin": "2026-11-20", "end": "2026-11-01"})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_days")
    assert (await browser.call("GET", "/insights/api/none")).json()["error"] == "unknown_page"


async def test_a_study_is_kept_compared_changed_and_removed(busy: Desk):
    browser = await analyst(busy)
    study = {"title": "Ask sooner", "measure": "confirmed", "goal": "more yes", "locate": "lost before Confirm",
             "changed_on": "2026-10-20", "days": 25}  # fmt: skip
    kept = (await browser.call("POST", "/insights/api/studies", json=study)).json()
    [panel] = kept["panels"]
    whens = [row["when"] for row in panel["rows"]]
    assert whens == ["Before", "After"] and kept["verdict"] in ("up", "down", "unsure")
    async with busy.house.database.read() as session:
        cells = (
            await session.execute(select(InsightCell).where(InsightCell.what == "episode", InsightCell.days == 1))
        ).scalars()
        after = [cell for cell in cells if "2026-10-20" <= cell.day.isoformat() <= "2026-11-13"]
    assert panel["rows"][1]["n"] == sum(cell.n for cell in after)
    confirmed = sum(cell.n for cell in after if cell.detail.startswith("confirmed:"))
    assert panel["rows"][1]["share"] == pytest.approx(confirmed / sum(cell.n for cell in after))
    changed = await browser.call("PUT", f"/insights/api/studies/{kept['id']}", json={**study, "review": "it helped"})
    assert changed.json()["review"] == "it helped"
    listed = (await browser.call("GET", "/insights/api/studies")).json()["studies"]
    assert [(each["title"], each["made_by"]) for each in listed] == [("Ask sooner", "Analyst")]
    bad = await browser.call("POST", "/insights/api/studies", json={**study, "measure": "luck"})
    assert (bad.status_code, bad.json()["error"]) == (422, "bad_study")
    await browser.call("DELETE", f"/insights/api/studies/{kept['id']}")
    assert (await browser.call("GET", "/insights/api/studies")).json()["studies"] == []


async def test_better_words_are_off_until_an_administrator_switches_them_on_and_the_log_knows(busy: Desk):
    reader, chief = await analyst(busy), await busy.signed_in("administrator")
    assert (await told(reader, "feelings"))["switch"]["on"] is False
    assert not busy.house.services.wording.weights
    assert (await reader.call("PUT", "/insights/api/words", json={"on": True})).status_code == 403
    busy.house.services.clock = lambda: END
    assert (await chief.call("PUT", "/insights/api/words", json={"on": True})).json() == {"on": True}
    assert (await told(reader, "feelings"))["switch"]["on"] is True
    weights = busy.house.services.wording.weights
    assert weights and all(sum(shares) == pytest.approx(1) and min(shares) > 0 for shares in weights.values())
    await chief.call("PUT", "/insights/api/words", json={"on": False})
    assert not busy.house.services.wording.weights
    async with busy.house.database.read() as session:
        entries = (await session.execute(select(AuditEntry).where(AuditEntry.what.like("%better_words")))).scalars()
        assert [entry.after for entry in entries] == [True, False]


async def test_the_charts_library_is_ours_and_kept_by_browsers(busy: Desk):
    browser = await busy.signed_in("analyst")
    answer = await browser.get(f"/insights/{bundle.name()}")
    assert answer.headers["content-type"].startswith("text/javascript") and "max-age" in answer.headers["cache-control"]
    assert "vegaEmbed" in answer.text
