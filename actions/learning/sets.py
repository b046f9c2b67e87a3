"""Training sets: each adds what was agreed since the one before, and can be had again row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.services import Services
from actions.staff import StaffRefused
from models.learning import ReviewItem, TrainingRow, TrainingSet

HELD_OUT_EVERY = 5  # of the messages agreed on, every fifth is kept to measure by and never learnt from


async def make_set(
    session: AsyncSession,
    services: Services,
    author: Author,
    *,
    note: str,
    base: str,
    redact: Callable[[str], str],
    agreement: Mapping[str, Any],
) -> TrainingSet:
    """A new version with all that was agreed since the last. Raises StaffRefused ``nothing_new``."""
    last = (await session.execute(select(func.max(TrainingSet.n)))).scalar_one() or 0
    place = (await session.execute(select(func.count()).select_from(TrainingRow))).scalar_one()
    learnt = select(TrainingRow.item_id).where(TrainingRow.item_id == ReviewItem.id)
    new = (
        select(ReviewItem)
        .where(ReviewItem.status == "agreed", ~learnt.exists())
        .order_by(ReviewItem.decided_at, ReviewItem.id)
    )
    items = list((await session.execute(new)).scalars())
    if not items:
        raise StaffRefused("nothing_new")
    for number, item in enumerate(items, place + 1):
        session.add(_row(services.new_id(), item, last + 1, redact(item.text), held_out=number % HELD_OUT_EVERY == 0))
    await session.flush()
    rows = await rows_of(session, last + 1)
    made = TrainingSet(
        n=last + 1, note=note.strip()[:400], made_by=author.name, rows=sum(not row.held_out for row in rows),
        held_out=sum(row.held_out for row in rows), digest=digest(rows), base=base, agreement=dict(agreement),
        created_at=services.clock(),
    )  # fmt: skip
    session.add(made)
    told = {"rows": made.rows, "held_out": made.held_out, "new": len(items), "note": made.note}
    record_change(session, author, f"learning.set.{made.n}", None, told, services.clock())
    return made


def _row(row_id: str, item: ReviewItem, since: int, text: str, *, held_out: bool) -> TrainingRow:
    gold: dict[str, Any] = item.gold or {}
    return TrainingRow(
        id=row_id, item_id=item.id, conversation_id=item.conversation_id, since=since, held_out=held_out, text=text,
        lang=gold["lang"], intent=gold["intent"], emotion=gold["emotion"], intensity=gold["intensity"],
        needs=list(gold.get("needs") or ()), flags=list(gold.get("flags") or ()),
    )  # fmt: skip


async def rows_of(session: AsyncSession, n: int) -> list[TrainingRow]:
    """The rows of a set, always in the same order."""
    query = select(TrainingRow).where(TrainingRow.since <= n).order_by(TrainingRow.since, TrainingRow.id)
    return list((await session.execute(query)).scalars())


async def all_sets(session: AsyncSession) -> list[TrainingSet]:
    """All sets, the newest first."""
    return list((await session.execute(select(TrainingSet).order_by(TrainingSet.n.desc()))).scalars())


def as_line(row: TrainingRow) -> str:
    """A row in the corpus's form."""
    told: dict[str, Any] = {"text": row.text, "lang": row.lang, "intent": row.intent, "emotion": row.emotion,
                            "intensity": row.intensity}  # fmt: skip
    told |= {name: value for name, value in (("needs", row.needs), ("flags", row.flags)) if value}
    return json.dumps(told, ensure_ascii=False)


def digest(rows: Iterable[TrainingRow]) -> str:
    """The SHA-256 of the rows; it differs once a row was erased."""
    told = hashlib.sha256()
    for row in rows:
        told.update(f"{int(row.held_out)} {as_line(row)}\n".encode())
    return told.hexdigest()


def shown(row: TrainingSet, erased: int) -> dict[str, Any]:
    """A set as the page tells it. ``erased``: rows that were removed since it was made."""
    return {"n": row.n, "note": row.note, "by": row.made_by, "rows": row.rows, "held_out": row.held_out,
            "agreement": row.agreement, "at": row.created_at.isoformat(), "digest": row.digest[:12],
            "erased": erased}  # fmt: skip


async def erased_of(session: AsyncSession, row: TrainingSet) -> int:
    """How many rows of a set were erased since."""
    left = select(func.count()).select_from(TrainingRow).where(TrainingRow.since <= row.n)
    return int(row.rows + row.held_out - (await session.execute(left)).scalar_one())
