"""One's own account: name, password, second factor, where one is signed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.responses import Response as Plain

from actions import second_factor, staff, staff_sessions
from actions.staff import StaffRefused
from bot.house import House
from bot.staff import access, limits, passwords, sessions, shell, totp
from bot.staff.access import Person, permits
from bot.staff.catalogue import label
from bot.staff.permissions import Permission
from bot.staff.vault import seal
from models.staff import StaffMember

router = APIRouter(prefix="/staff")
Own = Annotated[Person, Depends(permits(Permission.OWN_ACCOUNT))]


class NameIn(BaseModel):
    """A new name."""

    name: str = Field(max_length=200)


class PasswordIn(BaseModel):
    """The present password; needed for whatever guards the account."""

    password: str = Field(max_length=400)


class NewPasswordIn(PasswordIn):
    """And the new one."""

    new: str = Field(max_length=400)


class CodeIn(BaseModel):
    """The first code of a new second factor."""

    ticket: str = Field(max_length=2000)
    code: str = Field(max_length=20)


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


@router.get("/account")
async def account_page(request: Request, who: Own) -> Response:
    """The page."""
    return shell.page(request, who, at="account", title="account.title", module="account/account.js",
                      element="kairos-account", styles=("account/account.css",), areas=("account",))  # fmt: skip


@router.get("/api/account")
async def account(request: Request, who: Own) -> dict[str, Any]:
    """What the page shows."""
    house = _house(request)
    async with house.database.read() as session:
        member = await _member(session, who)
        rows = await staff_sessions.sessions_of(session, who.id, house.services.clock())
    return {
        "name": member.name, "login": member.login, "role": member.role, "has_password": bool(member.password_hash),
        "has_code": bool(member.totp_secret), "recovery_left": len(member.recovery_hashes),
        "has_sso": member.sso_subject is not None,
        "sessions": [{"id": row.id, "browser": row.browser, "address": row.address, "current": row.id == who.session_id,
                      "created_at": row.created_at.isoformat(), "seen_at": row.seen_at.isoformat()} for row in rows],
    }  # fmt: skip


@router.put("/api/account")
async def rename(request: Request, given: NameIn, who: Own) -> dict[str, Any]:
    """Changes the name that customers see."""
    house = _house(request)
    async with house.database.write() as session:
        member = await _member(session, who)
        await staff.change_staff(session, member, {"name": given.name}, who.author, house.services.clock())
    return await account(request, who)


@router.post("/api/password")
async def change_password(request: Request, given: NewPasswordIn, who: Own) -> Response:
    """Changes the password, signs out everywhere else and begins a fresh session here."""
    house = _house(request)
    await _check_password(house, who, given.password)
    passwords.check_password(given.new, who.login, who.name)
    password_hash = await passwords.hash_password(given.new, house.settings.password_memory_mb)
    async with house.database.write() as session:
        member = await _member(session, who)
        await staff.set_password(session, member, password_hash, who.author, house.services.clock())
    return await _fresh_session(request, member, {"saved": True})


@router.post("/api/sessions/end")
async def end_sessions(request: Request, who: Own) -> Response:
    """Signs out everywhere, here as well."""
    await sessions.end_all(_house(request), who.id)
    response = JSONResponse({"signed_out": True})
    await sessions.end(request, response)
    return response


@router.post("/api/sessions/{session_id}/end")
async def end_session(request: Request, session_id: str, who: Own) -> dict[str, Any]:
    """Signs out of one of one's own browsers."""
    house = _house(request)
    async with house.database.write() as session:
        ended = list(await staff_sessions.close_sessions(session, who.id, only=session_id))
    if not ended:
        raise StaffRefused("no_such_session")
    access.tell_sessions(house, ended)
    return await account(request, who)


@router.post("/api/code/offer")
async def offer_code(request: Request, given: PasswordIn, who: Own) -> dict[str, str]:
    """A new second factor to scan; it holds once a code confirms it."""
    house = _house(request)
    await _check_password(house, who, given.password)
    made = totp.offer(house.settings, who.id, who.login, house.services.clock())
    return {"secret": made.secret, "picture": made.picture, "ticket": made.ticket}


@router.post("/api/code/confirm")
async def confirm_code(request: Request, given: CodeIn, who: Own) -> Response:
    """Puts the second factor in force and gives out recovery codes, this once."""
    house = _house(request)
    now = house.services.clock()
    if wait := await limits.take_code_try(house, who.id):
        return _too_many(request, wait)
    secret = totp.secret_in(house.settings, given.ticket, who.id, now)
    step = totp.step_of(secret, given.code, now) if secret else None
    if secret is None or step is None:
        raise StaffRefused("wrong_code" if secret else "offer_over")
    codes = totp.recovery_codes()
    async with house.database.write() as session:
        member = await _member(session, who)
        await second_factor.set_second_factor(
            session, member, sealed=seal(house.settings, secret), step=step, recovery_codes=codes, author=who.author,
            now=now,
        )  # fmt: skip
    await limits.forget_codes(house, who.id)
    return await _fresh_session(request, member, {"recovery_codes": codes})


@router.post("/api/code/remove")
async def remove_code(request: Request, given: PasswordIn, who: Own) -> Response:
    """Takes the second factor away."""
    house = _house(request)
    await _check_password(house, who, given.password)
    async with house.database.write() as session:
        member = await _member(session, who)
        await staff.remove_second_factor(session, member, who.author, house.services.clock())
    return await _fresh_session(request, member, {"saved": True})


async def _member(session: Any, who: Person) -> StaffMember:
    member = await staff.find_staff(session, who.id)
    if member is None:
        raise access.NotSignedIn
    return member


async def _check_password(house: House, who: Person, password: str) -> None:
    """Raises StaffRefused: too_many_tries, wrong_password."""
    if await limits.take_try(house, who.login, who.address):
        raise StaffRefused("too_many_tries")
    async with house.database.read() as session:
        member = await _member(session, who)
    if not await passwords.is_right(password, member.password_hash, house.settings.password_memory_mb):
        raise StaffRefused("wrong_password")
    await limits.forget(house, who.login, who.address)


async def _fresh_session(request: Request, member: StaffMember, told: dict[str, Any]) -> Response:
    """Ends all sessions and begins a new one here; its CSRF token goes along, for the page stays open."""
    cookies = Plain()
    kept = await sessions.begin(request, cookies, member)
    await sessions.end_all(_house(request), member.id, but=kept.id)
    response = JSONResponse({**told, "csrf": access.csrf_token(kept.token)})
    response.raw_headers.extend(header for header in cookies.raw_headers if header[0] == b"set-cookie")
    return response


def _too_many(request: Request, wait: int) -> Response:
    text = label("shell.error.too_many", shell.locale_of(request), minutes=-(-wait // 60))
    return JSONResponse({"error": "too_many_tries", "text": text}, 429)
