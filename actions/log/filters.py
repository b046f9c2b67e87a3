"""What a search of the log asks for, as conditions on conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.conversations import Conversation
from models.customers import Customer, Identity
from models.handovers import Handover
from models.log import LogComment
from models.moments import Moment
from models.search import SearchText, has_word, is_rare

FEW = 2000  # rows that are looked up before conversations are gone through


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
    """The conditions on ``Conversation``. The database is asked how rare the words are, and what else few have.

    What few have is looked up once and for all: going through the conversations, the latest first, finds what many have
    sooner, and what nobody has last of all.
    """
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
        found.append(await _of_rows(session, Moment, of_turn))
    if of_handover := [column == value for column, value in (
        (Handover.reason, filters.reason), (Handover.agent_id, filters.agent)) if value]:  # fmt: skip
        found.append(await _of_rows(session, Handover, of_handover))
    if filters.customer:
        found.append(await _of_customers(session, filters.customer))
    if filters.commented:
        found.append(exists().where(LogComment.conversation_id == Conversation.id))
    return found


async def _of_rows(
    session: AsyncSession, table: type[Moment] | type[Handover], conditions: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Some row of the conversation in that table is so."""
    few = await _few(session, select(table.conversation_id).where(*conditions))
    if few is None:
        return exists().where(table.conversation_id == Conversation.id, *conditions)
    return Conversation.id.in_(few)


async def _of_customers(session: AsyncSession, text: str) -> ColumnElement[bool]:
    """The customer's name has that part, or it is the shop account in full."""
    named = Customer.name.icontains(text, autoescape=True)
    known = (Identity.external_id == text, Identity.linked)
    few = await _few(session, union_all(select(Customer.id).where(named), select(Identity.customer_id).where(*known)))
    if few is None:  # one by one too: all names need not be read
        any_account = exists().where(Identity.customer_id == Customer.id, *known)
        return Conversation.customer_id.in_(select(Customer.id).where(or_(named, any_account)))
    return Conversation.customer_id.in_(few)


async def _few(session: AsyncSession, ids: Select[str] | CompoundSelect[str]) -> set[str] | None:
    """The ids, where FEW rows at most have them; None where more do."""
    found = (await session.execute(ids.limit(FEW + 1))).scalars().all()
    return set(found) if len(found) <= FEW else None


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
