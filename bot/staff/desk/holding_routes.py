"""Who holds a conversation, and who is at the desk: take over, give back, transfer, assign, close; here and away."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from actions.desk import holding, seats
from actions.desk.entries import Member, refuse
from bot.staff.desk.asking import Answerer, Assigner, At, Words, member_of
from bot.staff.desk.desk import Desk

router = APIRouter(prefix="/desk/api")
DONE: dict[str, Any] = {"ok": True}


class NoteBody(BaseModel):
    """A note for who has it next."""

    text: Words = ""


class ToBody(NoteBody):
    """A colleague, with a note; nobody in particular: None."""

    to: str | None = Field(None, max_length=36)


class CloseBody(NoteBody):
    """Closing, with a reason where the customer did not agree."""

    override: Words = ""


class PresenceBody(BaseModel):
    """Here or away."""

    status: str = Field(max_length=8)


@router.post("/conversations/{conversation_id}/take")
async def take(who: Answerer, desk: At, conversation_id: str) -> dict[str, Any]:
    """Takes it over."""
    await holding.take(conversation_id, member_of(who), desk.house.services)
    _tell_owner(desk, conversation_id, "human", name=who.name)
    return DONE


@router.post("/conversations/{conversation_id}/hand-back")
async def hand_back(who: Answerer, desk: At, conversation_id: str, body: NoteBody) -> dict[str, Any]:
    """Gives it back to the bot."""
    await holding.hand_back(conversation_id, member_of(who), body.text.strip(), desk.house.services)
    _tell_owner(desk, conversation_id, "bot")
    return DONE


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(who: Answerer, desk: At, conversation_id: str, body: ToBody) -> dict[str, Any]:
    """Gives it to a colleague, or back into the queue."""
    to = await _colleague(desk, body.to)
    await holding.transfer(conversation_id, member_of(who), to, body.text.strip(), desk.house.services)
    _tell_owner(desk, conversation_id, "queue")
    if to:
        desk.tell_person(to.id, "transferred", conversation=conversation_id, by=who.name)
    return DONE


@router.post("/conversations/{conversation_id}/assign")
async def assign(who: Assigner, desk: At, conversation_id: str, body: ToBody) -> dict[str, Any]:
    """Asks a colleague to take it, also one that somebody else holds."""
    to = await _colleague(desk, body.to)
    await holding.assign(conversation_id, to, desk.house.services, by=member_of(who))
    _tell_owner(desk, conversation_id, "queue")
    if to:
        desk.tell_person(to.id, "assigned", conversation=conversation_id, by=who.name)
    return DONE


@router.post("/conversations/{conversation_id}/close")
async def close(who: Answerer, desk: At, conversation_id: str, body: CloseBody) -> dict[str, Any]:
    """Closes the matter."""
    await holding.close(conversation_id, member_of(who), desk.house.services, override=body.override,
                        note=body.text.strip())  # fmt: skip
    _tell_owner(desk, conversation_id, "bot")
    return DONE


@router.post("/presence")
async def presence(who: Answerer, desk: At, body: PresenceBody) -> dict[str, Any]:
    """Away, or back."""
    await seats.set_status(member_of(who), body.status, desk.house.services)
    desk.tell_seats()
    return DONE


@router.post("/rest-over")
async def rest_over(who: Answerer, desk: At) -> dict[str, Any]:
    """No break is needed."""
    await seats.end_rest(member_of(who), desk.house.services)
    desk.tell_seats()
    return DONE


def _tell_owner(desk: Desk, conversation_id: str, owner: str, **more: str) -> None:
    """The customer, the pages that show it and the seats hear who has it now."""
    desk.tell_customer(conversation_id, {"type": "owner", "owner": owner, **more})
    desk.tell_staff(conversation_id)
    desk.tell_seats()


async def _colleague(desk: Desk, staff_id: str | None) -> Member | None:
    if not staff_id:
        return None
    async with desk.house.database.read() as session:
        found = next((seat for seat in await seats.all_seats(session) if seat.staff_id == staff_id), None)
    if found is None:
        raise refuse("no_seat")
    return Member(found.staff_id, found.name)
