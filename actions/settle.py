"""One customer turn becomes rows: effects, moment, replies in the outbox, new state. All of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, followups, handovers, moments, promises, replies
from actions.services import Services
from actions.turns import Turn, keep_state
from dialogues.comeback import UNSOLICITED, afterwards, nudge_at
from dialogues.plan import Effect, Plan
from dialogues.state import Owner
from models.conversations import Conversation
from models.messages import Message
from models.moments import Moment

SAID_MEMORY = 60


class TurnMoved(Exception):
    """Something changed since the turn was opened: more was written, or somebody else settled it. Open it again."""


@dataclass(frozen=True)
class Settled:
    """What came of a turn. ``left``: messages of the customer's wait for the next one already."""

    turn_id: str
    acts: tuple[str, ...]
    replies: int
    owner: str
    left: bool = False


async def settle(
    turn: Turn, plan: Plan, heard: Mapping[str, Any], services: Services, *, by_itself: bool = False
) -> Settled:
    """Writes a final plan. Raises TurnMoved when the turn is no longer what was judged.

    ``by_itself``: what was written meanwhile is left to the next turn, as after a tapped choice; the shop was asked to
    do something for this one, and it must be told what came of it.
    """
    bubbles = replies.compose(
        plan.acts, services.wording, locale=plan.state.locale, seed=turn.conversation_id, used=plan.state.said,
        style=plan.style, timezone=turn.timezone,
    )  # fmt: skip
    async with services.database.write() as session:
        conversation, left = await _claim(session, turn, by_itself or bool(turn.choice))
        now = services.clock()
        silent = conversation.owner == Owner.HUMAN.value
        said = () if silent else bubbles
        variants = [variant for bubble in said for variant in bubble.wording]
        await _apply(session, conversation, turn, plan.effects, services, now)
        await moments.record_moment(
            session, moment_id=services.new_id(), turn=turn, plan=plan, heard=heard, book=services.book,
            wording=variants, speaker="human" if silent else "bot", now=now,
        )  # fmt: skip
        keep_state(conversation, replace(plan.state, said=(*plan.state.said, *variants)[-SAID_MEMORY:]))
        origin = replies.Origin(turn.turn_id, turn.client_ids[-1], turn.trace_id)
        replies.queue_replies(session, conversation, said, origin=origin, now=now, services=services)
        await _plan_ahead(session, turn, plan, services, now)
        owner = conversation.owner
    return Settled(turn.turn_id, plan.act_names(), len(said), owner, left)


async def _plan_ahead(session: AsyncSession, turn: Turn, plan: Plan, services: Services, now: datetime) -> None:
    """The customer wrote, so what is to come changes: the reminder moves, a matter that is open again is not asked
    about, one that is settled may be come back to.
    """
    numbers, of = services.numbers, turn.conversation_id
    if plan.outcome == "reopened" and not any(effect.name == "followup" for effect in plan.effects):
        await followups.cancel_kinds(session, of, UNSOLICITED - {"nudge"}, "reopened", now)
    for kind, due_at in afterwards(turn.state, plan.state, plan.outcome, now, numbers).items():
        await followups.schedule(session, services, conversation_id=of, kind=kind, due_at=due_at)
    await followups.renew_nudge(session, services, of, nudge_at(plan.state, now, numbers))


async def settled_before(session: AsyncSession, turn: Turn) -> Settled | None:
    """What came of a turn that was settled already, or None."""
    moment = (await session.execute(select(Moment).where(Moment.turn_id == turn.turn_id))).scalar_one_or_none()
    if moment is None:
        return None
    conversation = await session.get_one(Conversation, turn.conversation_id)
    of_turn = select(func.count()).where(Message.turn_id == turn.turn_id, Message.author == "bot")
    said = (await session.execute(of_turn)).scalar_one()
    left = bool(await conversations.unanswered(session, turn.conversation_id))
    return Settled(turn.turn_id, tuple(act["name"] for act in moment.acts), said, conversation.owner, left)


async def check_unsettled(turn: Turn, services: Services) -> None:
    """Raises TurnMoved when something was settled since the turn was opened: an engine given up as slow comes late."""
    async with services.database.read() as session:
        if (await session.get_one(Conversation, turn.conversation_id)).version != turn.version:
            raise TurnMoved(turn.turn_id)


async def _claim(session: AsyncSession, turn: Turn, by_itself: bool) -> tuple[Conversation, bool]:
    """Locks the conversation and takes the turn's messages; each is answered by exactly one turn.

    Also says whether others wait. Raises TurnMoved.
    """
    conversation = await conversations.lock_conversation(session, turn.conversation_id)
    waiting = await conversations.unanswered(session, turn.conversation_id)
    if by_itself:
        expected = waiting[: len(turn.message_ids)]
    else:
        upto_choice = next((i for i, m in enumerate(waiting) if m.payload), len(waiting))
        expected = waiting[:upto_choice]
    if conversation.version != turn.version or tuple(m.id for m in expected) != turn.message_ids:
        raise TurnMoved(turn.turn_id)
    await conversations.take_up(session, turn.message_ids, turn.turn_id)
    return conversation, len(waiting) > len(expected)


async def _apply(
    session: AsyncSession,
    conversation: Conversation,
    turn: Turn,
    effects: Sequence[Effect],
    services: Services,
    now: datetime,
) -> None:
    last_promise: str | None = None
    ids: dict[str, Any] = {"conversation_id": conversation.id, "now": now}
    for effect in effects:
        match effect.name:
            case "promise":
                promise = promises.record_promise(
                    session, promise_id=services.new_id(), turn_id=turn.turn_id, data=effect.data, **ids
                )
                last_promise = promise.id
                await session.flush()
            case "followup":
                of_promise = last_promise if effect.data["kind"] == "promise_check" else None
                await followups.schedule(
                    session, services, conversation_id=conversation.id, kind=effect.data["kind"],
                    due_at=datetime.fromisoformat(effect.data["due_at"]), promise_id=of_promise,
                )  # fmt: skip
            case "handover":
                handovers.open_handover(
                    session, handover_id=services.new_id(), turn_id=turn.turn_id, data=effect.data, **ids
                )
            case "raise_handover":
                await handovers.raise_handover(session, conversation.id, effect.data)
            case "withdraw":
                await promises.withdraw_promise(session, conversation.id, now=now, **effect.data)
            case "leave_queue":
                await handovers.close_handover(session, conversation.id, "left", now)
            case "stop_contact":
                await promises.stop_contact(session, conversation.customer_id, now)
            case "verify" | "close" | "apology":
                pass  # kept in the state and in the moment
            case unknown:
                raise ValueError(f"no handler for effect {unknown!r}")
