"""What members of staff say: to the customer, with a time to undo; to each other; and what they promise."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from actions import attachments
from actions.attachments import TooManyUnsent
from actions.desk import noting, promising, sending
from actions.desk.entries import refuse
from actions.media import MediaRefused
from actions.storage import StorageError
from bot.attachments import TooLarge, read_file
from bot.staff.access import Person
from bot.staff.desk.asking import Answerer, Assigner, At, Words, found, member_of
from bot.staff.desk.desk import Desk
from models.desk import DeskEntry

router = APIRouter(prefix="/desk/api")
log = structlog.get_logger("desk")
FILES_AT_MOST = 5


class SendBody(BaseModel):
    """A reply. ``id`` is the page's own: the same one again is the same reply."""

    id: str = Field(min_length=8, max_length=36, pattern=r"^[A-Za-z0-9-]+$")
    text: Words
    confirm: bool = False
    override: Words = ""
    files: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=FILES_AT_MOST)


class EntryBody(BaseModel):
    """A note or a whisper."""

    text: Words = ""


class PromiseBody(BaseModel):
    """What was promised, and for when."""

    what: Words
    due_at: datetime


@router.post("/conversations/{conversation_id}/send")
async def send(who: Answerer, desk: At, conversation_id: str, body: SendBody) -> dict[str, Any]:
    """Keeps a reply, which is said unless it is undone in time."""
    async with found(desk, conversation_id) as (_, row):
        locale = row.locale
    kept = await sending.queue_send(
        conversation_id, member_of(who),
        sending.Draft(body.id, body.text, body.confirm, body.override, tuple(body.files)), desk.house.services,
        undo_s=desk.undo_s, heard=await desk.hear(body.text, locale) if body.text.strip() else {},
    )  # fmt: skip
    desk.will_send()
    desk.tell_customer(conversation_id)
    desk.tell_staff(conversation_id)
    return sending.as_frame(kept)


@router.post("/conversations/{conversation_id}/files")
async def bring_file(request: Request, who: Answerer, desk: At, conversation_id: str) -> dict[str, Any]:
    """Takes a file in that a reply will send: the body, or a form's first file. Only who holds the chat may."""
    await sending.check_may_speak(conversation_id, member_of(who), desk.house.services)
    try:
        sent = await read_file(request)
        if sent is None:
            raise MediaRefused("bad_upload")
        kept = await desk.house.cabinet.keep(conversation_id, sent.data, sent.name, staff_id=who.id)
    except TooLarge:
        raise refuse("too_large") from None
    except MediaRefused as refusal:
        raise refuse(refusal.code) from None
    except TooManyUnsent:
        raise refuse("too_many_files") from None
    except StorageError:
        log.exception("a file could not be stored", conversation=conversation_id)
        raise refuse("unavailable") from None
    return attachments.told(kept)


@router.post("/sends/{send_id}/undo")
async def undo(who: Answerer, desk: At, send_id: str) -> dict[str, Any]:
    """Takes it back."""
    undone = await sending.undo(send_id, member_of(who), desk.house.services)
    desk.tell_staff(undone.conversation_id)
    return sending.as_frame(undone)


@router.post("/sends/{send_id}/now")
async def send_now(who: Answerer, desk: At, send_id: str) -> dict[str, Any]:
    """Says it without waiting any longer."""
    released = await sending.release(send_id, desk.house.services, member=member_of(who))
    if released is not None:
        desk.tell_customer(released.conversation_id)
        desk.tell_staff(released.conversation_id)
    return {"ok": True, "status": released.status if released else "done"}


@router.post("/conversations/{conversation_id}/notes")
async def add_note(who: Answerer, desk: At, conversation_id: str, body: EntryBody) -> dict[str, Any]:
    """Keeps a private note."""
    return _told(desk, await noting.note(conversation_id, member_of(who), body.text, desk.house.services), who)


@router.post("/conversations/{conversation_id}/whisper")
async def whisper(who: Assigner, desk: At, conversation_id: str, body: EntryBody) -> dict[str, Any]:
    """Says something to who holds it."""
    return _told(desk, await noting.whisper(conversation_id, member_of(who), body.text, desk.house.services), who)


@router.post("/conversations/{conversation_id}/promises")
async def promise(who: Answerer, desk: At, conversation_id: str, body: PromiseBody) -> dict[str, Any]:
    """Records a promise."""
    kept = await promising.record(conversation_id, member_of(who), body.what, body.due_at, desk.house.services)
    desk.tell_staff(conversation_id)
    return promising.as_data(kept)


@router.post("/promises/{promise_id}/kept")
async def promise_kept(who: Answerer, desk: At, promise_id: str) -> dict[str, Any]:
    """Notes that it was kept."""
    kept = await promising.keep(promise_id, member_of(who), desk.house.services)
    desk.tell_staff(kept.conversation_id)
    return promising.as_data(kept)


def _told(desk: Desk, entry: DeskEntry, who: Person) -> dict[str, Any]:
    """An entry is on every page that shows the conversation; those it is meant for are told apart."""
    desk.tell_staff(entry.conversation_id)
    kind = "mention" if entry.kind == "note" else entry.kind
    for staff_id in entry.data["mentions"]:
        desk.tell_person(staff_id, kind, conversation=entry.conversation_id, by=who.name)
    return {"ok": True, "n": entry.n}
