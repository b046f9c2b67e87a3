"""Opening and ending sessions: always a fresh token, in a cookie that scripts cannot read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

from actions import staff_sessions
from bot.house import House
from bot.staff import access
from models.staff import StaffMember


@dataclass(frozen=True)
class Begun:
    """A session that was just opened; the only moment at which its token is known."""

    id: str
    token: str


async def begin(connection: HTTPConnection, response: Response, member: StaffMember, *, pending: bool = False) -> Begun:
    """Signs the person in on this browser.

    The token is new every time, so a session that somebody planted in the browser before is worth nothing; the
    browser's former session ends.
    """
    house: House = connection.app.state.house
    token = secrets.token_urlsafe(32)
    now = house.services.clock()
    async with house.database.write() as session:
        former = connection.cookies.get(access.cookie_name(connection))
        ended = await staff_sessions.close_session(session, former) if former else None
        row = staff_sessions.open_session(
            session, session_id=house.services.new_id(), staff_id=member.id, token=token, now=now, pending=pending,
            address=access.address(connection), browser=connection.headers.get("user-agent", ""),
        )  # fmt: skip
        await staff_sessions.forget_old(session, now)
    access.tell_sessions(house, [ended] if ended else [])
    _set_cookie(connection, response, token, int(staff_sessions.LONGEST.total_seconds()))
    return Begun(row.id, token)


async def end(connection: HTTPConnection, response: Response) -> None:
    """Signs this browser out."""
    house: House = connection.app.state.house
    if token := connection.cookies.get(access.cookie_name(connection)):
        async with house.database.write() as session:
            ended = await staff_sessions.close_session(session, token)
        access.tell_sessions(house, [ended] if ended else [])
    _set_cookie(connection, response, "", 0)


async def end_all(house: House, staff_id: str, *, but: str = "") -> int:
    """Signs a person out everywhere, apart from one session; says of how many."""
    async with house.database.write() as session:
        ended = await staff_sessions.close_sessions(session, staff_id, but=but)
    access.tell_sessions(house, list(ended))
    return len(ended)


def _set_cookie(connection: HTTPConnection, response: Response, token: str, max_age: int) -> None:
    response.set_cookie(
        access.cookie_name(connection), token, max_age=max_age, path="/", secure=access.is_secure(connection),
        httponly=True, samesite="lax",
    )  # fmt: skip
