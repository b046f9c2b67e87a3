"""What the database holds of a conversation: read after every entry, and told as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.conversations import Conversation
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.promises import Promise
from models.session import Database

_OPEN_HANDOVER = ("waiting", "taken")
_MOMENT = (
    "kind", "touchpoint", "stage", "conflict", "emotion", "intensity", "heat", "expectation", "outcome", "speaker",
    "episode", "needs", "reasons", "rater",
)  # fmt: skip
_EFFECTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "promises": (Promise, ("key", "issue", "owner", "status", "due_at", "told_due_at")),
    "followups": (Followup, ("kind", "status", "reason", "due_at")),
    "handovers": (Handover, ("reason", "why", "status", "agent", "note")),
}


@dataclass(frozen=True)
class Record:
    """All rows of one conversation, oldest first."""

    conversation: Conversation
    messages: tuple[Any, ...]
    moments: tuple[Any, ...]
    rows: dict[str, tuple[Any, ...]]

    def effects_since(self, earlier: Record | None) -> dict[str, list[dict[str, Any]]]:
        """The promises, follow-ups and handovers that are new or changed since an earlier record."""
        return {name: self._changed(name, earlier) for name in _EFFECTS}

    def _changed(self, name: str, earlier: Record | None) -> list[dict[str, Any]]:
        known = earlier._told(name) if earlier else {}
        return [told for key, told in self._told(name).items() if known.get(key) != told]

    def _told(self, name: str) -> dict[str, dict[str, Any]]:
        return {row.id: values_of(row, _EFFECTS[name][1]) for row in self.rows[name]}

    def open_handover(self) -> str | None:
        """The reason of the handover that is open."""
        reasons = [row.reason for row in self.rows["handovers"] if row.status in _OPEN_HANDOVER]
        return reasons[-1] if reasons else None

    def count(self, name: str, status: str) -> int:
        """How many rows of that name have that status."""
        return sum(row.status == status for row in self.rows[name])


def values_of(row: Any, names: Iterable[str] = _MOMENT) -> dict[str, Any]:
    """Columns of a row as JSON-ready data."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values}


async def read_record(database: Database, conversation_id: str) -> Record:
    """The record of a conversation as it is now."""
    async with database.read() as session:

        async def rows(table: Any, order: str = "created_at") -> tuple[Any, ...]:
            columns = table.__table__.c
            query = table.__table__.select().where(columns.conversation_id == conversation_id)
            return tuple((await session.execute(query.order_by(columns[order]))).all())

        return Record(
            conversation=await session.get_one(Conversation, conversation_id),
            messages=await rows(Message, "seq"),
            moments=await rows(Moment),
            rows={name: await rows(table) for name, (table, _) in _EFFECTS.items()},
        )
