"""What came of a release: how customers' turns went before it and since."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.learning.queue import CONTRADICTS
from dialogues.reading import NEGATIVE
from models.moments import Moment

AT_MOST = timedelta(days=7)
ALPHA = 0.05
SIGNS = ("unsure", "contradicting", "worse", "handed_over")
_UNSURE = Moment.heard["unsure"].as_boolean().is_(True)
_WORSE = and_(
    Moment.emotion_after.in_(NEGATIVE),
    Moment.intensity_after > case((Moment.emotion.in_(NEGATIVE), Moment.intensity), else_=0),
)
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "unsure": _UNSURE, "contradicting": Moment.touchpoint.in_(CONTRADICTS), "worse": _WORSE,
    "handed_over": Moment.outcome == "handed_over",
}  # fmt: skip


async def watch(session: AsyncSession, released_at: datetime, now: datetime) -> dict[str, Any]:
    """Shares of turns before and since, over the same length of time, with how likely chance alone makes such a gap."""
    length = min(now - released_at, AT_MOST)
    before = await _figures(session, released_at - length, released_at)
    since = await _figures(session, released_at, released_at + length)
    signs: dict[str, dict[str, Any]] = {
        name: {"before": before[name], "since": since[name],
               "p": two_shares(before[name], before["turns"], since[name], since["turns"])}
        for name in SIGNS
    }  # fmt: skip
    worse = [name for name in SIGNS if _is_worse(before, since, name, signs[name]["p"])]
    return {"turns": {"before": before["turns"], "since": since["turns"]}, "signs": signs, "worse": worse,
            "hours": round(length.total_seconds() / 3600, 1)}  # fmt: skip


def _is_worse(before: dict[str, int], since: dict[str, int], name: str, p: float | None) -> bool:
    return p is not None and p < ALPHA and since[name] / since["turns"] > before[name] / before["turns"]


async def _figures(session: AsyncSession, begin: datetime, end: datetime) -> dict[str, int]:
    columns = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in _CONDITIONS.values()]
    query = select(func.count(), *columns).where(
        Moment.created_at >= begin, Moment.created_at < end, Moment.touchpoint != "unheard"
    )
    row = (await session.execute(query)).one()
    return dict(zip(("turns", *_CONDITIONS), map(int, row), strict=True))


def two_shares(one: int, of_one: int, other: int, of_other: int) -> float | None:
    """Two-sided p of the difference of two shares (normal approximation); None where there is too little to tell."""
    if not of_one or not of_other:
        return None
    pooled = (one + other) / (of_one + of_other)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of_one + 1 / of_other))
    if spread == 0 or min(of_one, of_other) * pooled < 5:
        return None
    return round(math.erfc(abs(one / of_one - other / of_other) / spread / math.sqrt(2)), 5)
