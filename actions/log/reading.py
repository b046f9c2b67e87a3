"""One conversation to be read: all that was said, what was heard in each turn and why it was answered so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.conversations import UnknownConversation
from actions.desk import entries
from actions.desk.entries import iso
from actions.replies import as_frame
from models.conversations import Conversation
from models.customers import Customer
from models.handovers import Handover
from models.log import LogComment
from models.messages import Message
from models.moments import Moment
from models.promises import Promise

MESSAGES = 200  # a page


async def read(session: AsyncSession, conversation_id: str, *, after: int = 0) -> dict[str, Any]:
    """The conversation from message ``after`` on, a page at a time. Raises UnknownConversation."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    customer = await session.get_one(Customer, conversation.customer_id)
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .limit(MESSAGES + 1)
    )
    found = list((await session.execute(query)).scalars())
    messages, more = found[:MESSAGES], len(found) > MESSAGES
    turns = {message.turn_id for message in messages if message.turn_id}
    seq_of = {message.id: message.seq for message in messages}
    moments = list((await session.execute(select(Moment).where(Moment.turn_id.in_(turns)))).scalars())
    moments.sort(key=lambda moment: seq_of.get(moment.turn_id, 0))  # as they were said
    told = {
        "id": conversation.id, "customer": customer.name, "customer_id": customer.id, "channel": conversation.channel,
        "locale": conversation.locale, "owner": conversation.owner, "at": iso(conversation.created_at),
        "updated_at": iso(conversation.updated_at), "messages": [_message(message) for message in messages],
        "moments": [moment_as_read(moment, seq_of.get(moment.turn_id)) for moment in moments],
        "more": messages[-1].seq if more else None,
    }  # fmt: skip
    return {**told, **(await _beside(session, conversation_id) if after == 0 else {})}


async def _beside(session: AsyncSession, conversation_id: str) -> dict[str, Any]:
    handovers = (
        await session.execute(
            select(Handover).where(Handover.conversation_id == conversation_id).order_by(Handover.created_at)
        )
    ).scalars()
    promises = (
        await session.execute(
            select(Promise).where(Promise.conversation_id == conversation_id).order_by(Promise.created_at)
        )
    ).scalars()
    return {
        "entries": [entries.as_frame(e) for e in await entries.entries_after(session, conversation_id, 0)],
        "handovers": [
            {"reason": h.reason, "why": h.why, "status": h.status, "agent": h.agent, "at": iso(h.created_at),
             "taken_at": iso(h.taken_at), "closed_at": iso(h.closed_at)} for h in handovers
        ],
        "promises": [
            {"issue": p.issue, "key": p.key, "what": p.what, "owner": p.owner, "status": p.status,
             "due_at": iso(p.told_due_at), "closed_at": iso(p.closed_at)} for p in promises
        ],
        "comments": [comment_as_read(c) for c in await comments_of(session, conversation_id)],
    }  # fmt: skip


def _message(message: Message) -> dict[str, Any]:
    told = {**as_frame(message), "id": message.id, "turn": message.turn_id, "wording": message.wording}
    if message.payload:
        told["tapped"] = True
    if message.edited_at:
        told["edited_at"] = iso(message.edited_at)
    return told


def moment_as_read(moment: Moment, seq: int | None) -> dict[str, Any]:
    """A moment of truth with what was heard, what was decided and why, and what came of it."""
    heard = {name: moment.heard.get(name) for name in (
        "intent", "confidence", "runner_up", "unsure", "emotion", "intensity", "needs", "entities", "safety", "repeat",
        "language")}  # fmt: skip
    return {
        "id": moment.id, "turn": moment.turn_id, "seq": seq, "at": iso(moment.created_at), "kind": moment.kind,
        "touchpoint": moment.touchpoint, "issue": moment.issue, "stage": moment.stage, "conflict": moment.conflict,
        "emotion": moment.emotion, "intensity": moment.intensity, "heat": moment.heat,
        "emotion_after": moment.emotion_after, "intensity_after": moment.intensity_after, "heard": heard,
        "before": moment.before, "after": moment.after, "acts": moment.acts, "wording": moment.wording,
        "reasons": moment.reasons, "speaker": moment.speaker, "seconds": round(moment.seconds, 1),
        "expectation": moment.expectation, "outcome": moment.outcome, "rater": moment.rater,
    }  # fmt: skip


async def comments_of(session: AsyncSession, conversation_id: str) -> list[LogComment]:
    """What colleagues remarked, in order."""
    query = select(LogComment).where(LogComment.conversation_id == conversation_id).order_by(LogComment.created_at)
    return list((await session.execute(query)).scalars())


def comment_as_read(comment: LogComment) -> dict[str, Any]:
    """A comment as the page shows it."""
    return {"id": comment.id, "seq": comment.seq, "by": comment.staff_name, "by_id": comment.staff_id,
            "text": comment.text, "at": iso(comment.created_at)}  # fmt: skip
