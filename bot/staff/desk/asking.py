"""What the desk's routes have in common: who may ask, the desk they ask, the conversation asked about, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from actions.conversations import UnknownConversation
from actions.desk.entries import DeskRefused, Member
from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.catalogue import has_label, label
from bot.staff.desk.desk import Desk
from bot.staff.permissions import Permission
from models.conversations import Conversation
from models.session import AsyncSession

Reader = Annotated[Person, Depends(permits(Permission.READ_CONVERSATIONS))]
Answerer = Annotated[Person, Depends(permits(Permission.ANSWER_CUSTOMERS))]
Assigner = Annotated[Person, Depends(permits(Permission.ASSIGN_OTHERS))]
Overseer = Annotated[Person, Depends(permits(Permission.SEE_BOARD))]
Words = Annotated[str, Field(max_length=8000)]
NOT_FOUND, CONFLICT = 404, 409


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


At = Annotated[Desk, Depends(desk_of)]


def member_of(who: Person) -> Member:
    """The person as the actions know them."""
    return Member(who.id, who.name, may_any=who.may(Permission.ASSIGN_OTHERS))


@asynccontextmanager
async def found(desk: Desk, conversation_id: str) -> AsyncIterator[tuple[AsyncSession, Conversation]]:
    """A reading session and the conversation asked about. Raises UnknownConversation."""
    async with desk.house.database.read() as session:
        row = await session.get(Conversation, conversation_id)
        if row is None:
            raise UnknownConversation(conversation_id)
        yield session, row


async def refused(request: Request, refusal: Exception) -> Response:
    """What cannot be done now, in the person's language."""
    assert isinstance(refusal, DeskRefused)
    key = f"desk.refused.{refusal.code}"
    locale = shell.locale_of(request)
    text = label(key if has_label(key) else "desk.refused.other", locale, **refusal.figures)
    return JSONResponse({"error": refusal.code, "text": text, **refusal.figures}, CONFLICT)


async def unknown(request: Request, _: Exception) -> Response:
    """There is no such conversation."""
    text = label("desk.refused.unknown_conversation", shell.locale_of(request))
    return JSONResponse({"error": "unknown_conversation", "text": text}, NOT_FOUND)
