"""What staff see of a conversation and customers never do: notes, whispers, who took it and gave it on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.services import Services
from models.conversations import Conversation
from models.desk import DeskEntry, Seat

TEXT_CHARS = 4000


@dataclass(frozen=True)
class Member:
    """A member of staff who does something. ``may_any``: may act in conversations that somebody else holds."""

    id: str
    name: str
    may_any: bool = False


@dataclass(eq=False)
class DeskRefused(Exception):
    """Something that cannot be done now. ``code`` is what the page puts into words; ``figures`` go with it."""

    code: str
    figures: Mapping[str, str]

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        return f"{self.code} ({told})" if told else self.code


def refuse(code: str, **figures: str) -> DeskRefused:
    """The refusal to raise."""
    return DeskRefused(code, figures)


async def add_entry(
    session: AsyncSession,
    conversation: Conversation,
    kind: str,
    member: Member | None,
    services: Services,
    text: str = "",
    **data: Any,
) -> DeskEntry:
    """Adds an entry under the conversation's next number for them. The row must be locked."""
    await session.flush()
    last = select(func.coalesce(func.max(DeskEntry.n), 0)).where(DeskEntry.conversation_id == conversation.id)
    entry = DeskEntry(
        id=services.new_id(), conversation_id=conversation.id, n=(await session.execute(last)).scalar_one() + 1,
        kind=kind, staff_id=member.id if member else "", name=member.name if member else "", text=text, data=data,
        created_at=services.clock(),
    )  # fmt: skip
    session.add(entry)
    return entry


async def entries_after(session: AsyncSession, conversation_id: str, n: int) -> list[DeskEntry]:
    """The entries with a greater number, in order."""
    query = select(DeskEntry).where(DeskEntry.conversation_id == conversation_id, DeskEntry.n > n)
    return list((await session.execute(query.order_by(DeskEntry.n))).scalars())


def as_frame(entry: DeskEntry) -> dict[str, Any]:
    """An entry as the desk's protocol tells it."""
    return {"type": "entry", "conversation": entry.conversation_id, "n": entry.n, "id": entry.id, "kind": entry.kind,
            "by": {"id": entry.staff_id, "name": entry.name}, "text": entry.text, "data": entry.data,
            "at": entry.created_at.isoformat()}  # fmt: skip


def mentioned(text: str, seats: Collection[Seat]) -> tuple[str, ...]:
    """Whom a note mentions with ``@name``: their ids. The longest name that fits counts."""
    found = []
    for start in (match.end() for match in re.finditer("[@＠]", text)):
        named = [seat for seat in seats if seat.name and text[start:].lower().startswith(seat.name.lower())]
        if named:
            found.append(max(named, key=lambda seat: len(seat.name)).staff_id)
    return tuple(dict.fromkeys(found))


def clean_text(text: str) -> str:
    """Text as it is kept. Raises DeskRefused: empty or too_long."""
    text = text.encode("utf-8", "ignore").decode().replace("\x00", "").strip()
    if not text:
        raise refuse("empty")
    if len(text) > TEXT_CHARS:
        raise refuse("too_long", limit=str(TEXT_CHARS))
    return text


def iso(moment: datetime | None) -> str | None:
    """A time as JSON tells it."""
    return moment.isoformat() if moment else None
