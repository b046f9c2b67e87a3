"""Conversations as the shop has them: said, heard, decided; written straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from models.customers import Customer
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.session import Database
from tests.models.rows import NOON, add_conversation


@dataclass(frozen=True)
class Turn:
    """What a customer wrote, what was heard, what was answered."""

    text: str
    intent: str = "order_status"
    emotion: str = "neutral"
    intensity: int = 0
    answer: str = "…"
    unsure: bool = False
    outcome: str = "open"
    issue: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def heard(turn: Turn, locale: str) -> dict[str, Any]:
    """A hearing as a moment keeps it."""
    return {"text": turn.text, "language": locale, "intent": turn.intent, "confidence": 0.4 if turn.unsure else 0.9,
            "runner_up": "refund", "unsure": turn.unsure, "emotion": turn.emotion, "intensity": turn.intensity,
            "needs": [], "entities": [], "safety": False, "repeat": False}  # fmt: skip


async def talk(
    database: Database, turns: Sequence[Turn], *, name: str = "", locale: str = "zh-CN", account: str = "",
    at: datetime = NOON, channel: str = "web", handover: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """A conversation with these turns, a minute apart; its id."""
    conversation = await add_conversation(database, locale=locale, account=account, now=at)
    async with database.write() as session:
        row = await session.merge(conversation)
        row.channel = channel
        (await session.get_one(Customer, row.customer_id)).name = name
        previous: Moment | None = None
        for place, turn in enumerate(turns):
            now = at + timedelta(minutes=place)
            turn_id = uuid4().hex
            for offset, (author, text) in enumerate((("customer", turn.text), ("bot", turn.answer))):
                session.add(Message(
                    id=turn_id if offset == 0 else uuid4().hex, conversation_id=row.id, seq=row.next_seq, author=author,
                    text=text, turn_id=turn_id, created_at=now, external_id=turn_id if offset == 0 else None,
                ))  # fmt: skip
                row.next_seq += 1
            moment = Moment(
                id=uuid4().hex, turn_id=turn_id, conversation_id=row.id, channel=channel, kind="second",
                touchpoint=turn.intent, issue=turn.issue or turn.intent, stage="explore", conflict="none",
                emotion=turn.emotion, intensity=turn.intensity, heat=turn.intensity * 8, heard=heard(turn, locale),
                acts=[{"name": "answer"}], wording=["answer.1"], reasons=["because"], speaker="bot", seconds=1.0,
                expectation="met", outcome=turn.outcome, created_at=now, **turn.more,
            )  # fmt: skip
            if previous is not None:
                previous.emotion_after, previous.intensity_after = turn.emotion, turn.intensity
            session.add(moment)
            previous, row.updated_at = moment, now
        await session.flush()
        if handover:
            session.add(Handover(
                id=uuid4().hex, conversation_id=row.id, turn_id=turn_id, reason="asked", why="", status="closed",
                created_at=now, **handover,
            ))  # fmt: skip
        return row.id
