"""The desk's routes: what a member of staff asks for and does. Every one says what it needs (bot/staff/access.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, WebSocket
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from actions.conversations import UnknownConversation
from actions.desk import board, canned, card, holding, noting, promising, queue, seats, sending, suggesting
from actions.desk.entries import DeskRefused, Member
from actions.desk.scenes import scene_of
from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.catalogue import has_label, label
from bot.staff.desk import socket as desk_socket
from bot.staff.desk.desk import Desk
from bot.staff.names import names_for
from bot.staff.permissions import Permission
from dialogues.desk.guiding import hints
from dialogues.desk.saying import acts_in
from models.conversations import Conversation

router = APIRouter(prefix="/desk")
Reader = Annotated[Person, Depends(permits(Permission.READ_CONVERSATIONS))]
Answerer = Annotated[Person, Depends(permits(Permission.ANSWER_CUSTOMERS))]
Assigner = Annotated[Person, Depends(permits(Permission.ASSIGN_OTHERS))]
Overseer = Annotated[Person, Depends(permits(Permission.SEE_BOARD))]
NOT_FOUND, CONFLICT = 404, 409
Words = Annotated[str, Field(max_length=8000)]


class NoteBody(BaseModel):
    """A text, for instance a note."""

    text: Words = ""


class ToBody(BaseModel):
    """A colleague, with a note."""

    to: str | None = Field(None, max_length=36)
    text: Words = ""


class SendBody(BaseModel):
    """A reply."""

    id: str = Field(min_length=8, max_length=36, pattern=r"^[A-Za-z0-9-]+$")
    text: Words
    confirm: bool = False
    override: Words = ""


class CloseBody(BaseModel):
    """Closing, with a reason where the customer did not agree."""

    override: Words = ""
    text: Words = ""


class PromiseBody(BaseModel):
    """What was promised, and for when."""

    what: Words
    due_at: datetime


class PresenceBody(BaseModel):
    """Here or away."""

    status: str = Field(max_length=8)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def member_of(who: Person) -> Member:
    """The person as the actions know them."""
    return Member(who.id, who.name, may_any=who.may(Permission.ASSIGN_OTHERS))


async def refused(request: Request, refusal: Exception) -> Response:
    """What cannot be done now, in the person's language."""
    assert isinstance(refusal, DeskRefused)
    key = f"desk.refused.{refusal.code}"
    locale = shell.locale_of(request)
    text = label(key if has_label(key) else "desk.refused.other", locale, **refusal.figures)
    return JSONResponse({"error": refusal.code, "text": text, **refusal.figures}, CONFLICT)


async def unknown(request: Request, _: Exception) -> Response:
    """There is no such conversation, or none that may be seen."""
    text = label("desk.refused.unknown_conversation", shell.locale_of(request))
    return JSONResponse({"error": "unknown_conversation", "text": text}, NOT_FOUND)


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    """The desk's socket."""
    await desk_socket.serve(socket, socket.app.state.desk)


@router.get("")
async def page(request: Request, who: Answerer) -> Response:
    """The desk."""
    return shell.page(request, who, at="desk", title="desk.title", module="desk/desk.js", element="kairos-desk",
                      styles=("desk/desk.css",), areas=("desk",), data=names_for(request, who))  # fmt: skip


@router.get("/board")
async def board_page(request: Request, who: Overseer) -> Response:
    """The supervisor's board."""
    return shell.page(request, who, at="board", title="desk.board.title", module="desk/board.js",
                      element="kairos-board", styles=("desk/desk.css",), areas=("desk",),
                      data=names_for(request, who))  # fmt: skip


@router.get("/api/queue")
async def rows(
    request: Request, who: Answerer, which: Annotated[str, Query(pattern="^(active|closed|closed_mine)$")] = "active"
) -> dict[str, Any]:
    """The active conversations, or those that are over."""
    services = _desk(request).house.services
    async with services.database.read() as session:
        if which == "active":
            return {"rows": await queue.active_rows(session, services)}
        mine = who.id if which == "closed_mine" else None
        return {"rows": await queue.closed_rows(session, services, mine)}


@router.get("/api/conversations/{conversation_id}")
async def conversation(request: Request, who: Reader, conversation_id: str) -> dict[str, Any]:
    """A conversation with everything beside it."""
    services = _desk(request).house.services
    async with services.database.read() as session:
        found = await card.conversation_page(session, conversation_id, services)
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


