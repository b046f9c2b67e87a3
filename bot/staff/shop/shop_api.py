"""Opening hours, thresholds, keys and the audit log, for the settings pages."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from actions import audit, identity_secrets, shop_settings
from bot.house import House
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission
from bot.staff.vault import seal
from dialogues.desk.assigning import WAYS
from models.audit import AuditEntry

router = APIRouter(prefix="/settings/api")
See = Annotated[Person, Depends(permits(Permission.SEE_SETTINGS))]
Edit = Annotated[Person, Depends(permits(Permission.EDIT_SETTINGS))]
Keys = Annotated[Person, Depends(permits(Permission.MANAGE_KEYS))]
Audit = Annotated[Person, Depends(permits(Permission.SEE_AUDIT))]
LOG_PAGE = 50


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


class HoursIn(BaseModel):
    """A week and the days that differ."""

    week: list[list[int] | None] = Field(max_length=7)
    days: dict[str, list[int] | None] = Field(default_factory=dict)


class NumbersIn(BaseModel):
    """Numbers to change; null takes one back to the file's."""

    changes: dict[str, int | float | None] = Field(max_length=60)


class AssignmentIn(BaseModel):
    """How waiting conversations find staff; null takes it back to the installation's."""

    assignment: str | None = Field(None, max_length=20)


class KeyIn(BaseModel):
    """What a new key is called."""

    name: str = Field(max_length=200)


class RetireIn(BaseModel):
    """For how long a key stays valid."""

    hours: int = Field(0, ge=0, le=24 * 60)


@router.get("/hours")
async def hours(request: Request, who: See) -> dict[str, Any]:
    """The week as it is in force, the days that differ, and whether this person may change them."""
    house = _house(request)
    async with house.database.read() as session:
        settings = await shop_settings.all_settings(session)
    file_span = [house.services.hours.opening_hour * 60, house.services.hours.closing_hour * 60]
    return {
        "week": settings.get(shop_settings.WEEK) or [file_span] * 7, "days": settings.get(shop_settings.DAYS) or {},
        "timezone": house.settings.shop_timezone, "open": house.services.hours.is_open(house.services.clock()),
        "today": house.services.hours.local(house.services.clock()).date().isoformat(),
        "may_edit": who.may(Permission.EDIT_SETTINGS),
    }  # fmt: skip


@router.put("/hours")
async def change_hours(request: Request, given: HoursIn, who: Edit) -> dict[str, Any]:
    """Changes week and days; in force at once."""
    house = _house(request)
    week, days = shop_settings.checked_week(given.week), shop_settings.checked_days(given.days)
    now = house.services.clock()
    span = [house.services.hours.opening_hour * 60, house.services.hours.closing_hour * 60]
    async with house.database.write() as session:
        default = [span] * 7
        await shop_settings.change(
            session, shop_settings.WEEK, None if week == default else week, who.author, now, default=default
        )
        await shop_settings.change(session, shop_settings.DAYS, days or None, who.author, now, default={})
    await house.live.load()
    return await hours(request, who)


@router.get("/numbers")
async def numbers(request: Request, who: See) -> dict[str, Any]:
    """Every threshold with its bounds, the file's value and the one in force."""
    house = _house(request)
    async with house.database.read() as session:
        changed = shop_settings.numbers_in(await shop_settings.all_settings(session))
    told = [
        {
            "name": name, "group": each.group, "unit": each.unit, "low": each.low, "high": each.high,
            "step": 1 if each.whole else 0.5, "default": getattr(house.live.base, name),
            "value": changed.get(name, getattr(house.live.base, name)),
        }
        for name, each in shop_settings.CHANGEABLE.items()
    ]  # fmt: skip
    return {"numbers": told, "may_edit": who.may(Permission.EDIT_SETTINGS)}


@router.put("/numbers")
async def change_numbers(request: Request, given: NumbersIn, who: Edit) -> dict[str, Any]:
    """Changes thresholds; in force from the next decision on."""
    house = _house(request)
    async with house.database.write() as session:
        await shop_settings.change_numbers(session, house.live.base, given.changes, who.author, house.services.clock())
    await house.live.load()
    return await numbers(request, who)


