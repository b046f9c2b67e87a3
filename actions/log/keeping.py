"""Saved searches and comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.conversations import UnknownConversation
from actions.staff import StaffRefused
from models.conversations import Conversation
from models.log import LogComment, SavedSearch

NAME_CHARS, COMMENT_CHARS, SEARCHES_AT_MOST = 80, 4000, 200


async def searches_for(session: AsyncSession, staff_id: str) -> list[SavedSearch]:
    """One's own and the shared ones, by name."""
    mine = or_(SavedSearch.staff_id == staff_id, SavedSearch.shared)
    return list((await session.execute(select(SavedSearch).where(mine).order_by(SavedSearch.name))).scalars())


async def save_search(
    session: AsyncSession, *, search_id: str, author: Author, name: str, query: Mapping[str, str], shared: bool,
    now: datetime,
) -> SavedSearch:  # fmt: skip
    """Keeps a search. Raises StaffRefused: bad_name, too_many_searches."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARS:
        raise StaffRefused("bad_name")
    mine = [each for each in await searches_for(session, author.id) if each.staff_id == author.id]
    if len(mine) >= SEARCHES_AT_MOST:
        raise StaffRefused("too_many_searches")
    row = next((each for each in mine if each.name == name), None)
    if row is None:
        row = SavedSearch(id=search_id, staff_id=author.id, staff_name=author.name, name=name, created_at=now)
        session.add(row)
    row.query, row.shared = dict(query), shared
    return row


async def remove_search(session: AsyncSession, search_id: str, staff_id: str, *, may_any: bool) -> None:
    """Forgets a search of one's own; who administers may forget any. Raises StaffRefused ``no_such_search``."""
    row = await session.get(SavedSearch, search_id)
    if row is None or (row.staff_id != staff_id and not (may_any and row.shared)):
        raise StaffRefused("no_such_search")
    await session.delete(row)


async def comment(
    session: AsyncSession, conversation_id: str, *, comment_id: str, author: Author, text: str, seq: int | None,
    now: datetime,
) -> LogComment:  # fmt: skip
    """Remarks on a conversation or one of its messages. Raises UnknownConversation, StaffRefused ``empty_comment``."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or (seq is not None and not 0 < seq < conversation.next_seq):
        raise UnknownConversation(conversation_id)
    text = text.strip()[:COMMENT_CHARS]
    if not text:
        raise StaffRefused("empty_comment")
    row = LogComment(id=comment_id, conversation_id=conversation_id, seq=seq, staff_id=author.id,
                     staff_name=author.name, text=text, created_at=now)  # fmt: skip
    session.add(row)
    return row


async def remove_comment(
    session: AsyncSession, comment_id: str, author: Author, now: datetime, *, may_any: bool
) -> str:
    """Takes a comment away; returns the conversation's id. Raises StaffRefused ``no_such_comment``."""
    row = await session.get(LogComment, comment_id)
    if row is None or (row.staff_id != author.id and not may_any):
        raise StaffRefused("no_such_comment")
    await session.delete(row)
    record_change(session, author, "log.comment_removed", {"by": row.staff_name}, None, now)
    return row.conversation_id


def as_shown(row: SavedSearch, staff_id: str) -> dict[str, Any]:
    """A search as the page shows it."""
    return {"id": row.id, "name": row.name, "query": row.query, "shared": row.shared, "mine": row.staff_id == staff_id,
            "by": row.staff_name}  # fmt: skip
