"""Reads counts for pages: one small statement for each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.records import WEEK, Value, monday
from models.insights import InsightCell, InsightShare
from models.promises import Promise

DAYS_DRAWN = 62  # so many days can be told apart in a chart
FOUND_AT_MOST = 100
DIMENSIONS = ("channel", "locale", "issue", "kind")


@dataclass(frozen=True)
class Slice:
    """Which counts: days of the shop, both included, and "" for all of a dimension."""

    begin: date
    end: date
    channel: str = ""
    locale: str = ""
    issue: str = ""
    kind: str = ""

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.begin).days + 1

    @property
    def step(self) -> str:
        """How time is told apart over it: by ``day``, or by ``week`` where days would be too many."""
        return "day" if self.days <= DAYS_DRAWN else "week"

    def step_from(self, day: date) -> tuple[date, date]:
        """First and last day of the step that is named by that day, as far as they are in it."""
        last = day + timedelta(days=WEEK - 1 if self.step == "week" else 0)
        return max(day, self.begin), min(last, self.end)

    def parts(self, step: str) -> list[tuple[int, date, date]]:
        """The cells that make it up: (days of each, first, last). Whole weeks are one cell unless ``step`` is day."""
        first = self.begin + timedelta(days=-self.begin.weekday() % WEEK)
        last = self.end - timedelta(days=(self.end.weekday() + 1) % WEEK)
        if step == "day" or last < first:
            return [(1, self.begin, self.end)]
        day = timedelta(days=1)
        found = [(1, self.begin, first - day), (WEEK, first, last), (1, last + day, self.end)]
        return [part for part in found if part[1] <= part[2]]

    def before(self) -> Slice:
        """As many days, just before."""
        return replace(self, begin=self.begin - timedelta(days=self.days), end=self.begin - timedelta(days=1))

    def chosen(self) -> dict[str, str]:
        """The dimensions that are narrowed."""
        return {name: value for name in DIMENSIONS if (value := getattr(self, name))}


async def counts(session: AsyncSession, which: Slice, what: str, *by: str) -> dict[tuple[str, ...], Value]:
    """The counts of ``what``, grouped by what is named (day or week, detail and the dimensions), keys as texts.

    A week is named by its Monday, also where the slice holds only a part of it.
    """
    columns = [InsightCell.day if name == "week" else getattr(InsightCell, name) for name in by]
    query = select(*columns, func.sum(InsightCell.n), func.sum(InsightCell.total), func.sum(InsightCell.squares))
    query = query.where(InsightCell.what == what).group_by(*columns)
    for name, value in which.chosen().items():
        query = query.where(getattr(InsightCell, name) == value)
    over_all = not which.chosen() and {"week", "detail"}.issuperset(by)
    found: defaultdict[tuple[str, ...], Value] = defaultdict(Value)
    for days, first, last in which.parts("day" if "day" in by else "week"):
        part = query.where(InsightCell.days == days, InsightCell.day.between(first, last))
        if days == WEEK:
            part = part.where(InsightCell.channel == "" if over_all else InsightCell.channel != "")
        for *key, n, total, squares in (await session.execute(part)).all():
            if n is not None:
                texts = map(str, key)
                named = tuple(monday(each) if name == "week" else each for name, each in zip(by, texts, strict=True))
                found[named] += Value(int(n), float(total), float(squares))
    return dict(found)


def split(found: Mapping[tuple[str, ...], Value], place: int = -1) -> dict[str, dict[str, Value]]:
    """Counts whose key ends in ``head:rest`` as head → rest → value."""
    parts: defaultdict[str, dict[str, Value]] = defaultdict(dict)
    for key, value in found.items():
        head, _, rest = key[place].partition(":")
        parts[head][rest] = parts[head].get(rest, Value()) + value
    return dict(parts)


async def conversations_with(
    session: AsyncSession, which: Slice, what: str, detail: str, *, without: str = ""
) -> tuple[list[tuple[str, str]], bool]:
    """(day, conversation) of those that count there, the latest first; True when there are more.

    ``without``: a detail of the same ``what`` on the same day that they do not have, as who dropped off a step.
    """
    taken = (
        InsightShare.detail.startswith(detail[:-1], autoescape=True)
        if detail.endswith("*")
        else InsightShare.detail == detail
    )
    query = select(InsightShare.day, InsightShare.conversation_id)
    query = query.where(InsightShare.what == what, InsightShare.day.between(which.begin, which.end))
    query = query.where(or_(taken, InsightShare.detail == without) if without else taken)
    for name, value in which.chosen().items():
        query = query.where(getattr(InsightShare, name) == value)
    latest = (InsightShare.day.desc(), InsightShare.conversation_id.desc())
    query = query.group_by(InsightShare.day, InsightShare.conversation_id).order_by(*latest)
    if without:
        n = func.sum(case((InsightShare.detail == without, -InsightShare.n), else_=InsightShare.n))
        query = query.having(n > 0)
    found = (await session.execute(query.limit(FOUND_AT_MOST + 1))).tuples().all()
    return [(day.isoformat(), of) for day, of in found[:FOUND_AT_MOST]], len(found) > FOUND_AT_MOST


async def overdue_promises(session: AsyncSession, now: Any) -> int:
    """Promises that are past the time that the customer was told, and still open: at this moment, of all customers."""
    query = select(func.count()).where(Promise.status.in_(("open", "slipped")), Promise.told_due_at < now)
    return int((await session.execute(query)).scalar_one())