@router.get("/api/conversations/{conversation_id}/card")
async def card_of(request: Request, who: Reader, conversation_id: str) -> dict[str, Any]:
    """What lies beside it."""
    services = _desk(request).house.services
    async with services.database.read() as session:
        return await card.card(session, await _row(session, conversation_id), services)


@router.get("/api/conversations/{conversation_id}/suggestions")
async def suggestions(request: Request, who: Answerer, conversation_id: str) -> dict[str, Any]:
    """Three replies to begin with."""
    services = _desk(request).house.services
    async with services.database.read() as session:
        found = await suggesting.suggest(session, await _row(session, conversation_id), services)
    return {"suggestions": [each.to_dict() for each in found]}


async def _row(session: Any, conversation_id: str) -> Conversation:
    row: Conversation | None = await session.get(Conversation, conversation_id)
    if row is None:
        raise UnknownConversation(conversation_id)
    return row


@router.post("/api/conversations/{conversation_id}/hints")
async def hints_of(request: Request, who: Answerer, conversation_id: str, body: NoteBody) -> dict[str, Any]:
    """What a good colleague would say of a draft."""
    desk = _desk(request)
    services = desk.house.services
    async with services.database.read() as session:
        scene = await scene_of(session, await _row(session, conversation_id), services)
    text = body.text[:4000]
    day = ""
    if "promise" in acts_in(text, scene.locale):
        heard = await desk.hear(text, scene.locale)
        day = next((str(e["value"]) for e in heard.get("entities", ()) if e["kind"] == "date"), "")
    found = hints(text, scene, services.hours.local(services.clock()), named_day=day, numbers=services.numbers)
    return {"hints": [{"code": h.code, "phrase": h.phrase, **h.figures} for h in found], **card.steps(scene, services)}


@router.post("/api/conversations/{conversation_id}/take")
async def take(request: Request, who: Answerer, conversation_id: str) -> dict[str, Any]:
    """Takes it over."""
    desk = _desk(request)
    await holding.take(conversation_id, member_of(who), desk.house.services)
    desk.tell_customer(conversation_id, {"type": "owner", "owner": "human", "name": who.name})
    desk.tell_staff(conversation_id)
    desk.tell_seats()
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/send")
async def send(request: Request, who: Answerer, conversation_id: str, body: SendBody) -> dict[str, Any]:
    """Keeps a reply, which is said unless it is undone in time."""
    desk = _desk(request)
    services = desk.house.services
    async with services.database.read() as session:
        locale = (await _row(session, conversation_id)).locale
    kept = await sending.queue_send(
        conversation_id, member_of(who), sending.Draft(body.id, body.text, body.confirm, body.override), services,
        undo_s=desk.undo_s, heard=await desk.hear(body.text, locale),
    )  # fmt: skip
    desk.will_send()
    desk.tell_customer(conversation_id)
    desk.tell_staff(conversation_id)
    return sending.as_frame(kept)


@router.post("/api/sends/{send_id}/undo")
async def undo(request: Request, who: Answerer, send_id: str) -> dict[str, Any]:
    """Takes it back."""
    desk = _desk(request)
    undone = await sending.undo(send_id, member_of(who), desk.house.services)
    desk.tell_staff(undone.conversation_id)
    return sending.as_frame(undone)


@router.post("/api/sends/{send_id}/now")
async def send_now(request: Request, who: Answerer, send_id: str) -> dict[str, Any]:
    """Says it without waiting any longer."""
    desk = _desk(request)
    released = await sending.release(send_id, desk.house.services, member=member_of(who))
    if released is not None:
        desk.tell_customer(released.conversation_id)
        desk.tell_staff(released.conversation_id)
    return {"ok": True, "status": released.status if released else "done"}


