"""The pages before one is signed in: signing in, choosing a password by a link, signing out."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from actions import staff, staff_sessions
from actions.audit import Author
from actions.staff import StaffRefused
from bot.house import House
from bot.staff import access, demo, headers, limits, passwords, sessions, shell
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission, permissions_of
from models.staff import StaffMember

log = structlog.get_logger("staff")
router = APIRouter(prefix="/staff")
BEFORE_COOKIE = "kairos-before"
HOME = "/staff"
Text = Annotated[str, Form(max_length=400)]
Own = Annotated[Person, Depends(permits(Permission.OWN_ACCOUNT))]


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def safe_path(path: str) -> str:
    """Where to go after signing in: a staff page of ours, nothing else."""
    plain = path.isprintable() and "\\" not in path and not path.startswith("//")
    return path if plain and headers.is_staff_path(path.partition("?")[0]) else HOME


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = HOME) -> Response:
    """The sign-in page."""
    try:
        await access.signed_in(request)
    except access.NotSignedIn:
        return gate(request, "sign_in.html", next=safe_path(next))
    return RedirectResponse(safe_path(next), 303)


@router.post("/sign-in")
async def sign_in(
    request: Request, login: Text = "", password: Text = "", csrf: Text = "", next: Text = HOME
) -> Response:
    """Looks at login and password."""
    check_gate(request, csrf)
    house, address = _house(request), access.address(request)
    wanted = safe_path(next)
    known = login.strip().casefold()
    if wait := await limits.take_try(house, known, address):
        log.warning("too many tries to sign in", login=known[:40], address=address)
        return gate(request, "sign_in.html", 429, error="too_many", minutes=-(-wait // 60), next=wanted, login=login)
    async with house.database.read() as session:
        member = await staff.find_by_login(session, login)
    usable = member is not None and member.disabled_at is None and (not member.demo or house.settings.is_demonstration)
    right = await passwords.is_right(
        password, member.password_hash if member and usable else "", house.settings.password_memory_mb
    )
    if member is None or not right:
        return gate(request, "sign_in.html", 401, error="wrong", next=wanted, login=login)
    await limits.forget(house, known, address)
    if passwords.is_dated(member.password_hash, house.settings.password_memory_mb):
        await _rehash(house, member, password)
    return await let_in(request, member, wanted)


async def let_in(request: Request, member: StaffMember, wanted: str) -> Response:
    """The person is who they say; with a second factor its code is asked for next."""
    pending = bool(member.totp_secret)
    target = f"{HOME}/code?next={quote(wanted)}" if pending else wanted
    response = RedirectResponse(target, 303)
    await sessions.begin(request, response, member, pending=pending)
    response.delete_cookie(BEFORE_COOKIE)
    log.info("signed in", login=member.login, role=member.role)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, who: Own) -> Response:
    """Signs this browser out."""
    response = RedirectResponse(f"{HOME}/sign-in", 303)
    await sessions.end(request, response)
    log.info("signed out", login=who.login)
    return response


@router.get("")
async def home(request: Request, who: Own) -> Response:
    """The first page of the navigation that this person may see."""
    places = shell.places(request, who)
    return RedirectResponse(places[0].path if places else f"{HOME}/account", 303)


@router.get("/me")
async def me(who: Own) -> dict[str, Any]:
    """Who is signed in, what they may do, and the token that goes with changes."""
    return {
        "id": who.id, "login": who.login, "name": who.name, "role": who.role.value, "locale": who.locale,
        "languages": who.languages, "csrf": who.csrf, "may": [each.value for each in permissions_of(who.role)],
    }  # fmt: skip


@router.get("/set-up/{token}")
async def set_up_page(request: Request, token: str) -> Response:
    """Where a one-time link leads. Looking at it does not use it up."""
    house = _house(request)
    async with house.database.read() as session:
        link = await staff_sessions.find_link(session, token, house.services.clock())
        member = await staff.find_staff(session, link.staff_id) if link and link.staff_id else None
    if link is None or (member is not None and member.disabled_at is not None):
        return gate(request, "set_up_over.html", 404)
    return gate(request, "set_up.html", first=link.staff_id is None, login=member.login if member else "")


@router.post("/set-up/{token}")
async def set_up(
    request: Request,
    token: str,
    login: Text = "",
    name: Text = "",
    password: Text = "",
    again: Text = "",
    csrf: Text = "",
) -> Response:
    """Makes the first administrator, or sets the password that the link was given for."""
    check_gate(request, csrf)
    house = _house(request)
    if wait := await limits.take_try(house, "set-up", access.address(request)):
        return gate(request, "set_up_over.html", 429, minutes=-(-wait // 60))
    try:
        passwords.check_password(password, login, name)
        if password != again:
            raise StaffRefused("password_differs")
        password_hash = await passwords.hash_password(password, house.settings.password_memory_mb)
        member = await _use_link(house, token, login, name, password_hash, access.address(request))
    except StaffRefused as refusal:
        first = await _is_first(house, token)
        return gate(request, "set_up.html", 422, error=refusal.code, login=login, name=name, first=first)
    if member is None:
        return gate(request, "set_up_over.html", 404)
    await limits.forget(house, "set-up", access.address(request))
    await sessions.end_all(house, member.id)
    return await let_in(request, member, HOME)


async def _use_link(
    house: House, token: str, login: str, name: str, password_hash: str, address: str
) -> StaffMember | None:
    now = house.services.clock()
    async with house.database.write() as session:
        link = await staff_sessions.find_link(session, token, now)
        if link is None:
            return None
        if link.staff_id is None:
            member: StaffMember | None = await staff.add_staff(
                session, staff_id=house.services.new_id(), login=login, name=name, role="administrator",
                author=Author("", "first start", address), now=now, password_hash=password_hash,
            )  # fmt: skip
        else:
            member = await staff.find_staff(session, link.staff_id)
            if member is None or member.disabled_at is not None:
                return None
            author = Author(member.id, member.name, address)
            await staff.set_password(session, member, password_hash, author, now)
        await staff_sessions.use_links(session, link.staff_id, now)
    return member


async def _is_first(house: House, token: str) -> bool:
    async with house.database.read() as session:
        link = await staff_sessions.find_link(session, token, house.services.clock())
    return link is not None and link.staff_id is None


async def _rehash(house: House, member: StaffMember, password: str) -> None:
    password_hash = await passwords.hash_password(password, house.settings.password_memory_mb)
    async with house.database.write() as session:
        if row := await staff.find_staff(session, member.id):
            row.password_hash = password_hash


def gate(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page before signing in, with a token that only this browser's next request can bring back."""
    before = request.cookies.get(BEFORE_COOKIE, "")
    if len(before) < 32:
        before = secrets.token_urlsafe(24)
    shown = {"error": "", "minutes": 0, "next": HOME, "login": "", "name": "", "first": False, **values}
    sso = _house(request).settings.oidc_name if _house(request).settings.oidc_issuer else ""
    response = shell.render(
        request, template, shell.locale_of(request), status, csrf=access.csrf_token(before), sso=sso,
        accounts=demo.ACCOUNTS, demo_password=demo.PASSWORD, **shown,
    )  # fmt: skip
    response.set_cookie(BEFORE_COOKIE, before, path=HOME, secure=access.is_secure(request), httponly=True,
                        samesite="lax")  # fmt: skip
    return response


