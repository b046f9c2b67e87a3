"""Who holds a conversation: take over, hand back, transfer, assign, close. Each in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import comebacks, conversations, followups, handovers, promises
from actions.desk import sending
from actions.desk.caring import care_after
from actions.desk.entries import Member, add_entry, clean_text, refuse
from actions.desk.scenes import scene_of
from actions.services import Services
from actions.turns import keep_state, state_of
from dialogues.desk.assigning import ASK_AGAIN_AFTER_S
from dialogues.desk.guiding import skipped
from dialogues.episodes import taken_over
from dialogues.state import Owner, Stage
from models.conversations import Conversation
from models.desk import Seat
from models.handovers import Handover

CALL_BACK = "call_back"


async def take(conversation_id: str, member: Member, services: Services) -> Handover:
    """Takes a conversation over: from the queue, from the bot, or (with the right to) from somebody else.

    Keeps the call-back promise. Taking what one holds already changes nothing. Raises DeskRefused: held.
    """
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, conversation_id)
        now = services.clock()
        handover = await handovers.current_handover(session, conversation_id)
        if conversation.owner == Owner.HUMAN.value and handover is not None:
            if holds(handover, member):
                return handover
            if not member.may_any:
                raise refuse("held", name=handover.agent)
            await sending.fail_pending(session, handover, "taken_over", services)
        if handover is None:
            handover = _opened_by_hand(session, conversation, member, services)
        before = handover.agent if handover.status == "taken" else ""
        handover.status, handover.agent, handover.agent_id, handover.taken_at = "taken", member.name, member.id, now
        handover.assigned_id, handover.assigned_name = member.id, member.name
        for promise in await promises.open_promises(session, conversation_id):
            if promise.key == CALL_BACK:
                await promises.close_promise(session, promise, "kept", now)
        keep_state(conversation, taken_over(state_of(conversation)))
        await add_entry(session, conversation, "taken", member, services, **({"from": before} if before else {}))
        await _served(session, member.id, now)
        return handover


async def hand_back(conversation_id: str, member: Member, note: str, services: Services) -> None:
    """Gives the conversation back to the bot, with a note that the bot and the next colleague get.

    What was about to be sent is sent first. Raises DeskRefused: not_yours.
    """
    await sending.release_all_of(conversation_id, member, services)
    async with services.database.write() as session:
        conversation, handover = await _held_by(session, conversation_id, member)
        await add_entry(session, conversation, "handed_back", member, services, note)
        await comebacks.give_back(session, conversation, note, services)
        await care_after(session, handover, services)


async def transfer(conversation_id: str, member: Member, to: Member | None, note: str, services: Services) -> None:
    """Gives the conversation to a colleague, or back into the queue for anyone. The customer is not spoken to.

    Raises DeskRefused: not_yours.
    """
    await sending.release_all_of(conversation_id, member, services)
    async with services.database.write() as session:
        conversation, handover = await _held_by(session, conversation_id, member)
        await care_after(session, handover, services)
        now = services.clock()
        handover.status, handover.closed_at, handover.note = "handed_back", now, note
        session.add(Handover(
            id=services.new_id(), conversation_id=conversation.id, turn_id=handover.turn_id, reason=handover.reason,
            why=handover.why, brief={**handover.brief, "note": note}, created_at=now,
            assigned_id=to.id if to else "", assigned_name=to.name if to else "",
            assigned_why="transfer" if to else "", assigned_at=now if to else None,
        ))  # fmt: skip
        keep_state(conversation, replace(state_of(conversation), owner=Owner.QUEUE, note=note))
        to_whom = {"to": to.id, "to_name": to.name} if to else {}
        await add_entry(session, conversation, "transferred", member, services, note, **to_whom)


async def assign(
    conversation_id: str, to: Member | None, services: Services, *, by: Member | None = None, why: str = "hand"
) -> bool:
    """Asks a colleague to take a waiting conversation (None: nobody in particular). False when nobody waits any more.

    By hand also from somebody who holds it, for who has the right to: it then waits for the other. ``by`` None: the
    desk itself, which never takes away what somebody was asked for by hand.
    """
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, conversation_id)
        handover = await handovers.current_handover(session, conversation_id)
        if by is not None and handover is not None and handover.status == "taken":
            if not (by.may_any or holds(handover, by)):
                raise refuse("held", name=handover.agent)
            await sending.fail_pending(session, handover, "reassigned", services)
            handover.status, handover.agent, handover.agent_id, handover.taken_at = "waiting", "", "", None
            keep_state(conversation, replace(state_of(conversation), owner=Owner.QUEUE))
        if handover is None or handover.status != "waiting" or conversation.owner != Owner.QUEUE.value:
            if by is not None:
                raise refuse("nobody_waits")
            return False
        if by is None and handover.assigned_id and handover.assigned_at:
            asked_for = services.clock() - handover.assigned_at
            if asked_for < timedelta(seconds=ASK_AGAIN_AFTER_S):
                return False  # another process was faster
        handover.assigned_id, handover.assigned_name = (to.id, to.name) if to else ("", "")
        handover.assigned_why, handover.assigned_at = (why if to else ""), services.clock()
        if to:
            await _served(session, to.id, services.clock())
        to_whom = {"to": to.id, "to_name": to.name, "why": why} if to else {}
        await add_entry(session, conversation, "assigned", by, services, **to_whom)
        return True


async def close(
    conversation_id: str, member: Member, services: Services, *, override: str = "", note: str = ""
) -> None:
    """Closes the matter. Without the customer's yes to Confirm only with a reason, which is kept.

    The outcome is checked later. Raises DeskRefused: not_yours, close_unconfirmed.
    """
    await sending.release_all_of(conversation_id, member, services)
    async with services.database.write() as session:
        conversation, handover = await _held_by(session, conversation_id, member)
        scene = await scene_of(session, conversation, services)
        warnings = skipped("close", (), scene, services.numbers)
        if warnings and not override.strip():
            raise refuse("close_unconfirmed")
        if warnings:
            await add_entry(session, conversation, "override", member, services, clean_text(override),
                            skipped=list(warnings))  # fmt: skip
        now = services.clock()
        check = now + timedelta(hours=services.numbers.outcome_check_after_hours)
        await followups.schedule(session, services, conversation_id=conversation.id, kind="outcome_check", due_at=check)
        await handovers.close_handover(session, conversation_id, "closed", now, note)
        keep_state(conversation, replace(
            state_of(conversation), owner=Owner.BOT, stage=Stage.CLOSED, handover_reason="", note=note, asked_now="",
        ))  # fmt: skip
        await add_entry(session, conversation, "closed", member, services, note, settled=scene.settled)
        await care_after(session, handover, services)


def holds(handover: Handover, member: Member) -> bool:
    """True when that member of staff holds the conversation now."""
    return handover.status == "taken" and handover.agent_id == member.id


async def _held_by(session: AsyncSession, conversation_id: str, member: Member) -> tuple[Conversation, Handover]:
    """The conversation, locked, and its handover. Raises DeskRefused: not_yours."""
    conversation = await conversations.lock_conversation(session, conversation_id)
    handover = await handovers.current_handover(session, conversation_id)
    if conversation.owner != Owner.HUMAN.value or handover is None or not holds(handover, member):
        raise refuse("not_yours", name=handover.agent if handover else "", owner=conversation.owner)
    return conversation, handover


def _opened_by_hand(session: AsyncSession, conversation: Conversation, member: Member, services: Services) -> Handover:
    """A handover that nobody asked for: a member of staff steps in."""
    state = state_of(conversation)
    data: dict[str, Any] = {
        "reason": "staff", "why": f"{member.name} stepped in",
        "brief": {"issue": state.issue, "heats": list(state.heats), "stage": state.stage.value,
                  "conflict": state.conflict.value, "needs": list(state.needs), "offered": list(state.options_shown),
                  "refused": list(state.options_refused), "done": list(state.options_done), "note": state.note,
                  "next_step": "explore"},
    }  # fmt: skip
    return handovers.open_handover(
        session, handover_id=services.new_id(), conversation_id=conversation.id, turn_id=conversation.id, data=data,
        now=services.clock(),
    )  # fmt: skip


async def _served(session: AsyncSession, staff_id: str, now: datetime) -> None:
    seat = (await session.execute(select(Seat).where(Seat.staff_id == staff_id))).scalar_one_or_none()
    if seat is not None:
        seat.served_at = now
