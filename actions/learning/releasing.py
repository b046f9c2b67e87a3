"""Releasing a version, and going back: never by one click, never a worse one without a reason."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.learning.versions import find
from actions.staff import StaffRefused
from models.learning import ModelVersion, Release

REASON_CHARS = 20  # an override is a sentence, not a keystroke
STANDARD = 0  # the version that comes with the product


@dataclass(frozen=True)
class Request:
    """What somebody asks for. ``confirm``: typed, ``v`` and the number. ``seen``: the digest of what was compared."""

    confirm: str
    seen: str = ""
    reason: str = ""
    override: str = ""


async def current(session: AsyncSession) -> int:
    """The version that hears now."""
    row = await newest(session)
    return row.version if row else STANDARD


async def newest(session: AsyncSession) -> Release | None:
    """The last release or rollback."""
    return (await session.execute(select(Release).order_by(Release.id.desc()).limit(1))).scalar_one_or_none()


async def history(session: AsyncSession, limit: int = 50) -> list[Release]:
    """All of them, the newest first."""
    return list((await session.execute(select(Release).order_by(Release.id.desc()).limit(limit))).scalars())


def digest_of(version: ModelVersion) -> str:
    """What tells one comparison from another."""
    told = json.dumps([version.n, version.compared_with, version.comparison], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


async def release(session: AsyncSession, n: int, asked: Request, author: Author, now: datetime) -> Release:
    """From now on version ``n`` hears.

    Raises StaffRefused: no_such_version, not_ready, released_already, not_confirmed, not_compared, stale_comparison
    (another was released since), not_seen, is_worse (an ``override`` is asked for).
    """
    version = await find(session, n, lock=True)
    present = await current(session)
    if version.status != "ready":
        raise StaffRefused("not_ready")
    if present == n:
        raise StaffRefused("released_already")
    if asked.confirm.strip() != f"v{n}":
        raise StaffRefused("not_confirmed")
    if not version.comparison:
        raise StaffRefused("not_compared")
    if version.compared_with != present:
        raise StaffRefused("stale_comparison")
    if asked.seen != digest_of(version):
        raise StaffRefused("not_seen")
    verdict = str(version.comparison["verdict"])
    if verdict == "worse" and len(asked.override.strip()) < REASON_CHARS:
        raise StaffRefused("is_worse")
    return _note(session, n, present, "release", asked, verdict, author, now)


async def roll_back(session: AsyncSession, asked: Request, author: Author, now: datetime) -> Release:
    """Back to the version before. Raises StaffRefused: nothing_released, not_confirmed, no_reason."""
    row = await newest(session)
    if row is None or row.version == STANDARD:
        raise StaffRefused("nothing_released")
    target = await before(session)
    if asked.confirm.strip() != f"v{target}":
        raise StaffRefused("not_confirmed")
    if not asked.reason.strip():
        raise StaffRefused("no_reason")
    return _note(session, target, row.version, "rollback", asked, "", author, now)


async def before(session: AsyncSession) -> int:
    """The version that heard before the one that hears now was released: what a rollback leads to."""
    present = await current(session)
    query = (
        select(Release.previous)
        .where(Release.version == present, Release.kind == "release")
        .order_by(Release.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none() or STANDARD


def _note(
    session: AsyncSession,
    version: int,
    previous: int,
    kind: str,
    asked: Request,
    verdict: str,
    author: Author,
    now: datetime,
) -> Release:
    override = asked.override.strip()[:2000] if verdict == "worse" else ""
    row = Release(
        version=version, previous=previous, kind=kind, by_id=author.id, by_name=author.name, verdict=verdict,
        reason=asked.reason.strip()[:2000], override=override, at=now,
    )  # fmt: skip
    session.add(row)
    told = {"version": version, "reason": row.reason, "verdict": verdict, "override": override}
    record_change(session, author, f"learning.{kind}", {"version": previous}, told, now)
    return row


def shown(row: Release) -> dict[str, Any]:
    """A release as the page tells it."""
    return {"version": row.version, "previous": row.previous, "kind": row.kind, "by": row.by_name, "reason": row.reason,
            "override": row.override, "verdict": row.verdict, "problem": row.problem,
            "at": row.at.isoformat()}  # fmt: skip
