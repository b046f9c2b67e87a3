"""Writes and reads the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.audit import AuditEntry

SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class Author:
    """Who makes a change. ``id`` is empty for the command line, which needs no account."""

    id: str
    name: str
    address: str = ""


COMMAND_LINE = Author("", "kairos")


def record_change(
    session: AsyncSession, author: Author, what: str, before: Any, after: Any, now: datetime
) -> AuditEntry:
    """Adds a line. Secrets never go in: a changed one is told, not shown."""
    entry = AuditEntry(
        at=now, who=author.id, who_name=author.name, what=what, before=before, after=after, address=author.address
    )
    session.add(entry)
    return entry


async def entries(
    session: AsyncSession, *, before_id: int | None = None, what: str = "", limit: int = SHOWN_AT_MOST
) -> list[AuditEntry]:
    """The newest lines first; ``before_id`` goes on from there, ``what`` is how the subject begins."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    if what:
        query = query.where(AuditEntry.what.startswith(what, autoescape=True))
    return list((await session.execute(query)).scalars())