@router.post("/api/conversations/{conversation_id}/hand-back")
async def hand_back(request: Request, who: Answerer, conversation_id: str, body: NoteBody) -> dict[str, Any]:
    """Gives it back to the bot."""
    desk = _desk(request)
    await holding.hand_back(conversation_id, member_of(who), body.text.strip(), desk.house.services)
    _over(desk, conversation_id, "bot")
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/transfer")
async def transfer(request: Request, who: Answerer, conversation_id: str, body: ToBody) -> dict[str, Any]:
    """Gives it to a colleague, or back into the queue."""
    desk = _desk(request)
    to = await _colleague(desk, body.to)
    await holding.transfer(conversation_id, member_of(who), to, body.text.strip(), desk.house.services)
    _over(desk, conversation_id, "queue")
    if to:
        desk.tell_person(to.id, "transferred", conversation=conversation_id, by=who.name)
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/assign")
async def assign(request: Request, who: Assigner, conversation_id: str, body: ToBody) -> dict[str, Any]:
    """Asks a colleague to take it, also one that somebody else holds."""
    desk = _desk(request)
    to = await _colleague(desk, body.to)
    await holding.assign(conversation_id, to, desk.house.services, by=member_of(who))
    _over(desk, conversation_id, "queue")
    if to:
        desk.tell_person(to.id, "assigned", conversation=conversation_id, by=who.name)
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/close")
async def close(request: Request, who: Answerer, conversation_id: str, body: CloseBody) -> dict[str, Any]:
    """Closes the matter."""
    desk = _desk(request)
    await holding.close(conversation_id, member_of(who), desk.house.services, override=body.override,
                        note=body.text.strip())  # fmt: skip
    _over(desk, conversation_id, "bot")
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/notes")
async def add_note(request: Request, who: Answerer, conversation_id: str, body: NoteBody) -> dict[str, Any]:
    """Keeps a private note."""
    desk = _desk(request)
    entry = await noting.note(conversation_id, member_of(who), body.text, desk.house.services)
    _tell_mentioned(desk, entry.data["mentions"], "mention", conversation_id, who)
    return {"ok": True, "n": entry.n}


@router.post("/api/conversations/{conversation_id}/whisper")
async def whisper(request: Request, who: Assigner, conversation_id: str, body: NoteBody) -> dict[str, Any]:
    """Says something to who holds it."""
    desk = _desk(request)
    entry = await noting.whisper(conversation_id, member_of(who), body.text, desk.house.services)
    _tell_mentioned(desk, entry.data["mentions"], "whisper", conversation_id, who)
    return {"ok": True, "n": entry.n}


@router.post("/api/conversations/{conversation_id}/promises")
async def promise(request: Request, who: Answerer, conversation_id: str, body: PromiseBody) -> dict[str, Any]:
    """Records a promise."""
    desk = _desk(request)
    kept = await promising.record(conversation_id, member_of(who), body.what, body.due_at, desk.house.services)
    desk.tell_staff(conversation_id)
    return promising.as_data(kept)


@router.post("/api/promises/{promise_id}/kept")
async def promise_kept(request: Request, who: Answerer, promise_id: str) -> dict[str, Any]:
    """Notes that it was kept."""
    desk = _desk(request)
    promise = await promising.keep(promise_id, member_of(who), desk.house.services)
    desk.tell_staff(promise.conversation_id)
    return promising.as_data(promise)


@router.get("/api/canned")
async def canned_replies(
    request: Request, who: Answerer, locale: Annotated[str | None, Query(max_length=8)] = None
) -> dict[str, Any]:
    """The canned replies."""
    async with _desk(request).house.database.read() as session:
        return {"canned": [canned.as_data(row) for row in await canned.list_canned(session, locale)]}


@router.post("/api/presence")
async def presence(request: Request, who: Answerer, body: PresenceBody) -> dict[str, Any]:
    """Away, or back."""
    desk = _desk(request)
    await seats.set_status(member_of(who), body.status, desk.house.services)
    desk.tell_seats()
    return {"ok": True}


@router.post("/api/rest-over")
async def rest_over(request: Request, who: Answerer) -> dict[str, Any]:
    """No break is needed."""
    desk = _desk(request)
    await seats.end_rest(member_of(who), desk.house.services)
    desk.tell_seats()
    return {"ok": True}


@router.get("/api/board")
async def board_now(request: Request, who: Overseer) -> dict[str, Any]:
    """The board as it is now."""
    services = _desk(request).house.services
    async with services.database.read() as session:
        return await board.board(session, services)


def _over(desk: Desk, conversation_id: str, owner: str) -> None:
    desk.tell_customer(conversation_id, {"type": "owner", "owner": owner})
    desk.tell_staff(conversation_id)
    desk.tell_seats()


def _tell_mentioned(desk: Desk, staff_ids: list[str], kind: str, conversation_id: str, who: Person) -> None:
    desk.tell_staff(conversation_id)
    for staff_id in staff_ids:
        desk.tell_person(staff_id, kind, conversation=conversation_id, by=who.name)


async def _colleague(desk: Desk, staff_id: str | None) -> Member | None:
    """Somebody who has a seat. Raises DeskRefused: no_seat."""
    if not staff_id:
        return None
    async with desk.house.database.read() as session:
        found = {seat.staff_id: seat.name for seat in await seats.all_seats(session)}
    if staff_id not in found:
        raise DeskRefused("no_seat", {})
    return Member(staff_id, found[staff_id])
