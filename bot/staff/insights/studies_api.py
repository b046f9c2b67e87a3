"""Saved studies over JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from actions.insights import studies
from actions.insights.measures import MEASURES
from bot.staff import shell
from bot.staff.catalogue import label
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, Page, Panel, estimate, told
from bot.staff.insights.routes import See, Which, asking, house_of
from models.insights import InsightStudy

router = APIRouter(prefix="/insights/api/studies")
Id = Annotated[str, Field(max_length=36)]


class StudyIn(BaseModel):
    """A study as the page sends it."""

    title: str = Field(max_length=200)
    measure: str = Field(max_length=24)
    channel: str = Field("", max_length=16)
    locale: str = Field("", max_length=8)
    issue: str = Field("", max_length=40)
    goal: str = Field("", max_length=5000)
    locate: str = Field("", max_length=5000)
    solve: str = Field("", max_length=5000)
    review: str = Field("", max_length=5000)
    changed_on: date
    days: int


@router.get("")
async def listed(request: Request, who: See) -> dict[str, Any]:
    """All studies, each with its comparison, and what can be measured."""
    async with asking(request, who, Which()) as asked:
        rows = await studies.all_studies(asked.session)
        found = [await _told(asked, row) for row in rows]
    locale = shell.locale_of(request, who)
    measures = [{"value": name, "title": label(f"insights.measure.{name}", locale)} for name in MEASURES]
    return {"studies": found, "measures": measures, "today": asked.today.isoformat()}


@router.post("")
async def keep(request: Request, given: StudyIn, who: See) -> dict[str, Any]:
    """Keeps a new study. Raises StaffRefused ``bad_study``."""
    return await _save(request, house_of(request).services.new_id(), given, who)


@router.put("/{study_id}")
async def change(request: Request, study_id: str, given: StudyIn, who: See) -> dict[str, Any]:
    """Changes a study. Raises StaffRefused ``bad_study``."""
    return await _save(request, study_id[:36], given, who)


@router.delete("/{study_id}")
async def remove(request: Request, study_id: str, who: See) -> dict[str, Any]:
    """Forgets a study."""
    async with house_of(request).database.write() as session:
        await studies.remove(session, study_id)
    return {}


async def _save(request: Request, study_id: str, given: StudyIn, who: See) -> dict[str, Any]:
    house = house_of(request)
    async with house.database.write() as session:
        await studies.save(session, study_id, given.model_dump(), who.author, house.services.clock())
    async with asking(request, who, Which()) as asked:
        row = await asked.session.get_one(InsightStudy, study_id)
        return await _told(asked, row)


async def _told(asked: Asked, row: InsightStudy) -> dict[str, Any]:
    columns = ("id", "title", "measure", "channel", "locale", "issue", *studies.STEPS, "days", "made_by")
    found = await studies.compare(asked.session, row)
    return {**{name: getattr(row, name) for name in columns}, "changed_on": row.changed_on.isoformat(),
            "updated_at": row.updated_at.isoformat(), "verdict": found.verdict,
            **told(Page((), (_panel(asked, row, found),)))}  # fmt: skip


def _panel(asked: Asked, row: InsightStudy, found: studies.Compared) -> Panel:
    rows = [
        {"when": asked.t(f"study.{when}"), "share": each.value, "low": each.low, "high": each.high, "n": each.n}
        for when, each in (("before", found.before), ("after", found.after)) if each is not None
    ]  # fmt: skip
    when, n = asked.column("when"), asked.column("n", "number")
    part, low, high = (asked.column(key, "share") for key in ("share", "low", "high"))
    change = found.change
    return asked.panel(
        "study", (when, part, low, high, n), rows, charts.intervals(rows, when, part, low, high),
        measure=asked.t(f"measure.{row.measure}"), before=estimate(found.before), after=estimate(found.after),
        change=f"{change.value:+.0%} ({change.low:+.0%} … {change.high:+.0%})" if change else "–",
        verdict=asked.t(f"study.verdict.{found.verdict}"),
    )  # fmt: skip
