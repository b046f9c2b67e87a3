"""What lies beside a conversation: the brief, the customer, promises, why the bot decided as it did."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, handovers, shop
from actions.desk import entries, promising, sending
from actions.desk.entries import iso
from actions.desk.scenes import scene_of
from actions.replies import as_frame
from actions.services import Services
from actions.turns import state_of
from dialogues.desk.guiding import Scene, conflict_steps, eoac_steps, next_step
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry

HISTORY_SHOWN = 300
MOMENTS_SHOWN = 60
_BRIEF = ("issue", "needs", "facts", "refused_facts", "offered", "refused", "done", "parked", "note",
          "last_words", "unresolved", "steps_said")  # fmt: skip


async def conversation_page(session: AsyncSession, conversation_id: str, services: Services) -> dict[str, Any] | None:
    """Everything that is shown when a conversation is opened; None when there is none."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        return None
    return {
        "id": conversation.id, "owner": conversation.owner, "locale": conversation.locale,
        "channel": conversation.channel, "seq": conversation.next_seq - 1, "read_seq": conversation.read_seq,
        "delivered_seq": conversation.delivered_seq,
        "messages": await _messages(session, conversation.id),
        "entries": [entries.as_frame(e) for e in await entries.entries_after(session, conversation.id, 0)],
        "sends": [sending.as_frame(send) for send in await sending.sends_of(session, conversation.id)],
        "earlier": await _earlier(session, conversation), "card": await card(session, conversation, services),
    }  # fmt: skip


async def card(session: AsyncSession, conversation: Conversation, services: Services) -> dict[str, Any]:
    """The card beside a conversation, with where it is in EOAC and the conflict steps."""
    state = state_of(conversation)
    handover = await handovers.current_handover(session, conversation.id) or await _last_handover(
        session, conversation.id
    )
    brief = dict(handover.brief) if handover else {}
    scene = await scene_of(session, conversation, services)
    following = next_step(scene, brief.get("next_step") or "", services.numbers)
    account = await conversations.linked_account(session, conversation.customer_id)
    number = state.facts.get("order_number", "") if state.verified else ""
    orders = await shop.visible_orders(session, account=account, number=number)
    return {
        "handover": _handover(handover), "brief": {**{key: brief.get(key) for key in _BRIEF}, "next_step": following},
        "now": {"stage": state.stage.value, "conflict": state.conflict.value, "heat": state.heat,
                "heats": list(state.heats), "issue": state.issue, "needs": list(state.needs),
                "style": dict(state.style), "offered": list(state.options_shown),
                "refused": list(state.options_refused),
                "done": list(state.options_done), "facts": _facts(state.facts), "apologised": state.apologised},
        "steps": steps(scene, services), "customer": await _customer(session, conversation, account, state.verified),
        "orders": [asdict(order) for order in orders],
        "promises": [promising.as_data(p) for p in await promising.open_of(session, conversation.id)],
        "moments": await _moments(session, conversation.id),
    }  # fmt: skip


async def is_known(session: AsyncSession, conversation_id: str) -> bool:
    """True when there is such a conversation."""
    found = await session.execute(select(Conversation.id).where(Conversation.id == conversation_id))
    return found.scalar_one_or_none() is not None


def steps(scene: Scene, services: Services) -> dict[str, Any]:
    """Where a conversation is: both rows of steps, and what was said."""
    return {
        "conflict": [asdict(step) for step in conflict_steps(scene, services.numbers)],
        "eoac": [asdict(step) for step in eoac_steps(scene)], "said": sorted(scene.said), "settled": scene.settled,
        "confirm_asked": scene.confirm_asked, "heat": scene.heat,
    }  # fmt: skip


def _facts(facts: Any) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name != "phone_last4"}


async def messages_after(session: AsyncSession, conversation_id: str, seq: int) -> list[dict[str, Any]]:
    """The messages with a greater number, each with what became of its delivery."""
    query = _with_delivery(conversation_id).where(Message.seq > seq).order_by(Message.seq.desc()).limit(HISTORY_SHOWN)
    return [_shown(message, delivery) for message, delivery in reversed((await session.execute(query)).all())]


