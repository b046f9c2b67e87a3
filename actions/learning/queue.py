"""Which turns people should look at: found in the moments, kept in a queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.services import Services
from actions.staff import StaffRefused
from dialogues.reading import NEGATIVE
from models.learning import ReviewCursor, ReviewItem
from models.messages import Message
from models.moments import Moment

PRIORITY: Mapping[str, int] = {"by_hand": 50, "contradicted": 40, "worse": 30, "unsure": 20, "sample": 10}
CONTRADICTS = frozenset({"deny", "unresolved"})  # said right after an answer, it was not what the customer meant
NEVER_ASKED = frozenset({"", "unheard"})
SAMPLE_PER_MILLE = 20  # turns drawn by chance, so that what nobody doubts is looked at too
LOOK_BACK = timedelta(days=30)
NOT_YET = timedelta(seconds=2)  # what another process is just writing must not be passed over
AT_ONCE = 500
KEPT = ("intent", "confidence", "runner_up", "unsure", "emotion", "intensity", "needs", "safety", "repeat", "language")


def reasons_for(moment: Moment, following: Moment | None, *, per_mille: int = SAMPLE_PER_MILLE) -> tuple[str, ...]:
    """Why a turn should be looked at, seen with the turn after it; often for no reason."""
    if moment.touchpoint in NEVER_ASKED or not str(moment.heard.get("text", "")).strip():
        return ()
    found = []
    if moment.heard.get("unsure"):
        found.append("unsure")
    if following is not None and moment.speaker == "bot":
        if following.touchpoint in CONTRADICTS and moment.touchpoint not in CONTRADICTS:
            found.append("contradicted")
        if following.emotion in NEGATIVE and following.intensity > (
            moment.intensity if moment.emotion in NEGATIVE else 0
        ):
            found.append("worse")
    if _chance(moment.id) < per_mille:
        found.append("sample")
    return tuple(found)


def _chance(moment_id: str) -> int:
    """0 to 999, always the same for one moment."""
    return int.from_bytes(hashlib.sha256(moment_id.encode()).digest()[:4]) % 1000


async def fill(session: AsyncSession, services: Services, *, per_mille: int = SAMPLE_PER_MILLE) -> int:
    """Looks through the moments since the last time; says how many turns came into the queue. A batch at most.

    Each moment is seen as itself, and as what followed the one before it in its conversation.
    """
    cursor = await session.get(ReviewCursor, "moments", with_for_update=True)
    if cursor is None:
        cursor = ReviewCursor(name="moments", at=services.clock() - LOOK_BACK, moment_id="")
        session.add(cursor)
    later = or_(Moment.created_at > cursor.at, and_(Moment.created_at == cursor.at, Moment.id > cursor.moment_id))
    settled = Moment.created_at < services.clock() - NOT_YET
    query = select(Moment).where(later, settled).order_by(Moment.created_at, Moment.id).limit(AT_ONCE)
    moments = list((await session.execute(query)).scalars())
    added = 0
    for moment in moments:
        before = await _before(session, moment)
        if before is not None:
            added += await _put(session, services, before, reasons_for(before, moment, per_mille=0))
        added += await _put(session, services, moment, reasons_for(moment, None, per_mille=per_mille))
    if moments:
        cursor.at, cursor.moment_id = moments[-1].created_at, moments[-1].id
    return added


async def fill_all(services: Services) -> int:
    """Looks through all that is new."""
    added = 0
    while True:
        async with services.database.write() as session:
            before = await _place(session)
            added += await fill(session, services)
            await session.flush()
            if await _place(session) == before:
                return added


async def _place(session: AsyncSession) -> tuple[datetime, str] | None:
    row = await session.get(ReviewCursor, "moments")
    return (row.at, row.moment_id) if row else None


async def add_by_hand(session: AsyncSession, services: Services, turn_id: str) -> ReviewItem:
    """Somebody who read it says that it was heard wrongly. Raises StaffRefused ``no_such_turn``."""
    moment = (await session.execute(select(Moment).where(Moment.turn_id == turn_id))).scalar_one_or_none()
    if moment is None or not str(moment.heard.get("text", "")).strip():
        raise StaffRefused("no_such_turn")
    await _put(session, services, moment, ("by_hand",))
    await session.flush()
    item = (await session.execute(select(ReviewItem).where(ReviewItem.turn_id == turn_id))).scalar_one()
    if item.status in ("agreed", "skipped"):
        item.status, item.gold, item.decided_by, item.decided_at = "open", None, "", None
    return item


async def _before(session: AsyncSession, moment: Moment) -> Moment | None:
    query = (
        select(Moment)
        .where(Moment.conversation_id == moment.conversation_id, Moment.created_at < moment.created_at)
        .order_by(Moment.created_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def _put(session: AsyncSession, services: Services, moment: Moment, reasons: Sequence[str]) -> int:
    """Puts a turn into the queue, or adds reasons to one that is there; 1 when it is new."""
    if not reasons:
        return 0
    known = (await session.execute(select(ReviewItem).where(ReviewItem.turn_id == moment.turn_id))).scalar_one_or_none()
    if known is not None:
        known.reasons = [*known.reasons, *(reason for reason in reasons if reason not in known.reasons)]
        known.priority = max(PRIORITY[reason] for reason in known.reasons)
        return 0
    tapped = select(Message.payload).where(Message.id == moment.turn_id)
    if (await session.execute(tapped)).scalar_one_or_none():
        return 0  # nothing was heard: a choice was tapped
    session.add(ReviewItem(
        id=services.new_id(), turn_id=moment.turn_id, conversation_id=moment.conversation_id,
        locale=str(moment.heard.get("language") or "en"), text=str(moment.heard["text"]),
        heard={name: moment.heard.get(name) for name in KEPT}, reasons=list(reasons),
        priority=max(PRIORITY[reason] for reason in reasons), created_at=moment.created_at,
    ))  # fmt: skip
    await session.flush()
    return 1


async def counts(session: AsyncSession) -> dict[str, dict[str, int]]:
    """How many items there are by status, and how many open ones by reason."""
    by_status = select(ReviewItem.status, func.count()).group_by(ReviewItem.status)
    status: dict[str, int] = {row[0]: int(row[1]) for row in (await session.execute(by_status)).all()}
    reasons: dict[str, int] = dict.fromkeys(PRIORITY, 0)
    of_open = select(ReviewItem.reasons).where(ReviewItem.status.in_(("open", "rated", "disputed")))
    for each in (await session.execute(of_open)).scalars():
        for reason in each:
            reasons[reason] += 1
    return {"status": status, "reasons": reasons}


def shown(item: ReviewItem) -> dict[str, Any]:
    """An item as the page tells it."""
    return {"id": item.id, "conversation": item.conversation_id, "turn": item.turn_id, "locale": item.locale,
            "text": item.text, "heard": item.heard, "reasons": item.reasons, "status": item.status,
            "gold": item.gold, "at": item.created_at.isoformat()}  # fmt: skip
