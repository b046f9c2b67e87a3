"""The page between the password and the desk: the code from the telephone."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from actions import second_factor, staff_sessions
from bot.house import House
from bot.staff import access, limits, sessions, totp
from bot.staff.gate import HOME, Text, check_gate, gate, safe_path
from bot.staff.vault import Unreadable, unseal
from models.staff import StaffMember

log = structlog.get_logger("staff")
router = APIRouter(prefix="/staff")


async def _pending(request: Request) -> StaffMember | None:
    """Who gave the right password and has yet to give a code."""
    house: House = request.app.state.house
    token = request.cookies.get(access.cookie_name(request), "")
    async with house.database.read() as session:
        found = await staff_sessions.find_session(session, token, house.services.clock())
    return found[1] if found and found[0].pending else None


@router.get("/code")
async def code_page(request: Request, next: str = HOME) -> Response:
    """Asks for the code."""
    if await _pending(request) is None:
        return RedirectResponse(f"{HOME}/sign-in", 303)
    return gate(request, "code.html", next=safe_path(next))


@router.post("/code")
async def take_code(
    request: Request, code: Annotated[str, Form(max_length=40)] = "", csrf: Text = "", next: Text = HOME
) -> Response:
    """Lets in who gives a code that fits and was not used before."""
    check_gate(request, csrf)
    house: House = request.app.state.house
    member = await _pending(request)
    if member is None:
        return RedirectResponse(f"{HOME}/sign-in", 303)
    wanted = safe_path(next)
    if wait := await limits.take_code_try(house, member.id):
        return gate(request, "code.html", 429, error="too_many", minutes=-(-wait // 60), next=wanted)
    if not await _fits(house, member.id, code):
        return gate(request, "code.html", 401, error="wrong_code", next=wanted)
    await limits.forget_codes(house, member.id)
    response = RedirectResponse(wanted, 303)
    await sessions.begin(request, response, member)
    log.info("signed in with a code", login=member.login)
    return response


async def _fits(house: House, staff_id: str, code: str) -> bool:
    now = house.services.clock()
    async with house.database.write() as session:
        member = await second_factor.locked(session, staff_id)
        if member is None:
            return False
        try:
            step = totp.step_of(unseal(house.settings, member.totp_secret), code, now)
        except Unreadable:
            log.exception("a second factor cannot be read; `kairos staff password` takes it away", login=member.login)
            step = None
        if step is not None:
            return second_factor.use_step(member, step)
        return second_factor.use_recovery_code(session, member, totp.normal_code(code), now)
