"""Finds conversations, the latest first, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from actions.log.filters import Filters
from models.conversations import Conversation
from models.customers import Customer
from models.handovers import Handover
from models.log import LogComment
from models.messages import Message
from models.moments import Moment
from models.search import SearchText, has_word, occurrences

PAGE = 30
HITS = 2  # messages shown of one conversation
COUNTED_AT_MOST = 300


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next begins after it."""

    updated_at: datetime
    id: str


async def find(
    session: AsyncSession,
    filters: Filters,
    where: Sequence[ColumnElement[bool]],
    *,
    after: Place | None = None,
    limit: int = PAGE,
) -> tuple[list[dict[str, Any]], Place | None]:
    """A page of conversations with what is to be seen of them, and where it ended, if there are more.

    ``where``: the filters as ``chosen`` made conditions of them.
    """
    query = (
        select(Conversation, Customer.name)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.next_seq > 1, *where)
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(Conversation.updated_at, Conversation.id) < (after.updated_at, after.id))
    found = (await session.execute(query)).all()
    rows = [(conversation, name) for conversation, name in found[:limit]]
    beside = await _beside(session, [conversation.id for conversation, _ in rows])
    hits = await _hits(session, [conversation.id for conversation, _ in rows], filters)
    last = rows[-1][0] if len(found) > limit else None
    shown = [{**_row(conversation, name), **beside[conversation.id], "hits": hits[conversation.id]}
             for conversation, name in rows]  # fmt: skip
    return shown, Place(last.updated_at, last.id) if last else None


async def count(session: AsyncSession, where: Sequence[ColumnElement[bool]]) -> int:
    """How many there are; counting ends at COUNTED_AT_MOST."""
    some = select(Conversation.id).where(Conversation.next_seq > 1, *where)
    query = select(func.count()).select_from(some.limit(COUNTED_AT_MOST).subquery())
    return int((await session.execute(query)).scalar_one())


def _row(conversation: Conversation, name: str) -> dict[str, Any]:
    return {
        "id": conversation.id, "customer": name, "channel": conversation.channel, "locale": conversation.locale,
        "owner": conversation.owner, "messages": conversation.next_seq - 1,
        "at": conversation.created_at.isoformat(), "updated_at": conversation.updated_at.isoformat(),
    }  # fmt: skip


async def _beside(session: AsyncSession, ids: Sequence[str]) -> defaultdict[str, dict[str, Any]]:
    """Issues, feelings, handovers and comments of conversations, by id."""
    beside: defaultdict[str, dict[str, Any]] = defaultdict(
        lambda: {"issues": [], "heats": [], "emotion": "neutral", "intensity": 0, "outcome": "", "reasons": [],
                 "agents": [], "comments": 0}
    )  # fmt: skip
    of_moments = (
        select(Moment.conversation_id, Moment.issue, Moment.heat, Moment.emotion, Moment.intensity, Moment.outcome)
        .where(Moment.conversation_id.in_(ids))
        .order_by(Moment.created_at)
    )
    for of, issue, heat, emotion, intensity, outcome in (await session.execute(of_moments)).all():
        told = beside[of]
        told["heats"].append(heat)
        if issue and issue not in told["issues"]:
            told["issues"].append(issue)
        if intensity >= told["intensity"] and emotion != "neutral":
            told["emotion"], told["intensity"] = emotion, intensity
        told["outcome"] = outcome
    of_handovers = (
        select(Handover.conversation_id, Handover.reason, Handover.agent)
        .where(Handover.conversation_id.in_(ids))
        .order_by(Handover.created_at)
    )
    for of, reason, agent in (await session.execute(of_handovers)).all():
        for name, value in (("reasons", reason), ("agents", agent)):
            if value and value not in beside[of][name]:
                beside[of][name].append(value)
    of_comments = (
        select(LogComment.conversation_id, func.count())
        .where(LogComment.conversation_id.in_(ids))
        .group_by(LogComment.conversation_id)
    )
    for of, number in (await session.execute(of_comments)).all():
        beside[of]["comments"] = number
    return beside


async def _hits(session: AsyncSession, ids: Sequence[str], filters: Filters) -> defaultdict[str, list[dict[str, Any]]]:
    """The first messages in which a word occurs; without words the first of the customer."""
    hits: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    query = select(Message).where(Message.conversation_id.in_(ids))
    if filters.words:
        any_word = or_(*(has_word(word, fts=False) for word in filters.words))
        found = select(SearchText.message_id).where(SearchText.conversation_id.in_(ids), any_word)
        query = query.where(Message.id.in_(found))
    else:
        query = query.where(Message.seq <= HITS, Message.author == "customer")
    for message in (await session.execute(query.order_by(Message.conversation_id, Message.seq))).scalars():
        if len(hits[message.conversation_id]) < HITS:
            hits[message.conversation_id].append(
                {"seq": message.seq, "author": message.author, "text": message.text,
                 "at": message.created_at.isoformat(),
                 "marks": sorted({way for word in filters.words for way in occurrences(message.text, word)})}
            )  # fmt: skip
    return hits
