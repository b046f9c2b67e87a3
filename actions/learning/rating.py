"""What people say a turn really was: by one rater, or by two who do not see each other's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.learning.queue import PRIORITY
from actions.staff import StaffRefused
from models.learning import ReviewItem, ReviewLabel, TrainingRow
from models.settings import ShopSetting

TWO_RATERS = "learning.two_raters"
WAITING = ("open", "rated", "disputed")
COMPARED = ("intent", "emotion", "flags")  # two raters agree when these are the same, and the intensity within one

Labels = Mapping[str, Any]


async def takes_two(session: AsyncSession) -> bool:
    """True when the shop chose that two people label each turn."""
    row = await session.get(ShopSetting, TWO_RATERS)
    return bool(row and row.value)


async def waiting(
    session: AsyncSession, staff_id: str, *, reason: str = "", but: Sequence[str] = (), limit: int = 1
) -> list[ReviewItem]:
    """The next turns for this rater, the most telling first. What they labelled already waits for somebody else."""
    mine = select(ReviewLabel.item_id).where(ReviewLabel.item_id == ReviewItem.id, ReviewLabel.staff_id == staff_id)
    query = (
        select(ReviewItem)
        .where(ReviewItem.status.in_(WAITING), ~mine.exists() | (ReviewItem.status == "disputed"))
        .order_by(ReviewItem.priority.desc(), ReviewItem.created_at, ReviewItem.id)
    )
    if but:
        query = query.where(ReviewItem.id.not_in(but))
    if reason not in PRIORITY:
        return list((await session.execute(query.limit(limit))).scalars())
    found: list[ReviewItem] = []
    for item in (await session.execute(query)).scalars():  # reasons are a list: few items wait, many years later too
        if reason in item.reasons:
            found.append(item)
            if len(found) == limit:
                break
    return found


def agree(one: Labels, other: Labels) -> bool:
    """True when two raters said the same of what matters."""
    same = all(_plain(one.get(name)) == _plain(other.get(name)) for name in COMPARED)
    return same and abs(one["intensity"] - other["intensity"]) <= 1


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple) else value or []


async def rate(
    session: AsyncSession, item_id: str, author: Author, labels: Labels, *, label_id: str, two: bool, now: datetime
) -> ReviewItem:
    """Notes what a rater says. Raises StaffRefused: no_such_item, rated_already.

    One rater decides alone unless ``two``; then the second decides when they agree, and anybody when they do not.
    """
    item = await _locked(session, item_id)
    if item.status not in WAITING:
        raise StaffRefused("rated_already")
    before = await labels_of(session, item.id)
    own = next((label for label in before if label.staff_id == author.id), None)
    if own is not None and item.status != "disputed":
        raise StaffRefused("rated_already")
    if own is None:
        session.add(ReviewLabel(id=label_id, item_id=item.id, staff_id=author.id, staff_name=author.name,
                                labels=dict(labels), created_at=now))  # fmt: skip
    first = before[0] if before else None
    if item.status == "disputed" or (not two and first is None):
        _decide(item, labels, author, now)
    elif first is None:
        item.status = "rated"
    elif agree(first.labels, labels):
        _decide(item, {**labels, "intensity": max(first.labels["intensity"], labels["intensity"])}, author, now)
    else:
        item.status = "disputed"
    return item


def _decide(item: ReviewItem, labels: Labels, author: Author, now: datetime) -> None:
    item.status, item.gold, item.decided_by, item.decided_at = "agreed", dict(labels), author.name, now


async def skip(session: AsyncSession, item_id: str, author: Author, now: datetime) -> ReviewItem:
    """Nothing can be learnt from it. Raises StaffRefused: no_such_item, rated_already."""
    item = await _locked(session, item_id)
    if item.status not in WAITING:
        raise StaffRefused("rated_already")
    item.status, item.decided_by, item.decided_at = "skipped", author.name, now
    return item


async def undo(session: AsyncSession, item_id: str, author: Author) -> ReviewItem:
    """Takes one's own label back. Raises StaffRefused: no_such_item, learnt_already (it is in a training set)."""
    item = await _locked(session, item_id)
    learnt = select(func.count()).where(TrainingRow.item_id == item.id)
    if (await session.execute(learnt)).scalar_one():
        raise StaffRefused("learnt_already")
    for label in await labels_of(session, item.id):
        if label.staff_id == author.id:
            await session.delete(label)
    await session.flush()
    left = await labels_of(session, item.id)
    item.status, item.gold, item.decided_by, item.decided_at = "rated" if left else "open", None, "", None
    return item


async def _locked(session: AsyncSession, item_id: str) -> ReviewItem:
    item = await session.get(ReviewItem, item_id, with_for_update=True)
    if item is None:
        raise StaffRefused("no_such_item")
    return item


async def labels_of(session: AsyncSession, item_id: str) -> list[ReviewLabel]:
    """What was said of it, the first first."""
    query = select(ReviewLabel).where(ReviewLabel.item_id == item_id).order_by(ReviewLabel.created_at, ReviewLabel.id)
    return list((await session.execute(query)).scalars())


async def pairs(session: AsyncSession) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the first two raters said of each turn that two looked at."""
    query = select(ReviewLabel).order_by(ReviewLabel.item_id, ReviewLabel.created_at, ReviewLabel.id)
    by_item: dict[str, list[dict[str, Any]]] = {}
    for label in (await session.execute(query)).scalars():
        by_item.setdefault(label.item_id, []).append(label.labels)
    return [(labels[0], labels[1]) for labels in by_item.values() if len(labels) > 1]


async def choose_raters(session: AsyncSession, author: Author, *, two: bool, now: datetime) -> None:
    """From now on one rater or two."""
    row = await session.get(ShopSetting, TWO_RATERS, with_for_update=True)
    before = bool(row and row.value)
    if before == two:
        return
    if row is None:
        session.add(ShopSetting(key=TWO_RATERS, value=two, changed_at=now))
    else:
        row.value, row.changed_at = two, now
    record_change(session, author, f"setting.{TWO_RATERS}", before, two, now)