def check_gate(request: Request, csrf: str) -> None:
    """Raises Forbidden when the form did not come from our page in this browser."""
    access.check_origin(request)
    before = request.cookies.get(BEFORE_COOKIE, "")
    if not before or not hmac.compare_digest(access.csrf_token(before).encode(), csrf.encode()):
        raise access.Forbidden(None, "bad_csrf")


@router.post("/language")
async def choose_language(request: Request, locale: Text, next: Text = HOME, csrf: Text = "") -> Response:
    """The language of the pages: kept in the browser, and with the person when somebody is signed in."""
    try:
        who = await access.signed_in(request)
    except access.NotSignedIn:
        check_gate(request, csrf)
    else:
        await permits(Permission.OWN_ACCOUNT)(request)
        house = _house(request)
        async with house.database.write() as session:
            member = await staff.find_staff(session, who.id)
            if member and locale in shell.LANGUAGE_NAMES:
                member.locale = locale
    response: Response = RedirectResponse(safe_path(next), 303)
    if locale not in shell.LANGUAGE_NAMES:
        return JSONResponse({"error": "bad_locale"}, 422)
    response.set_cookie(shell.LANGUAGE_COOKIE, locale, max_age=31536000, path="/", httponly=True, samesite="lax",
                        secure=access.is_secure(request))  # fmt: skip
    return response
