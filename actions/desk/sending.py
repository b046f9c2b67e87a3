"""What staff say to customers: undone for a moment, then said in the transaction that checks who may speak."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import attachments, conversations, handovers
from actions.attachments import UnknownUpload
from actions.conversations import UnknownConversation
from actions.desk.entries import Member, add_entry, clean_text, refuse
from actions.desk.scenes import scene_of
from actions.services import Services
from actions.turns import keep_state, state_of
from dialogues.desk.guiding import skipped
from dialogues.desk.saying import acts_in, after_staff
from dialogues.state import Owner
from models.conversations import Conversation
from models.desk import StaffSend
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment

PROMPT_SECONDS = 15
CONFIRM_CHOICES = (("choice.settled", "confirm:settled"), ("choice.not_yet", "confirm:not_yet"),
                   ("choice.something_else", "confirm:other"))  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What a member of staff wants to say. ``id`` is the page's own: the same one again is the same send.

    ``confirm``: with the choices settled / not yet / something else. ``override``: why a step is skipped. ``files``:
    what was brought before and goes with it; then there need be no text.
    """

    id: str
    text: str
    confirm: bool = False
    override: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Released:
    """What became of a send: its conversation, ``sent`` or ``failed`` with an error."""

    send_id: str
    conversation_id: str
    status: str


async def queue_send(
    conversation_id: str, member: Member, draft: Draft, services: Services, *, undo_s: float,
    heard: Mapping[str, Any] | None = None,
) -> StaffSend:  # fmt: skip
    """Keeps what is to be said; it is said after ``undo_s`` seconds. An earlier one that still waits is said first.

    Raises DeskRefused: not_yours, step_skipped (with what is skipped), empty, too_long, unknown_file.
    """
    text = clean_text(draft.text) if draft.text.strip() or not draft.files else ""
    async with services.database.write() as session:
        known = await session.get(StaffSend, draft.id)
        if known is not None:
            if known.staff_id != member.id or known.conversation_id != conversation_id:
                raise refuse("bad_id")
            return known
        conversation = await conversations.lock_conversation(session, conversation_id)
        handover = await handovers.current_handover(session, conversation_id)
        if not may_speak(conversation, handover, member.id):
            raise refuse("not_yours", name=handover.agent if handover else "", owner=conversation.owner)
        try:
            files = await attachments.unsent(session, conversation_id, draft.files, staff_id=member.id)
        except UnknownUpload:
            raise refuse("unknown_file") from None
        acts = acts_in(text, conversation.locale)
        acts = tuple(dict.fromkeys((*acts, "confirm"))) if draft.confirm else acts
        scene = await scene_of(session, conversation, services)
        warnings = skipped("send", acts, scene, services.numbers)
        if warnings and not draft.override.strip():
            raise refuse("step_skipped", skipped=";".join(warnings))
        if warnings:
            await add_entry(session, conversation, "override", member, services, clean_text(draft.override),
                            skipped=list(warnings), about=text[:200])  # fmt: skip
        for earlier in await _pending(session, conversation_id):
            await _release(session, conversation, handover, earlier, services)
        send = StaffSend(
            id=draft.id, conversation_id=conversation_id, staff_id=member.id, name=member.name, text=text,
            choices=_confirm_choices(services, conversation.locale) if draft.confirm else [], acts=list(acts),
            files=[attachments.told(file) for file in files], heard=dict(heard or {}), created_at=services.clock(),
            release_at=services.clock() + timedelta(seconds=undo_s),
        )  # fmt: skip
        session.add(send)
        if undo_s <= 0:
            await _release(session, conversation, handover, send, services)
        return send


async def undo(send_id: str, member: Member, services: Services) -> StaffSend:
    """Takes back what was not said yet. Raises DeskRefused: too_late, unknown_send."""
    async with services.database.write() as session:
        send = await _own(session, send_id, member)
        if send.status != "pending":
            raise refuse("too_late", status=send.status)
        send.status, send.closed_at = "undone", services.clock()
        return send


async def release(send_id: str, services: Services, *, member: Member | None = None) -> Released | None:
    """Says it now, if it still waits and its writer may still speak; else it fails, and says why. None: was dealt with.

    ``member``: only when it is theirs. Raises DeskRefused: unknown_send.
    """
    async with services.database.write() as session:
        send = await session.get(StaffSend, send_id)
        if send is None or (member is not None and send.staff_id != member.id):
            raise refuse("unknown_send")
        conversation = await conversations.lock_conversation(session, send.conversation_id)
        await session.refresh(send)  # as it is now that the row is locked
        if send.status != "pending":
            return None
        handover = await handovers.current_handover(session, send.conversation_id)
        await _release(session, conversation, handover, send, services)
        return Released(send.id, send.conversation_id, send.status)


async def release_all_of(conversation_id: str, member: Member, services: Services) -> None:
    """Says everything that this member of staff still has waiting in a conversation."""
    async with services.database.read() as session:
        waiting = [send.id for send in await _pending(session, conversation_id) if send.staff_id == member.id]
    for send_id in waiting:
        await release(send_id, services)


async def due_sends(session: AsyncSession, now: datetime) -> list[str]:
    """The sends whose time to be undone is over, oldest first."""
    query = select(StaffSend.id).where(StaffSend.status == "pending", StaffSend.release_at <= now)
    return list((await session.execute(query.order_by(StaffSend.release_at))).scalars())


