"""Saved studies: a goal, where it is lost, what was changed, and what came of it, before beside after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author
from actions.insights.measures import MEASURES, measured
from actions.insights.reading import Slice
from actions.insights.statistics import Estimate, share_change
from actions.staff import StaffRefused
from models.insights import InsightStudy

STEPS = ("goal", "locate", "solve", "review")
LONGEST_DAYS, TITLE_CHARS, TEXT_CHARS = 366, 120, 4000


@dataclass(frozen=True)
class Compared:
    """A measure before and after the change, and the difference; None where there is nothing to measure."""

    before: Estimate | None
    after: Estimate | None
    change: Estimate | None

    @property
    def verdict(self) -> str:
        """up, down, unsure (the interval holds zero), or nothing."""
        if self.change is None:
            return "nothing"
        return "up" if self.change.low > 0 else "down" if self.change.high < 0 else "unsure"


def checked(given: dict[str, Any]) -> dict[str, Any]:
    """A study's columns, checked. Raises StaffRefused ``bad_study``."""
    texts = {name: str(given.get(name, "")).strip() for name in ("title", *STEPS)}
    days = given.get("days")
    if not texts["title"] or len(texts["title"]) > TITLE_CHARS or given.get("measure") not in MEASURES:
        raise StaffRefused("bad_study")
    if any(len(texts[step]) > TEXT_CHARS for step in STEPS):
        raise StaffRefused("bad_study")
    if not isinstance(given.get("changed_on"), date) or not isinstance(days, int) or not 1 <= days <= LONGEST_DAYS:
        raise StaffRefused("bad_study")
    dimensions = {name: str(given.get(name, ""))[:40] for name in ("channel", "locale", "issue")}
    return {**texts, **dimensions, "measure": given["measure"], "changed_on": given["changed_on"], "days": days}


async def all_studies(session: AsyncSession) -> list[InsightStudy]:
    """All of them, the one changed last first."""
    query = select(InsightStudy).order_by(InsightStudy.updated_at.desc(), InsightStudy.id)
    return list((await session.execute(query)).scalars())


async def save(
    session: AsyncSession, study_id: str, given: dict[str, Any], author: Author, now: datetime
) -> InsightStudy:
    """Keeps a new study, or changes the one with that id. Raises StaffRefused ``bad_study``."""
    columns = checked(given)
    row = await session.get(InsightStudy, study_id)
    if row is None:
        row = InsightStudy(id=study_id, made_by=author.name, created_at=now, updated_at=now, **columns)
        session.add(row)
    else:
        for name, value in columns.items():
            setattr(row, name, value)
        row.updated_at = now
    return row


async def remove(session: AsyncSession, study_id: str) -> None:
    """Forgets a study, if it is there."""
    if row := await session.get(InsightStudy, study_id):
        await session.delete(row)


async def compare(session: AsyncSession, study: InsightStudy) -> Compared:
    """The study's measure in as many days before the change as after it."""
    narrowed = {"channel": study.channel, "locale": study.locale, "issue": study.issue}
    span = timedelta(days=study.days)
    day = timedelta(days=1)
    before = await measured(session, Slice(study.changed_on - span, study.changed_on - day, **narrowed), study.measure)
    after = await measured(session, Slice(study.changed_on, study.changed_on + span - day, **narrowed), study.measure)
    return Compared(before, after, share_change(before, after) if before and after else None)
