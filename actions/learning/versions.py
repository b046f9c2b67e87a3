"""Versions of the hearing: training under way, trained, compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.staff import StaffRefused
from models.learning import ModelVersion, TrainingSet

UNDER_WAY = ("training", "comparing")
SILENT_AFTER = timedelta(seconds=60)  # a job that told nothing for this long is dead


async def begin(session: AsyncSession, set_n: int, author: Author, now: datetime) -> ModelVersion:
    """A version that is to be trained. Raises StaffRefused: no_such_set, training_already."""
    if await session.get(TrainingSet, set_n) is None:
        raise StaffRefused("no_such_set")
    await bury_dead(session, now)
    running = select(ModelVersion.n).where(ModelVersion.status.in_(UNDER_WAY)).limit(1)
    if (await session.execute(running)).scalar_one_or_none() is not None:
        raise StaffRefused("training_already")
    last = (await session.execute(select(func.max(ModelVersion.n)))).scalar_one() or 0
    row = ModelVersion(n=last + 1, set_n=set_n, status="training", what="waiting", alive_at=now,
                       started_by=author.name, created_at=now)  # fmt: skip
    session.add(row)
    record_change(session, author, f"learning.version.{row.n}", None, {"set": set_n}, now)
    return row


async def any_dead(session: AsyncSession, now: datetime) -> bool:
    """True when a job ended without a word, and nobody noted it yet."""
    return bool((await session.execute(_dead(now))).scalars().first())


def _dead(now: datetime) -> Select[ModelVersion]:
    return select(ModelVersion).where(ModelVersion.status.in_(UNDER_WAY), ModelVersion.alive_at < now - SILENT_AFTER)


async def bury_dead(session: AsyncSession, now: datetime) -> None:
    """Notes of jobs that ended without a word that they did."""
    for row in (await session.execute(_dead(now))).scalars():
        if row.file:  # it is trained; only the comparison is missing
            row.status = "ready"
        else:
            row.status, row.error, row.finished_at = "failed", "died", now


async def find(session: AsyncSession, n: int, *, lock: bool = False) -> ModelVersion:
    """A version. Raises StaffRefused ``no_such_version``."""
    row = await session.get(ModelVersion, n, with_for_update=lock or None)
    if row is None:
        raise StaffRefused("no_such_version")
    return row


async def tell(session: AsyncSession, n: int, now: datetime, **changes: Any) -> None:
    """What a job says of its version; that it lives is part of it."""
    row = await find(session, n, lock=True)
    row.alive_at = now
    for name, value in changes.items():
        setattr(row, name, value)


async def begin_comparing(session: AsyncSession, n: int, now: datetime) -> ModelVersion:
    """A trained version is to be compared anew. Raises StaffRefused: no_such_version, not_ready."""
    await bury_dead(session, now)
    row = await find(session, n, lock=True)
    if row.status != "ready":
        raise StaffRefused("not_ready")
    row.status, row.what, row.share, row.alive_at = "comparing", "waiting", 0.0, now
    return row


async def all_versions(session: AsyncSession) -> list[ModelVersion]:
    """All versions, the newest first."""
    return list((await session.execute(select(ModelVersion).order_by(ModelVersion.n.desc()))).scalars())


def shown(row: ModelVersion) -> dict[str, Any]:
    """A version as the page tells it, without the comparison itself."""
    verdict: Mapping[str, Any] = row.comparison or {}
    return {
        "n": row.n, "set": row.set_n, "status": row.status, "what": row.what, "share": round(row.share, 3),
        "figures": row.figures, "compared_with": row.compared_with, "verdict": verdict.get("verdict", ""),
        "error": row.error, "by": row.started_by, "at": row.created_at.isoformat(), "recipe": row.recipe,
        "weights": row.weights[:12], "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }  # fmt: skip
