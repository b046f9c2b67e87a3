"""Made-up traffic: real rows, the same for the same seed, in three languages, nothing left to be sent."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actions import conversations
from bot.house import quiet_services
from bot.settings import Settings
from bot.traffic.play import Played, Span, play_traffic
from models.conversations import Conversation
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.session import Database

END = datetime(2026, 11, 20, 10, tzinfo=UTC)
SPAN = Span.of_months(2, END)
MANY = 24


@pytest.fixture
async def other_database(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """One more database, beside the one under test."""
    shutil.copy(migrated_sqlite, tmp_path / "other.db")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    yield other
    await other.close()


async def play(database: Database, seed: str = "t", many: int = MANY) -> Played:
    return await play_traffic(quiet_services(Settings(), database), conversations=many, seed=seed, span=SPAN)


async def rows(database: Database, kind: type[Any]) -> list[Any]:
    async with database.read() as session:
        return list((await session.execute(select(kind))).scalars())


async def test_months_of_conversations_hold_all_that_pages_tell_of(database: Database) -> None:
    played = await play(database)

    assert played.conversations == MANY
    asked = [m for m in await rows(database, Message) if m.author == "customer"]
    assert len(asked) == played.turns > MANY
    moments = await rows(database, Moment)
    assert sorted(m.turn_id for m in moments) == sorted(m.id for m in asked)  # each turn is exactly one moment
    assert {c.locale for c in await rows(database, Conversation)} == {"zh-CN", "zh-TW", "en"}
    assert {"settled", "handed_over"} <= {m.outcome for m in moments}
    assert {m.speaker for m in moments} == {"bot", "human"}
    assert {p.status for p in await rows(database, Promise)} >= {"kept"}
    assert {f.kind for f in await rows(database, Followup)} >= {"promise_check", "outcome_check", "nudge"}
    assert any(h.first_reply_at for h in await rows(database, Handover))
    assert all(SPAN.begin <= m.created_at <= END for m in moments)


async def test_what_was_played_waits_for_nobody(database: Database) -> None:
    await play(database, many=8)

    assert {entry.status for entry in await rows(database, OutboxEntry)} == {"sent"}
    async with database.read() as session:
        for conversation in await rows(database, Conversation):
            assert await conversations.unanswered(session, conversation.id) == []
    overdue = [f for f in await rows(database, Followup) if f.status == "pending" and f.due_at < END]
    assert overdue == []


async def test_the_same_seed_makes_the_same_rows_and_is_played_once(
    database: Database, other_database: Database
) -> None:
    first = await play(database, many=6)
    await play(other_database, many=6)

    def told(messages: list[Message]) -> list[tuple]:
        return sorted((m.conversation_id, m.seq, m.author, m.text, m.created_at) for m in messages)

    once = told(await rows(database, Message))
    assert once == told(await rows(other_database, Message))

    again = await play(database, many=6)

    assert (again.conversations, again.known) == (0, first.conversations)
    assert told(await rows(database, Message)) == once
    await play(database, seed="u", many=2)
    assert len(await rows(database, Conversation)) == 8
