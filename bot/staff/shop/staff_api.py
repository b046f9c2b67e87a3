"""The people of the shop, for the settings page: adding, changing, disabling, new links."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from actions import audit, staff, staff_sessions
from actions.staff import StaffRefused
from bot.house import House
from bot.staff import access, sessions
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission
from models.session import AsyncSession
from models.staff import StaffMember

router = APIRouter(prefix="/settings/api/staff")
Manager = Annotated[Person, Depends(permits(Permission.MANAGE_STAFF))]


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


At = Annotated[House, Depends(_house)]


class PersonIn(BaseModel):
    """Somebody to add."""

    login: str = Field(max_length=200)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    languages: list[str] = Field(default_factory=lambda: list(staff.LANGUAGES), max_length=3)


class ChangesIn(BaseModel):
    """What to change; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    role: str | None = Field(None, max_length=20)
    languages: list[str] | None = Field(None, max_length=3)
    capacity: int | None = None


@router.get("")
async def everybody(house: At, who: Manager) -> dict[str, Any]:
    """Everybody, and where they are signed in."""
    async with house.database.read() as session:
        members = await staff.all_staff(session)
        signed_in = {
            m.id: len(await staff_sessions.sessions_of(session, m.id, house.services.clock())) for m in members
        }
    shown = [m for m in members if not m.demo or house.settings.is_demonstration]
    return {"staff": [_told(member, signed_in[member.id]) for member in shown]}


@router.post("")
async def add(house: At, given: PersonIn, who: Manager) -> dict[str, Any]:
    """Adds a person and makes the link with which they choose a password."""
    async with house.database.write() as session:
        member = await staff.add_staff(
            session, staff_id=house.services.new_id(), login=given.login, name=given.name, role=given.role,
            languages=given.languages, author=who.author, now=house.services.clock(),
        )  # fmt: skip
        link = _new_link(house, session, member)
    return {"link": link, **await everybody(house, who)}


@asynccontextmanager
async def _changing(house: House, staff_id: str) -> AsyncIterator[tuple[AsyncSession, StaffMember]]:
    """A transaction about one person. Raises StaffRefused ``no_such_person``."""
    async with house.database.write() as session:
        member = await staff.find_staff(session, staff_id)
        if member is None:
            raise StaffRefused("no_such_person")
        yield session, member


@router.put("/{staff_id}")
async def change(house: At, staff_id: str, given: ChangesIn, who: Manager) -> dict[str, Any]:
    """Changes name, role, languages or capacity. A new role holds at once, in open sockets too."""
    async with _changing(house, staff_id) as (session, member):
        changes = given.model_dump(exclude_none=True)
        await staff.change_staff(session, member, changes, who.author, house.services.clock())
        open_now = await staff_sessions.sessions_of(session, member.id, house.services.clock())
    access.tell_sessions(house, [row.id for row in open_now])
    return await everybody(house, who)


@router.post("/{staff_id}/link")
async def link(house: At, staff_id: str, who: Manager) -> dict[str, Any]:
    """A link with which the person chooses a new password. Until it is used the old one holds."""
    async with _changing(house, staff_id) as (session, member):
        audit.record_change(session, who.author, f"staff.{member.login}.link", None, None, house.services.clock())
        told = _new_link(house, session, member)
    return {"link": told}


@router.post("/{staff_id}/disable")
async def disable(house: At, staff_id: str, who: Manager) -> dict[str, Any]:
    """Signs the person out everywhere and lets them in no more."""
    async with _changing(house, staff_id) as (session, member):
        await staff.disable_staff(session, member, who.author, house.services.clock())
    await sessions.end_all(house, staff_id)
    return await everybody(house, who)


@router.post("/{staff_id}/enable")
async def enable(house: At, staff_id: str, who: Manager) -> dict[str, Any]:
    """Lets the person in again."""
    async with _changing(house, staff_id) as (session, member):
        await staff.enable_staff(session, member, who.author, house.services.clock())
    return await everybody(house, who)


@router.post("/{staff_id}/sign-out")
async def sign_out(house: At, staff_id: str, who: Manager) -> dict[str, Any]:
    """Signs the person out everywhere."""
    async with _changing(house, staff_id) as (session, member):
        audit.record_change(session, who.author, f"staff.{member.login}.sessions", None, None, house.services.clock())
    await sessions.end_all(house, staff_id)
    return await everybody(house, who)


@router.post("/{staff_id}/reset-code")
async def reset_code(house: At, staff_id: str, who: Manager) -> dict[str, Any]:
    """Takes away the code from the telephone, for somebody who lost it."""
    async with _changing(house, staff_id) as (session, member):
        await staff.remove_second_factor(session, member, who.author, house.services.clock())
    await sessions.end_all(house, staff_id)
    return await everybody(house, who)


def _new_link(house: House, session: AsyncSession, member: StaffMember) -> str:
    token = secrets.token_urlsafe(24)
    staff_sessions.add_link(
        session, link_id=house.services.new_id(), token=token, staff_id=member.id, now=house.services.clock()
    )
    return f"/staff/set-up/{token}"


def _told(member: StaffMember, signed_in: int) -> dict[str, Any]:
    return {
        "id": member.id, "login": member.login, "name": member.name, "role": member.role,
        "languages": member.languages, "capacity": member.capacity, "disabled": member.disabled_at is not None,
        "demo": member.demo, "has_password": bool(member.password_hash), "has_code": bool(member.totp_secret),
        "has_sso": member.sso_subject is not None, "signed_in": signed_in,
    }  # fmt: skip
