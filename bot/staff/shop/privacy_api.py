"""Retention, what is known of a person, erasing it, and the proofs: for the settings page."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from actions.audit import record_change
from actions.privacy import erasing, persons, retention
from actions.privacy.persons import Found
from actions.staff import StaffRefused
from bot.house import House
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission

router = APIRouter(prefix="/settings/api/privacy")
Keeper = Annotated[Person, Depends(permits(Permission.MANAGE_PRIVACY))]


class DaysIn(BaseModel):
    """Days by kind; null: until somebody erases it."""

    days: dict[str, int | None] = Field(default_factory=dict, max_length=10)


class EraseIn(BaseModel):
    """``confirm``: typed, the first eight characters of the person's number here."""

    confirm: str = Field("", max_length=80)
    reason: str = Field("", max_length=400)


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


@router.get("")
async def overview(request: Request, who: Keeper) -> dict[str, Any]:
    """For how long what is kept, and who was erased."""
    async with _house(request).database.read() as session:
        rows = await erasing.proofs(session)
        return {"days": await retention.days(session), "least": retention.LEAST_DAYS, "most": retention.MOST_DAYS,
                "proofs": [erasing.shown(row) for row in rows], "chain_holds": erasing.chain_holds(rows)}  # fmt: skip


@router.put("/days")
async def change_days(request: Request, who: Keeper, given: DaysIn) -> dict[str, Any]:
    """Sets for how long what is kept; the next round does it."""
    house = _house(request)
    async with house.database.write() as session:
        await retention.set_days(session, given.days, who.author, house.services.clock())
    return await overview(request, who)


@router.post("/let-go")
async def let_go(request: Request, who: Keeper) -> dict[str, Any]:
    """Lets go at once of what was kept long enough."""
    house = _house(request)
    return {"let_go": await retention.Keeper(house.services, house.cabinet).let_go(), **await overview(request, who)}


@router.get("/persons")
async def find(request: Request, who: Keeper, q: Annotated[str, Query(max_length=120)] = "") -> dict[str, Any]:
    """People who may be meant."""
    async with _house(request).database.read() as session:
        return {"persons": [_told(each) for each in await persons.find(session, q)]}


def _told(found: Found) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "accounts": found.accounts, "conversations": found.conversations,
            "since": found.since.isoformat(), "last": found.last.isoformat() if found.last else None}  # fmt: skip


@router.get("/persons/{customer_id}")
async def known(request: Request, who: Keeper, customer_id: str) -> dict[str, Any]:
    """How much is known of somebody, by table."""
    async with _house(request).database.read() as session:
        return {
            "rows": await _counted(session, customer_id),
            "files": len(await persons.files_of(session, customer_id)),
        }


@router.post("/persons/{customer_id}/export")
async def export(request: Request, who: Keeper, customer_id: str) -> Response:
    """Everything that is known of a person, with their files, as they may ask for it."""
    house = _house(request)
    data = await everything(house, customer_id)
    async with house.database.write() as session:
        record_change(session, who.author, "privacy.exported", None, {"customer": customer_id}, house.services.clock())
    name = f"person-{customer_id[:8]}.zip"
    return Response(
        data, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


async def everything(house: House, customer_id: str) -> bytes:
    """A ZIP with all rows as JSON, and the files. Raises StaffRefused ``no_such_person_here``, StorageError."""
    async with house.database.read() as session:
        await _counted(session, customer_id)
        rows = await persons.everything(session, customer_id)
        files = await persons.files_of(session, customer_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(rows, ensure_ascii=False, indent=1))
        for attachment_id in files:
            if opened := await house.cabinet.open(attachment_id, None):
                archive.writestr(f"files/{attachment_id}-{opened.name or 'file'}", opened.data)
    return packed.getvalue()


async def _counted(session: Any, customer_id: str) -> dict[str, int]:
    found = await persons.count(session, customer_id)
    if not found:
        raise StaffRefused("no_such_person_here")
    return found


@router.post("/persons/{customer_id}/erase")
async def erase(request: Request, who: Keeper, customer_id: str, given: EraseIn) -> dict[str, Any]:
    """Erases a person; cannot be undone."""
    house = _house(request)
    async with house.database.read() as session:
        await _counted(session, customer_id)
    if given.confirm.strip() != customer_id[:8]:
        raise StaffRefused("not_confirmed")
    row = await house.eraser.erase(customer_id, who.author, given.reason)
    return {"proof": erasing.shown(row), **await overview(request, who)}
