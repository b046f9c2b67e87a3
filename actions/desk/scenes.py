"""What is known when a member of staff speaks: the state, what was said in this matter, whether it is settled."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.services import Services
from actions.turns import state_of
from dialogues.desk.guiding import Scene
from dialogues.desk.saying import STEPS
from models.conversations import Conversation
from models.desk import StaffSend
from models.messages import Message
from models.moments import Moment
from models.promises import Promise

SETTLED = "confirm:settled"
NOT_SETTLED = ("confirm:not_yet", "confirm:other")


async def scene_of(session: AsyncSession, conversation: Conversation, services: Services) -> Scene:
    """The scene of a conversation now. The bot's own conflict steps of this episode count as said."""
    state = state_of(conversation)
    moments = await _moments_of_episode(session, conversation.id, state.episode)
    sends = await _sends_since(session, conversation.id, moments[0].created_at if moments else conversation.created_at)
    said = {act["name"] for moment in moments if moment.speaker == "bot" for act in moment.acts} & {*STEPS}
    said |= {act for send in sends for act in send.acts}
    asked_seq = await _last_confirm(session, conversation.id, sends, moments)
    open_promises = select(func.count()).where(Promise.conversation_id == conversation.id, Promise.status == "open")
    return Scene(
        locale=conversation.locale, stage=state.stage.value, conflict=state.conflict.value, heat=state.heat,
        said=frozenset(said), apologised=state.apologised, confirm_asked=asked_seq > 0,
        spoken=bool(sends),
        settled=asked_seq > 0 and await _agreed(session, conversation.id, asked_seq),
        promises=(await session.execute(open_promises)).scalar_one(),
    )  # fmt: skip


async def _moments_of_episode(session: AsyncSession, conversation_id: str, episode: int) -> list[Moment]:
    query = select(Moment).where(Moment.conversation_id == conversation_id, Moment.episode == episode)
    return list((await session.execute(query.order_by(Moment.created_at))).scalars())


async def _sends_since(session: AsyncSession, conversation_id: str, since: object) -> list[StaffSend]:
    query = select(StaffSend).where(
        StaffSend.conversation_id == conversation_id, StaffSend.status == "sent", StaffSend.closed_at >= since
    )
    return list((await session.execute(query.order_by(StaffSend.closed_at))).scalars())


async def _last_confirm(
    session: AsyncSession, conversation_id: str, sends: list[StaffSend], moments: list[Moment]
) -> int:
    """The number of the message that asked last whether all is settled, 0 when none did."""
    asked = [send.message_id for send in sends if "confirm" in send.acts and send.message_id]
    query = select(func.max(Message.seq)).where(Message.id.in_(asked))
    by_staff = (await session.execute(query)).scalar_one() or 0
    turns = [m.turn_id for m in moments if m.speaker == "bot" and any(act["name"] == "confirm" for act in m.acts)]
    query = select(func.max(Message.seq)).where(Message.turn_id.in_(turns), Message.author == "bot")
    return max(by_staff, (await session.execute(query)).scalar_one() or 0)


async def _agreed(session: AsyncSession, conversation_id: str, after: int) -> bool:
    """True when the customer's last answer to that question is that it is settled: tapped, or said so."""
    query = (
        select(Message.payload, Moment.touchpoint)
        .outerjoin(Moment, Moment.turn_id == Message.turn_id)
        .where(Message.conversation_id == conversation_id, Message.author == "customer", Message.seq > after)
        .order_by(Message.seq)
    )
    agreed = False
    for payload, touchpoint in (await session.execute(query)).all():
        if payload in NOT_SETTLED or touchpoint in ("unresolved", "deny"):
            agreed = False
        elif payload == SETTLED or (not payload and touchpoint in ("resolved", "affirm", "thank", "goodbye", "praise")):
            agreed = True
    return agreed