async def message_at(session: AsyncSession, conversation_id: str, seq: int) -> dict[str, Any] | None:
    """The message with that number, as it is now."""
    found = (await session.execute(_with_delivery(conversation_id).where(Message.seq == seq))).one_or_none()
    return _shown(found[0], found[1]) if found else None


def _with_delivery(conversation_id: str) -> Select[Message, str]:
    query = select(Message, OutboxEntry.status).outerjoin(OutboxEntry, OutboxEntry.id == Message.id)
    return query.where(Message.conversation_id == conversation_id)


async def _messages(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    return await messages_after(session, conversation_id, 0)


def _shown(message: Message, delivery: str | None) -> dict[str, Any]:
    frame = {**as_frame(message), "id": message.id, "conversation": message.conversation_id}
    if message.payload:
        frame["tapped"] = True
    if message.edited_at:
        frame["edited_at"] = message.edited_at.isoformat()
    if delivery:
        frame["delivery"] = delivery
    return frame


async def _earlier(session: AsyncSession, conversation: Conversation) -> list[dict[str, Any]]:
    """This customer's other conversations, over all channels, the latest first."""
    query = (
        select(Conversation, func.count(Message.id))
        .outerjoin(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.customer_id == conversation.customer_id, Conversation.id != conversation.id)
        .group_by(Conversation.id)
        .having(func.count(Message.id) > 0)
        .order_by(Conversation.created_at.desc())
        .limit(30)
    )
    return [
        {"id": row.id, "channel": row.channel, "at": iso(row.created_at), "messages": count,
         "issue": row.state.get("issue", ""), "owner": row.owner}
        for row, count in (await session.execute(query)).all()
    ]  # fmt: skip


async def _last_handover(session: AsyncSession, conversation_id: str) -> Handover | None:
    query = select(Handover).where(Handover.conversation_id == conversation_id).order_by(Handover.created_at.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none()


def _handover(handover: Handover | None) -> dict[str, Any] | None:
    if handover is None:
        return None
    return {"reason": handover.reason, "why": handover.why, "status": handover.status, "agent": handover.agent,
            "agent_id": handover.agent_id, "since": iso(handover.created_at), "taken_at": iso(handover.taken_at),
            "note": handover.note}  # fmt: skip


async def _customer(session: AsyncSession, conversation: Conversation, account: str, verified: bool) -> dict[str, Any]:
    customer = await session.get_one(Customer, conversation.customer_id)
    channels = select(Identity.channel).where(Identity.customer_id == customer.id)
    return {
        "id": customer.id, "name": customer.name, "account": account, "verified": bool(account) or verified,
        "timezone": customer.timezone, "since": iso(customer.created_at),
        "channels": sorted(set((await session.execute(channels)).scalars())),
        "contact_stopped_at": iso(customer.contact_stopped_at), "unreachable_at": iso(conversation.unreachable_at),
    }  # fmt: skip


async def _moments(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    """The moment log: what was heard, what was decided and why, what the customer felt next."""
    query = (
        select(Moment, Message.seq)
        .outerjoin(Message, Message.id == Moment.turn_id)
        .where(Moment.conversation_id == conversation_id)
        .order_by(Moment.created_at.desc())
        .limit(MOMENTS_SHOWN)
    )
    return [
        {"turn": moment.turn_id, "seq": seq, "at": iso(moment.created_at), "kind": moment.kind,
         "touchpoint": moment.touchpoint, "emotion": moment.emotion, "intensity": moment.intensity, "heat": moment.heat,
         "stage": moment.stage, "conflict": moment.conflict, "acts": [act["name"] for act in moment.acts],
         "reasons": list(moment.reasons), "speaker": moment.speaker, "seconds": round(moment.seconds, 1),
         "expectation": moment.expectation, "outcome": moment.outcome}
        for moment, seq in reversed((await session.execute(query)).all())
    ]  # fmt: skip
