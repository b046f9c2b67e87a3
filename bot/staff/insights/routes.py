"""The measured pages: a tab for each subject, their figures as JSON, the way from a figure to its conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from actions import shop_settings
from actions.insights import rollup
from actions.insights.reading import Slice, conversations_with
from actions.insights.replays import replay_with
from actions.insights.words import SWITCH
from actions.staff import StaffRefused
from bot.house import House
from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.catalogue import label
from bot.staff.insights import bundle, charts, escalations, feelings, moments, promises, rater, today
from bot.staff.insights.page import Asked, Page, told
from bot.staff.permissions import Permission
from bot.staff.routes import paths
from dialogues.language import LOCALES

router = APIRouter(prefix="/insights")
See = Annotated[Person, Depends(permits(Permission.SEE_INSIGHTS))]
Edit = Annotated[Person, Depends(permits(Permission.EDIT_SETTINGS))]
DAYS = 28  # what is shown unless something else is asked for
LONGEST_DAYS = 1100
KINDS = ("zero", "first", "second", "ultimate")
LOG_PAGE = "/log/{conversation_id}"


@dataclass(frozen=True)
class Tab:
    """One subject. ``name`` is its path and its label; ``build`` makes its content, of so many days if not asked."""

    name: str
    icon: str
    build: Callable[[Asked], Awaitable[Page]] | None = None
    days: int = DAYS


TABS = (
    Tab("today", "clock", today.page, days=1),
    Tab("moments", "funnel", moments.page),
    Tab("feelings", "heart", feelings.page),
    Tab("rater", "scale", rater.page),
    Tab("promises", "promise", promises.page),
    Tab("escalations", "people", escalations.page),
    Tab("studies", "study"),
)


class Which(BaseModel):
    """What a page is asked for. Days are the shop's; without them what the page shows by itself."""

    begin: date | None = None
    end: date | None = None
    channel: str = Field("", max_length=16)
    locale: str = Field("", max_length=8)
    issue: str = Field("", max_length=40)
    kind: str = Field("", max_length=8)

    def slice_of(self, now: date, days: int) -> Slice:
        """The slice; ``days``: how many where its begin is not asked for. Raises StaffRefused ``bad_days``."""
        end = self.end or now
        begin = self.begin or end - timedelta(days=days - 1)
        if not begin <= end or (end - begin).days > LONGEST_DAYS:
            raise StaffRefused("bad_days")
        return Slice(begin, end, self.channel, self.locale, self.issue, self.kind)


class ReplayIn(Which):
    """Thresholds to try on past logs."""

    numbers: dict[str, int | float] = Field(max_length=30)


class SwitchIn(BaseModel):
    """Whether better words are used more."""

    on: bool


def house_of(request: Request) -> House:
    """The house that serves this request."""
    house: House = request.app.state.house
    return house


@asynccontextmanager
async def asking(request: Request, who: Person, which: Which, days: int = DAYS) -> AsyncIterator[Asked]:
    """What pages are built from, in this person's language. Raises StaffRefused ``bad_days``."""
    await asyncio.to_thread(charts.load)
    house = house_of(request)
    services = house.services
    now = services.hours.local(services.clock()).date()
    async with house.database.read() as session:
        yield Asked(session, which.slice_of(now, days), shell.locale_of(request, who), services, now)


@router.get("")
async def first(who: See) -> Response:
    """The first tab."""
    return RedirectResponse(f"/insights/{TABS[0].name}", 303)


@router.get(f"/{bundle.name()}")
async def charts_library(request: Request, who: See) -> Response:
    """The library that draws the charts."""
    path = await asyncio.to_thread(bundle.bundle, house_of(request).settings.data_dir)
    return FileResponse(path, media_type="text/javascript", headers={"cache-control": "private, max-age=31536000"})