async def next_release(session: AsyncSession) -> datetime | None:
    """When the next send is due."""
    query = select(StaffSend.release_at).where(StaffSend.status == "pending").order_by(StaffSend.release_at).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def fail_pending(session: AsyncSession, handover: Handover, why: str, services: Services) -> None:
    """Whoever loses a conversation does not speak in it any more: what still waits fails, and is shown as failed."""
    for send in await _pending(session, handover.conversation_id):
        if send.staff_id == handover.agent_id:
            send.status, send.error, send.closed_at = "failed", why, services.clock()


async def check_may_speak(conversation_id: str, member: Member, services: Services) -> None:
    """Raises DeskRefused ``not_yours`` unless this member of staff holds it now, or UnknownConversation."""
    async with services.database.read() as session:
        conversation = await session.get(Conversation, conversation_id)
        if conversation is None:
            raise UnknownConversation(conversation_id)
        handover = await handovers.current_handover(session, conversation_id)
        if not may_speak(conversation, handover, member.id):
            raise refuse("not_yours", name=handover.agent if handover else "")


def may_speak(conversation: Conversation, handover: Handover | None, staff_id: str) -> bool:
    """True when this very member of staff holds the conversation. The rows must be locked."""
    return (
        conversation.owner == Owner.HUMAN.value
        and handover is not None
        and handover.status == "taken"
        and handover.agent_id == staff_id
    )


async def _release(
    session: AsyncSession,
    conversation: Conversation,
    handover: Handover | None,
    send: StaffSend,
    services: Services,
) -> None:
    """Makes it a message under the next number, in the outbox, with the state moved on; or fails it."""
    now = services.clock()
    send.closed_at = now
    if handover is None or not may_speak(conversation, handover, send.staff_id):
        send.status, send.error = "failed", "not_yours"
        return
    try:
        brought = [file["id"] for file in send.files]
        files = await attachments.unsent(session, conversation.id, brought, staff_id=send.staff_id)
    except UnknownUpload:
        send.status, send.error = "failed", "unknown_file"
        return
    message = conversations.add_message(
        session, conversation, message_id=services.new_id(), author="agent", name=send.name, text=send.text, now=now,
        choices=list(send.choices),
    )  # fmt: skip
    message.turn_id = message.id
    if files:
        await attachments.tie(session, message, files)
    send.status, send.message_id = "sent", message.id
    keep_state(conversation, after_staff(state_of(conversation), send.acts, services.numbers))
    if handover.first_reply_at is None:
        handover.first_reply_at = now
    await _answered(session, conversation.id, message, now)


async def _answered(session: AsyncSession, conversation_id: str, reply: Message, now: datetime) -> None:
    """The moments that a person had to answer learn how long it took."""
    query = (
        select(Moment, Message)
        .join(Message, Message.id == Moment.turn_id)
        .where(Moment.conversation_id == conversation_id, Moment.speaker == "human", Message.seq < reply.seq)
        .order_by(Message.seq.desc())
        .limit(20)
    )
    before = select(Message.seq).where(Message.conversation_id == conversation_id, Message.author == "agent",
                                       Message.seq < reply.seq).order_by(Message.seq.desc()).limit(1)  # fmt: skip
    last = (await session.execute(before)).scalar_one_or_none() or 0
    for moment, asked in (await session.execute(query)).all():
        if asked.seq <= last:
            break
        moment.seconds = max((now - asked.created_at).total_seconds(), 0.0)
        moment.rater = {**moment.rater, "responsiveness": moment.seconds <= PROMPT_SECONDS}


async def _pending(session: AsyncSession, conversation_id: str) -> Sequence[StaffSend]:
    await session.flush()
    query = select(StaffSend).where(StaffSend.conversation_id == conversation_id, StaffSend.status == "pending")
    return (await session.execute(query.order_by(StaffSend.release_at))).scalars().all()


async def _own(session: AsyncSession, send_id: str, member: Member) -> StaffSend:
    send = await session.get(StaffSend, send_id, with_for_update=True)
    if send is None or send.staff_id != member.id:
        raise refuse("unknown_send")
    return send


def _confirm_choices(services: Services, locale: str) -> list[dict[str, str]]:
    return [{"title": services.wording.say(key, locale).text, "payload": payload} for key, payload in CONFIRM_CHOICES]


async def sends_of(
    session: AsyncSession, conversation_id: str, statuses: Collection[str] = ("pending", "failed")
) -> list[StaffSend]:
    """The sends of a conversation in these states, oldest first."""
    query = select(StaffSend).where(StaffSend.conversation_id == conversation_id, StaffSend.status.in_(statuses))
    return list((await session.execute(query.order_by(StaffSend.created_at))).scalars())


def as_frame(send: StaffSend) -> dict[str, Any]:
    """A send as the desk's protocol tells it."""
    return {"type": "send", "conversation": send.conversation_id, "id": send.id, "status": send.status,
            "error": send.error, "text": send.text, "files": send.files, "by": {"id": send.staff_id, "name": send.name},
            "release_at": send.release_at.isoformat(), "message": send.message_id}  # fmt: skip