@router.get("/assignment")
async def assignment(request: Request, who: See) -> dict[str, Any]:
    """How waiting conversations find staff, and the ways that there are."""
    house = _house(request)
    return {"assignment": house.live.assignment, "default": house.settings.assignment, "ways": WAYS,
            "may_edit": who.may(Permission.EDIT_SETTINGS)}  # fmt: skip


@router.put("/assignment")
async def change_assignment(request: Request, given: AssignmentIn, who: Edit) -> dict[str, Any]:
    """Changes it; in force from the next waiting conversation on."""
    house = _house(request)
    default = house.settings.assignment
    wanted = shop_settings.checked_assignment(given.assignment or default)
    async with house.database.write() as session:
        await shop_settings.change(
            session, shop_settings.ASSIGNMENT, None if wanted == default else wanted, who.author,
            house.services.clock(), default=default,
        )  # fmt: skip
    await house.live.load()
    return await assignment(request, who)


@router.get("/keys")
async def keys(request: Request, who: Keys) -> dict[str, Any]:
    """The secrets that are valid, without what they are."""
    house = _house(request)
    async with house.database.read() as session:
        rows = await identity_secrets.valid_secrets(session, house.services.clock())
        retired = (await shop_settings.all_settings(session)).get(shop_settings.OWN_SECRET, False)
    told = [{"id": row.id, "name": row.name, "hint": row.hint, "created_at": row.created_at.isoformat(),
             "retired_at": row.retired_at.isoformat() if row.retired_at else None} for row in rows]  # fmt: skip
    return {"keys": told, "own": {"hint": house.live.own_secret[-4:], "retired": bool(retired and rows)}}


@router.post("/keys")
async def add_key(request: Request, given: KeyIn, who: Keys) -> dict[str, Any]:
    """Makes a new secret; this answer is the only time that it is shown."""
    house = _house(request)
    secret = secrets.token_hex(32)
    async with house.database.write() as session:
        await identity_secrets.add_secret(
            session, secret_id=house.services.new_id(), name=given.name, sealed=seal(house.settings, secret),
            hint=secret[-4:], author=who.author, now=house.services.clock(),
        )  # fmt: skip
    await house.live.load()
    return {"secret": secret, **await keys(request, who)}


@router.post("/keys/{key_id}/retire")
async def retire_key(request: Request, key_id: str, given: RetireIn, who: Keys) -> dict[str, Any]:
    """Ends a secret, now or in some hours. ``own`` is the one that came with the installation."""
    house = _house(request)
    now = house.services.clock()
    async with house.database.write() as session:
        if key_id == "own":
            await identity_secrets.check_another_is_valid(session, now)
            await shop_settings.change(session, shop_settings.OWN_SECRET, True, who.author, now, default=False)
        else:
            own_retired = (await shop_settings.all_settings(session)).get(shop_settings.OWN_SECRET)
            if own_retired:
                await identity_secrets.check_another_is_valid(session, now, but=key_id)
            await identity_secrets.retire_secret(session, key_id, timedelta(hours=given.hours), who.author, now)
    await house.live.load()
    return await keys(request, who)


@router.post("/keys/own/restore")
async def restore_own_key(request: Request, who: Keys) -> dict[str, Any]:
    """The secret that came with the installation is valid again."""
    house = _house(request)
    async with house.database.write() as session:
        await shop_settings.change(
            session, shop_settings.OWN_SECRET, None, who.author, house.services.clock(), default=False
        )
    await house.live.load()
    return await keys(request, who)


@router.get("/log")
async def log(
    request: Request,
    who: Audit,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    what: Annotated[str, Query(max_length=80)] = "",
) -> dict[str, Any]:
    """The audit log, newest first, a page at a time."""
    async with _house(request).database.read() as session:
        rows = await audit.entries(session, before_id=before, what=what, limit=LOG_PAGE + 1)
    return {"entries": [_told(row) for row in rows[:LOG_PAGE]], "more": len(rows) > LOG_PAGE}


def _told(row: AuditEntry) -> dict[str, Any]:
    return {
        "id": row.id, "at": row.at.isoformat(), "who": row.who_name, "what": row.what, "before": row.before,
        "after": row.after, "address": row.address,
    }  # fmt: skip
