"""What the desk's pages read: the queue, a conversation with its card, help with a draft, the board."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from actions.conversations import UnknownConversation
from actions.desk import board, canned, card, queue, suggesting
from actions.desk.scenes import scene_of
from bot.staff.because import telling_for, with_reasons_told
from bot.staff.desk.asking import Answerer, At, Overseer, Reader, Words, found
from dialogues.desk.guiding import hints
from dialogues.desk.saying import acts_in

router = APIRouter(prefix="/desk/api")
DRAFT_CHARS = 4000


class DraftBody(BaseModel):
    """What somebody is writing."""

    text: Words = ""


@router.get("/queue")
async def rows(
    who: Answerer, desk: At, which: Annotated[str, Query(pattern="^(active|closed|closed_mine)$")] = "active"
) -> dict[str, Any]:
    """The active conversations, or those that are over."""
    services = desk.house.services
    async with services.database.read() as session:
        if which == "active":
            return {"rows": await queue.active_rows(session, services)}
        mine = who.id if which == "closed_mine" else None
        return {"rows": await queue.closed_rows(session, services, mine)}


@router.get("/conversations/{conversation_id}")
async def conversation(request: Request, who: Reader, desk: At, conversation_id: str) -> dict[str, Any]:
    """A conversation with everything beside it."""
    services = desk.house.services
    async with services.database.read() as session:
        page = await card.conversation_page(session, conversation_id, services)
    if page is None:
        raise UnknownConversation(conversation_id)
    with_reasons_told(page["card"]["moments"], telling_for(request, who))
    return page


@router.get("/conversations/{conversation_id}/card")
async def card_of(request: Request, who: Reader, desk: At, conversation_id: str) -> dict[str, Any]:
    """What lies beside it."""
    async with found(desk, conversation_id) as (session, row):
        told = await card.card(session, row, desk.house.services)
    with_reasons_told(told["moments"], telling_for(request, who))
    return told


@router.get("/conversations/{conversation_id}/suggestions")
async def suggestions(who: Answerer, desk: At, conversation_id: str) -> dict[str, Any]:
    """Three replies to begin with."""
    async with found(desk, conversation_id) as (session, row):
        offered = await suggesting.suggest(session, row, desk.house.services)
    return {"suggestions": [each.to_dict() for each in offered]}


@router.post("/conversations/{conversation_id}/hints")
async def hints_of(who: Answerer, desk: At, conversation_id: str, body: DraftBody) -> dict[str, Any]:
    """What a good colleague would say of a draft."""
    services = desk.house.services
    async with found(desk, conversation_id) as (session, row):
        scene = await scene_of(session, row, services)
    text = body.text[:DRAFT_CHARS]
    day = ""
    if "promise" in acts_in(text, scene.locale):
        heard = await desk.hear(text, scene.locale)
        day = next((str(e["value"]) for e in heard.get("entities", ()) if e["kind"] == "date"), "")
    given = hints(text, scene, services.hours.local(services.clock()), named_day=day, numbers=services.numbers)
    return {"hints": [{"code": h.code, "phrase": h.phrase, **h.figures} for h in given], **card.steps(scene, services)}


@router.get("/canned")
async def canned_replies(
    who: Answerer, desk: At, locale: Annotated[str | None, Query(max_length=8)] = None
) -> dict[str, Any]:
    """The canned replies."""
    async with desk.house.database.read() as session:
        return {"canned": [canned.as_data(row) for row in await canned.list_canned(session, locale)]}


@router.get("/board")
async def board_now(who: Overseer, desk: At) -> dict[str, Any]:
    """The board as it is now."""
    services = desk.house.services
    async with services.database.read() as session:
        return await board.board(session, services)
