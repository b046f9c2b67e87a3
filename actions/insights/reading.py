"""Reads counts for pages: one small statement for each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.insights.records import WEEK, Value, monday
from models.insights import InsightCell, InsightShare
from models.promises import Promise

DAYS_DRAWN = 62  # so many days can be told apart in a chart
FOUND_AT_MOST, LOOKED_AT_ONCE, LOOKED_AT_MOST = 100, 500, 5000
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
    found: defaultdict[tuple[str, ...], Value] = defaultdict(Value)
    for days, first, last in which.parts("day" if "day" in by else "week"):
        part = query.where(InsightCell.days == days, InsightCell.day.between(first, last))
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
    """(day, conversation) of those that count there, the latest first; True when there may be more.

    ``without``: a detail of the same ``what`` on the same day that they do not have, as who dropped off a step.
    """
    query = (
        select(InsightShare.conversation_id, InsightShare.last_day, InsightShare.cells)
        .where(InsightShare.last_day >= which.begin, InsightShare.first_day <= which.end)
        .order_by(InsightShare.last_day.desc(), InsightShare.conversation_id)
        .limit(LOOKED_AT_ONCE)
    )
    found: list[tuple[str, str]] = []
    for looked in range(0, LOOKED_AT_MOST, LOOKED_AT_ONCE):
        shares = (await session.execute(query.offset(looked))).all()
        found += [(day, of) for of, _, cells in shares for day in _days(cells, which, what, detail, without)]
        found.sort(reverse=True)
        if len(shares) < LOOKED_AT_ONCE:
            return found[:FOUND_AT_MOST], len(found) > FOUND_AT_MOST
        if len(found) > FOUND_AT_MOST and found[FOUND_AT_MOST][0] >= shares[-1].last_day.isoformat():
            break  # whoever comes now was last counted on an earlier day than all that are shown
    return found[:FOUND_AT_MOST], True


def _days(cells: list[Any], which: Slice, what: str, detail: str, without: str) -> list[str]:
    """The days on which a conversation counts more often under ``detail`` than under ``without``."""
    chosen = which.chosen()
    held: defaultdict[str, int] = defaultdict(int)
    for row in cells:
        named = dict(zip(("what", "day", "channel", "locale", "issue", "kind", "detail"), row, strict=False))
        if named["what"] != what or not which.begin.isoformat() <= named["day"] <= which.end.isoformat():
            continue
        if any(named[name] != value for name, value in chosen.items()):
            continue
        if named["detail"] == detail or (detail.endswith("*") and named["detail"].startswith(detail[:-1])):
            held[named["day"]] += row[7]
        elif without and named["detail"] == without:
            held[named["day"]] -= row[7]
    return [day for day, n in held.items() if n > 0]


async def overdue_promises(session: AsyncSession, now: Any) -> int:
    """Promises that are past the time that the customer was told, and still open: at this moment, of all customers."""
    query = select(func.count()).where(Promise.status.in_(("open", "slipped")), Promise.told_due_at < now)
    return int((await session.execute(query)).scalar_one())