@router.get("/api/conversations")
async def conversations(
    request: Request,
    who: Annotated[Person, Depends(permits(Permission.READ_CONVERSATIONS))],
    which: Annotated[Which, Query()],
    what: Annotated[str, Query(max_length=16)],
    detail: Annotated[str, Query(max_length=120)],
    without: Annotated[str, Query(max_length=120)] = "",
) -> dict[str, Any]:
    """The conversations behind a figure, the latest first."""
    async with asking(request, who, which) as asked:
        found, more = await conversations_with(asked.session, asked.which, what, detail, without=without)
    readable = LOG_PAGE in paths(request.app)
    return {
        "conversations": [{"id": of, "day": day, "path": f"/log/{of}" if readable else ""} for day, of in found],
        "more": more,
    }  # fmt: skip


@router.post("/api/replay")
async def replay(request: Request, given: ReplayIn, who: See) -> dict[str, Any]:
    """What other thresholds would have handed over. Nothing is changed."""
    async with asking(request, who, given) as asked:
        result = await replay_with(asked.session, asked.which, given.numbers, asked.services)
        return escalations.replayed(asked, result, who.may(Permission.READ_CONVERSATIONS))


@router.put("/api/words")
async def switch_words(request: Request, given: SwitchIn, who: Edit) -> dict[str, Any]:
    """Lets better words be used more, or all evenly again; kept in the audit log."""
    house = house_of(request)
    async with house.database.write() as session:
        await shop_settings.change(session, SWITCH, True if given.on else None, who.author, house.services.clock(),
                                   default=False)  # fmt: skip
    await house.live.load()
    return {"on": given.on}


@router.get("/api/{tab}")
async def figures(request: Request, tab: str, who: See, which: Annotated[Which, Query()]) -> dict[str, Any]:
    """A tab's content. Raises StaffRefused ``bad_days``; 404 for a tab without figures."""
    found = next((each for each in TABS if each.name == tab), None)
    if found is None or found.build is None:
        raise StaffRefused("unknown_page")
    async with asking(request, who, which, found.days) as asked:
        made = await found.build(asked)
        behind = await rollup.behind(asked.session)
        return {**told(made), "behind": behind, **chosen(asked)}


def chosen(asked: Asked) -> dict[str, Any]:
    """The slice as it is in force."""
    which = asked.which
    return {"which": {"begin": which.begin.isoformat(), "end": which.end.isoformat(), **which.chosen()}}


def choices(request: Request, who: Person) -> Mapping[str, list[dict[str, str]]]:
    """What a page can be narrowed to, by dimension."""
    house = house_of(request)
    locale = shell.locale_of(request, who)
    titles = house.services.wording.catalogues[locale]
    issues = sorted(house.services.book.playbooks)
    return {
        "channel": [{"value": c, "title": label(f"insights.channel.{c}", locale)} for c in ("web", "telegram")],
        "locale": [{"value": code, "title": shell.LANGUAGE_NAMES[code]} for code in LOCALES],
        "issue": [{"value": i, "title": titles.get(f"issue_title.{i}", (i,))[0]} for i in issues],
        "kind": [{"value": kind, "title": label(f"insights.kind.{kind}", locale)} for kind in KINDS],
    }  # fmt: skip


def _page(tab: Tab) -> Callable[..., Awaitable[Response]]:
    async def show(request: Request, who: See) -> Response:
        response = shell.page(
            request, who, at="insights", title=f"insights.{tab.name}.title",
            styles=("settings/settings.css", "insights/insights.css"),
            module="insights/studies.js" if tab.build is None else "insights/insights.js", areas=("insights",),
            template="insights.html", element="kairos-studies" if tab.build is None else "kairos-insights",
            tab=tab.name, tabs=TABS,
            data={"tab": tab.name, "library": f"/insights/{bundle.name()}", "choices": choices(request, who)},
        )  # fmt: skip
        response.background = BackgroundTask(charts.load)  # while the browser reads the page
        return response

    return show


for _tab in TABS:
    router.add_api_route(f"/{_tab.name}", _page(_tab), methods=["GET"], name=f"insights-{_tab.name}")
