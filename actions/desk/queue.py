"""The queue as the desk shows it: one row a conversation, with everything that its order depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.desk.entries import iso
from actions.promises import TO_BE_KEPT
from actions.services import Services
from dialogues.desk.urgency import Case, reasons_of, score
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.orders import ShopOrder
from models.promises import Promise

ACTIVE_FOR = timedelta(hours=1)  # a conversation with the bot is shown so long after its last word
CLOSED_SHOWN = 100
TEXT_SHOWN = 160
_OPEN = ("waiting", "taken")
_WITH_PEOPLE = (Handover.conversation_id == Conversation.id) & Handover.status.in_(_OPEN)


@dataclass(frozen=True)
class Around:
    """What is known about several conversations, by their ids."""

    last: Mapping[str, Message] = field(default_factory=dict)
    words: Mapping[str, Message] = field(default_factory=dict)
    unanswered: Mapping[str, datetime] = field(default_factory=dict)
    promised: Mapping[str, datetime] = field(default_factory=dict)
    felt: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    value: Mapping[str, float] = field(default_factory=dict)


async def active_ids(session: AsyncSession, services: Services) -> list[str]:
    """All conversations that are with people or were active lately."""
    query = select(Conversation.id).distinct().outerjoin(Handover, _WITH_PEOPLE).where(_is_active(services))
    return list((await session.execute(query)).scalars())


async def active_rows(session: AsyncSession, services: Services, ids: Collection[str] | None = None) -> list[Any]:
    """The rows of all conversations that are with people or were active lately; of these ids only, if given.

    An id without a row is not active any more.
    """
    query = (
        select(Conversation, Customer, Handover)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Handover, _WITH_PEOPLE)
        .where(_is_active(services))
    )
    if ids is not None:
        query = query.where(Conversation.id.in_(ids))
    return await _rows(session, services, (await session.execute(query)).all())


def _is_active(services: Services) -> ColumnElement[bool]:
    recently = services.clock() - ACTIVE_FOR
    return or_(Handover.id.is_not(None), (Conversation.updated_at > recently) & (Conversation.next_seq > 1))


async def closed_rows(session: AsyncSession, services: Services, staff_id: str | None = None) -> list[Any]:
    """Conversations that people had and that are over, the latest first; those of one member of staff, if given."""
    last = select(Handover.conversation_id, func.max(Handover.created_at).label("at")).group_by(
        Handover.conversation_id
    )
    newest = last.subquery()
    query = (
        select(Conversation, Customer, Handover)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(newest, newest.c.conversation_id == Conversation.id)
        .join(Handover, (Handover.conversation_id == Conversation.id) & (Handover.created_at == newest.c.at))
        .where(Handover.status.not_in(_OPEN))
        .order_by(Handover.closed_at.desc())
        .limit(CLOSED_SHOWN)
    )
    if staff_id is not None:
        query = query.where(Handover.agent_id == staff_id)
    return await _rows(session, services, (await session.execute(query)).all())


async def _rows(session: AsyncSession, services: Services, found: Sequence[Any]) -> list[Any]:
    around = await _around(session, [row[0] for row in found])
    now = services.clock()
    one_each = {conversation.id: (conversation, customer, handover) for conversation, customer, handover in found}
    return [row_of(*each, around, now, services) for each in one_each.values()]


def row_of(
    conversation: Conversation,
    customer: Customer,
    handover: Handover | None,
    around: Around,
    now: datetime,
    services: Services,
) -> dict[str, Any]:
    """One row, JSON-ready. Times are there so that pages count for themselves."""
    state, cid = conversation.state, conversation.id
    is_open = handover is not None and handover.status in _OPEN
    heats = [int(heat) for heat in state.get("heats", ())]
    emotion, intensity = around.felt.get(cid, ("neutral", 0))
    unanswered = around.unanswered.get(cid)
    if handover is not None and handover.status == "taken" and handover.first_reply_at is None:
        unanswered = unanswered or handover.taken_at  # the bot's word is not the one that was asked for
    case = Case(
        status=handover.status if handover and is_open else "bot", since=handover.created_at if handover else now,
        reason=handover.reason if handover else "", heats=tuple(heats), heat=int(state.get("heat", 0)),
        unanswered_since=unanswered if is_open else None, promise_due=around.promised.get(cid),
        value=around.value.get(conversation.customer_id, 0.0), emotion=emotion, intensity=intensity,
    )  # fmt: skip
    reasons = reasons_of(case, now, services.numbers) if is_open else ()
    last = around.last.get(cid)
    return {
        "id": cid, "customer": customer.name, "customer_id": customer.id, "locale": conversation.locale,
        "channel": conversation.channel, "owner": conversation.owner, "read_seq": conversation.read_seq,
        "status": case.status if is_open or handover is None else handover.status,
        "reason": case.reason, "why": handover.why if handover else "",
        "since": iso(handover.created_at) if handover else None,
        "taken_at": iso(handover.taken_at) if handover else None,
        "first_reply_at": iso(handover.first_reply_at) if handover else None,
        "closed_at": iso(handover.closed_at) if handover else None,
        "agent": _person(handover.agent_id, handover.agent) if handover else None,
        "assigned": _person(handover.assigned_id, handover.assigned_name) if handover and is_open else None,
        "assigned_why": handover.assigned_why if handover else "",
        "heat": case.heat, "heats": heats, "emotion": emotion, "intensity": intensity,
        "stage": state.get("stage", "idle"), "conflict": state.get("conflict", "none"), "issue": state.get("issue", ""),
        "value": case.value, "unanswered_since": iso(case.unanswered_since), "promise_due": iso(case.promise_due),
        "last": _last(last), "words": _last(around.words.get(cid)),
        "handover_words": (handover.brief.get("last_words") or "")[:TEXT_SHOWN] if handover else "",
        "updated_at": iso(conversation.updated_at), "seq": conversation.next_seq - 1,
        "urgency": {"score": score(reasons), "reasons": [{"code": why.code, "points": why.points, **why.figures}
                                                           for why in reasons]},
    }  # fmt: skip


def _person(staff_id: str, name: str) -> dict[str, str] | None:
    return {"id": staff_id, "name": name} if name else None


def _last(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    return {"author": message.author, "text": message.text[:TEXT_SHOWN], "at": message.created_at.isoformat(),
            "seq": message.seq, "name": message.name}  # fmt: skip


async def _around(session: AsyncSession, conversations: Sequence[Conversation]) -> Around:
    ids = [row.id for row in conversations]
    if not ids:
        return Around()
    return Around(
        last=await _last_messages(session, ids), words=await _last_words(session, ids),
        unanswered=await unanswered_since(session, ids),
        promised=await _next_promises(session, ids), felt=await _feelings(session, ids),
        value=await _values(session, {row.customer_id for row in conversations}),
    )  # fmt: skip


async def _last_messages(session: AsyncSession, ids: Iterable[str]) -> dict[str, Message]:
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id.in_(ids), Message.seq == Conversation.next_seq - 1)
    )
    return {message.conversation_id: message for message in (await session.execute(query)).scalars()}


async def _last_words(session: AsyncSession, ids: Iterable[str]) -> dict[str, Message]:
    """What each customer wrote last."""
    newest = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(ids), Message.author == "customer")
        .group_by(Message.conversation_id)
        .subquery()
    )
    query = select(Message).join(
        newest, (newest.c.conversation_id == Message.conversation_id) & (newest.c.seq == Message.seq)
    )
    return {message.conversation_id: message for message in (await session.execute(query)).scalars()}


async def unanswered_since(session: AsyncSession, ids: Iterable[str]) -> dict[str, datetime]:
    """When the customer wrote the first message that no person, and no bot that may speak, answered since."""
    spoke = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(ids), Message.author.in_(("agent", "bot")))
        .group_by(Message.conversation_id)
        .subquery()
    )
    query = (
        select(Message.conversation_id, func.min(Message.created_at))
        .outerjoin(spoke, spoke.c.conversation_id == Message.conversation_id)
        .where(Message.conversation_id.in_(ids), Message.author == "customer",
               Message.seq > func.coalesce(spoke.c.seq, 0))
        .group_by(Message.conversation_id)
    )  # fmt: skip
    return {cid: _aware(at) for cid, at in (await session.execute(query)).all()}


async def _next_promises(session: AsyncSession, ids: Iterable[str]) -> dict[str, datetime]:
    query = (
        select(Promise.conversation_id, func.min(Promise.told_due_at))
        .where(Promise.conversation_id.in_(ids), Promise.status.in_(TO_BE_KEPT))
        .group_by(Promise.conversation_id)
    )
    return {cid: _aware(at) for cid, at in (await session.execute(query)).all()}


async def _feelings(session: AsyncSession, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    newest = (
        select(Moment.conversation_id, func.max(Moment.created_at).label("at"))
        .where(Moment.conversation_id.in_(ids))
        .group_by(Moment.conversation_id)
        .subquery()
    )
    query = select(Moment.conversation_id, Moment.emotion, Moment.intensity).join(
        newest, (newest.c.conversation_id == Moment.conversation_id) & (newest.c.at == Moment.created_at)
    )
    return {cid: (emotion, intensity) for cid, emotion, intensity in (await session.execute(query)).all()}


async def _values(session: AsyncSession, customer_ids: Iterable[str]) -> dict[str, float]:
    """What each customer's account has spent so far: the sum of its orders that were not cancelled."""
    query = (
        select(Identity.customer_id, func.sum(cast(func.nullif(ShopOrder.amount, ""), Float)))
        .join(ShopOrder, ShopOrder.account == Identity.external_id)
        .where(Identity.customer_id.in_(customer_ids), Identity.linked, ShopOrder.status != "cancelled")
        .group_by(Identity.customer_id)
    )
    return {customer_id: float(total or 0) for customer_id, total in (await session.execute(query)).all()}


def _aware(moment: datetime) -> datetime:
    """An aggregate of times keeps its column's type on both databases; this is for a driver that forgets it."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
