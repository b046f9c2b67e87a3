"""Ready replies, for the settings page. The desk reads them by language."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from actions.audit import record_change
from actions.desk import canned
from actions.staff import StaffRefused
from bot.house import House
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission

router = APIRouter(prefix="/settings/api/replies")
Editor = Annotated[Person, Depends(permits(Permission.EDIT_REPLIES))]


class ReplyIn(BaseModel):
    """A reply. ``id`` when one is changed: its shortcut and language may change too."""

    id: str = Field("", max_length=36)
    locale: str = Field(max_length=8)
    shortcut: str = Field(max_length=60)
    title: str = Field("", max_length=120)
    text: str = Field(max_length=8000)


@router.get("")
async def replies(request: Request, who: Editor) -> dict[str, Any]:
    """All of them, and the variables that there are."""
    house: House = request.app.state.house
    async with house.database.read() as session:
        rows = await canned.list_canned(session)
    return {"replies": [canned.as_data(row) for row in rows], "variables": canned.VARIABLES}


@router.put("")
async def save(request: Request, given: ReplyIn, who: Editor) -> dict[str, Any]:
    """Adds one or changes one."""
    house: House = request.app.state.house
    async with house.database.write() as session:
        present = await canned.list_canned(session)
        before = next((row for row in present if row.id == given.id), None)
        shortcut = given.shortcut.strip().lstrip("/")
        same = next((row for row in present if (row.locale, row.shortcut) == (given.locale, shortcut)), None)
        if same is not None and same is not before:
            raise StaffRefused("shortcut_taken")
        told = canned.as_data(before) if before else None
        row = await canned.save_canned(
            session, house.services, locale=given.locale, shortcut=shortcut, title=given.title, text=given.text
        )
        if before is not None and row is not before:
            await canned.delete_canned(session, before.id)
        record_change(session, who.author, f"reply.{row.locale}.{row.shortcut}"[:200], _logged(told),
                      _logged(canned.as_data(row)), house.services.clock())  # fmt: skip
    return await replies(request, who)


@router.delete("/{reply_id}")
async def remove(request: Request, reply_id: str, who: Editor) -> dict[str, Any]:
    """Takes one away."""
    house: House = request.app.state.house
    async with house.database.write() as session:
        row = next((row for row in await canned.list_canned(session) if row.id == reply_id), None)
        if row is None:
            raise StaffRefused("no_such_reply")
        told = _logged(canned.as_data(row))
        record_change(
            session, who.author, f"reply.{row.locale}.{row.shortcut}"[:200], told, None, house.services.clock()
        )
        await canned.delete_canned(session, reply_id)
    return await replies(request, who)


def _logged(data: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in data.items() if name != "id"} if data else None
