"""What a search of the log asks for, as conditions on conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.conversations import Conversation
from models.customers import Customer, Identity
from models.handovers import Handover
from models.log import LogComment
from models.moments import Moment
from models.search import SearchText, has_word, is_rare


@dataclass(frozen=True)
class Filters:
    """Empty fields ask for nothing.

    ``words``: all must occur in the conversation. ``since`` and ``until`` are days of the shop, both included.
    ``issue`` is an intent: what a turn was about or what it was heard as. ``intensity``: at least so much of the
    feeling. ``unsure``: some turn was heard unsurely. All that is said of a turn must hold of one and the same.
    """

    words: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    channel: str = ""
    language: str = ""
    issue: str = ""
    kind: str = ""
    emotion: str = ""
    intensity: int = 0
    stage: str = ""
    outcome: str = ""
    expectation: str = ""
    unsure: bool = False
    reason: str = ""
    agent: str = ""
    owner: str = ""
    customer: str = ""
    commented: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values of what is asked for, nothing else."""
        return {name: value.isoformat() if isinstance(value, date) else value
                for name, value in asdict(self).items() if value}  # fmt: skip


async def chosen(session: AsyncSession, filters: Filters, zone: ZoneInfo, *, sqlite: bool) -> list[ColumnElement[bool]]:
    """The conditions on ``Conversation``. The database is asked how rare the words are."""
    found: list[ColumnElement[bool]] = []
    for word in filters.words:
        rare = await is_rare(session, word, sqlite=sqlite)
        having = select(SearchText.conversation_id).where(has_word(word, fts=sqlite and rare))
        if not rare:
            having = having.where(SearchText.conversation_id == Conversation.id)
        having = having.offset(0)  # PostgreSQL too does it the way that was chosen
        found.append(Conversation.id.in_(having) if rare else having.exists())
    if filters.since:
        found.append(Conversation.updated_at >= _begins(filters.since, zone))
    if filters.until:
        found.append(Conversation.created_at < _begins(filters.until + timedelta(days=1), zone))
    for column, value in (
        (Conversation.channel, filters.channel), (Conversation.locale, filters.language),
        (Conversation.owner, filters.owner),
    ):  # fmt: skip
        if value:
            found.append(column == value)
    if of_turn := of_moment(filters):
        found.append(exists().where(Moment.conversation_id == Conversation.id, *of_turn))
    if of_handover := [column == value for column, value in (
        (Handover.reason, filters.reason), (Handover.agent_id, filters.agent)) if value]:  # fmt: skip
        found.append(exists().where(Handover.conversation_id == Conversation.id, *of_handover))
    if filters.customer:
        found.append(Conversation.customer_id.in_(_customers(filters.customer)))
    if filters.commented:
        found.append(exists().where(LogComment.conversation_id == Conversation.id))
    return found


def of_moment(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on ``Moment``."""
    equal: Mapping[Any, str] = {
        Moment.kind: filters.kind, Moment.emotion: filters.emotion, Moment.stage: filters.stage,
        Moment.outcome: filters.outcome, Moment.expectation: filters.expectation,
    }  # fmt: skip
    found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value]
    if filters.issue:
        found.append(or_(Moment.issue == filters.issue, Moment.touchpoint == filters.issue))
    if filters.intensity:
        found.append(Moment.intensity >= filters.intensity)
    if filters.unsure:
        found.append(Moment.heard["unsure"].as_boolean().is_(True))
    return found


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _customers(text: str) -> Select[str]:
    """By a part of the name, or by the shop account in full."""
    named = Customer.name.icontains(text, autoescape=True)
    known = exists().where(Identity.customer_id == Customer.id, Identity.external_id == text, Identity.linked)
    return select(Customer.id).where(or_(named, known))
