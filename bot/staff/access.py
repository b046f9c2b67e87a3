"""Who is asking, and may they: what every staff route and socket begins with.

A route says what it needs: ``who: Annotated[Person, Depends(permits(Permission.SEE_BOARD))]``. A socket does
``async with permitted_socket(socket, Permission.ANSWER_CUSTOMERS) as who:``. Nothing else decides about access.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request, WebSocket
from starlette.requests import HTTPConnection

from actions import staff_sessions
from actions.audit import Author
from bot.house import House
from bot.staff.permissions import Permission, Role, may
from models.staff import StaffMember, StaffSession

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
LOOK_AGAIN_S = 20.0
SIGNED_OUT, FORBIDDEN = 4401, 4403  # how a socket is closed


@dataclass(frozen=True)
class Person:
    """A signed-in member of staff, in this session. ``csrf`` goes with every change that their page asks for."""

    id: str
    login: str
    name: str
    role: Role
    locale: str
    session_id: str
    csrf: str
    address: str
    languages: tuple[str, ...] = ()
    has_totp: bool = False

    def may(self, permission: Permission) -> bool:
        """True when this person's role allows it."""
        return may(self.role, permission)

    @property
    def author(self) -> Author:
        """This person as the audit log names them."""
        return Author(self.id, self.name, self.address)


class NotSignedIn(Exception):
    """Nobody is signed in here, or not any more."""


@dataclass(eq=False)
class Forbidden(Exception):
    """Signed in, but not allowed. ``code``: forbidden, bad_csrf or bad_origin."""

    who: Person | None
    code: str = "forbidden"


Check = Callable[[Request], Awaitable[Person]]


def permits(permission: Permission) -> Check:
    """A dependency: the person who asks, if they may. Raises NotSignedIn or Forbidden.

    A request that changes something must come from our own page and carry the session's CSRF token.
    """

    async def check(request: Request) -> Person:
        who = await signed_in(request)
        if not who.may(permission):
            raise Forbidden(who)
        if request.method not in SAFE:
            await _check_own_page(request, who)
        return who

    check.permission = permission  # type: ignore[attr-defined]  # tests read it
    return check


async def signed_in(connection: HTTPConnection) -> Person:
    """Who is signed in. Raises NotSignedIn. On its own it allows nothing: routes use ``permits``."""
    house: House = connection.app.state.house
    token = connection.cookies.get(cookie_name(connection), "")
    now = house.services.clock()
    async with house.database.read() as session:
        found = await staff_sessions.find_session(session, token, now) if token else None
    if found is None or found[0].pending or (found[1].demo and not house.settings.is_demonstration):
        raise NotSignedIn
    row, member = found
    if now - row.seen_at > staff_sessions.SEEN_EVERY:
        async with house.database.write() as session:
            await staff_sessions.note_seen(session, row.id, now)
    return _person(row, member, csrf_token(token), address(connection))


def _person(row: StaffSession, member: StaffMember, csrf: str, address: str) -> Person:
    return Person(
        id=member.id, login=member.login, name=member.name, role=Role(member.role), locale=member.locale,
        session_id=row.id, csrf=csrf, address=address, languages=tuple(member.languages),
        has_totp=bool(member.totp_secret),
    )  # fmt: skip


@asynccontextmanager
async def permitted_socket(socket: WebSocket, permission: Permission) -> AsyncIterator[Person]:
    """Accepts the socket of a person who may; closes it as soon as they are signed out or may no more.

    Raises NotSignedIn or Forbidden after closing it; the application knows them, nobody else need catch them.
    """
    await socket.accept()
    try:
        check_origin(socket)
        who = await signed_in(socket)
        if not who.may(permission):
            raise Forbidden(who)
    except (NotSignedIn, Forbidden) as refusal:
        await socket.close(SIGNED_OUT if isinstance(refusal, NotSignedIn) else FORBIDDEN)
        raise
    watching = asyncio.create_task(_watch(socket, who, permission))
    try:
        yield who
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch(socket: WebSocket, who: Person, permission: Permission) -> None:
    """Closes the socket when its session is no longer what it was: told at once here, seen soon in other processes."""
    house: House = socket.app.state.house
    subscription = house.hub.subscribe(session_topic(who.session_id))
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await subscription.next()
            try:
                async with house.database.read() as session:
                    found = await staff_sessions.find_open(session, who.session_id, house.services.clock())
            except Exception:  # the database is away for a moment: look again
                continue
            if found is None or not may(Role(found[1].role), permission):
                with contextlib.suppress(RuntimeError):
                    await socket.close(SIGNED_OUT if found is None else FORBIDDEN)
                return
    finally:
        house.hub.unsubscribe(session_topic(who.session_id), subscription)


def session_topic(session_id: str) -> str:
    """Where the hub tells that a session changed or ended."""
    return f"staff-session:{session_id}"


def tell_sessions(house: House, session_ids: list[str]) -> None:
    """Lets the sockets of these sessions look whether they may go on."""
    for session_id in session_ids:
        house.hub.publish(session_topic(session_id), {"type": "_session"})


def cookie_name(connection: HTTPConnection) -> str:
    """The session cookie's name; with HTTPS browsers hold it to this host alone."""
    return "__Host-kairos-staff" if is_secure(connection) else "kairos-staff"


def is_secure(connection: HTTPConnection) -> bool:
    """True when the browser speaks HTTPS with us, or with the proxy before us."""
    return connection.url.scheme in ("https", "wss")


def address(connection: HTTPConnection) -> str:
    """Where the request comes from."""
    return connection.client.host if connection.client else ""


def csrf_token(session_token: str) -> str:
    """The token that this session's pages send along. It cannot be had from anything but the session's cookie."""
    return hmac.new(session_token.encode(), b"kairos csrf", sha256).hexdigest()


def check_origin(connection: HTTPConnection) -> None:
    """Raises Forbidden when a browser says that another site's page is asking."""
    if connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(None, "bad_origin")
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host", ""):
        raise Forbidden(None, "bad_origin")


async def _check_own_page(request: Request, who: Person) -> None:
    check_origin(request)
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        given = str((await request.form()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest((given or "").encode(), who.csrf.encode()):
        raise Forbidden(who, "bad_csrf")
