"""The doors for files: taking them in from a web chat, serving them to that chat and to staff.

What staff send comes in by the desk (bot/staff/desk/speaking_routes.py), with the reading that is here.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from actions import conversations
from actions.attachments import Opened, TooManyUnsent
from actions.media import BYTES_AT_MOST, MediaRefused
from actions.storage import StorageError
from bot import metrics
from bot.channels.webchat.sessions import normal_locale
from bot.house import House
from bot.staff.access import Person, permits
from bot.staff.permissions import Permission
from models.conversations import Conversation
from models.session import DatabaseError

log = structlog.get_logger("attachments")
FORGET_EVERY_S = 3600
FORM_BYTES = 64 * 1024  # what a form may add to the file in it
_STATUS = {"bad_session": 401, "bad_upload": 400, "bad_type": 415, "too_large": 413, "rate_limited": 429,
           "unavailable": 503}  # fmt: skip
_OPEN_TO_PAGES = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT = {**_OPEN_TO_PAGES, "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "86400",
              "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Filename"}  # fmt: skip
# Whatever a file holds, a browser shows it as that type and runs nothing in it.
_SERVED = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400, immutable",
           "Content-Security-Policy": "default-src 'none'; sandbox", "Referrer-Policy": "no-referrer"}  # fmt: skip
_TO_OTHER_PAGES = {**_OPEN_TO_PAGES, "Cross-Origin-Resource-Policy": "cross-origin"}
_TO_OUR_PAGES = {"Cross-Origin-Resource-Policy": "same-origin"}


class TooLarge(Exception):
    """More came than was allowed."""


@dataclass(frozen=True)
class Sent:
    """What a client sent: the file with its own name, and the session's token."""

    data: bytes
    name: str
    token: str


def add_attachments(app: FastAPI) -> None:
    """Adds the doors of the chat and of the staff. Must come before what is mounted at /chat."""
    _add_staff_door(app)

    @app.post("/chat/upload")
    async def upload(request: Request) -> Response:
        house: House = request.app.state.house
        return await _take(request, house)

    @app.options("/chat/{anything:path}")
    async def preflight(anything: str) -> Response:
        return Response(status_code=204, headers=_PREFLIGHT)

    @app.get("/chat/attachments/{attachment_id}")
    async def attachment(request: Request, attachment_id: str, session: str = "", thumbnail: bool = False) -> Response:
        house: House = request.app.state.house
        try:
            async with house.database.read() as db:
                row = await conversations.find_by_token(db, session or _bearer(request))
            opened = await house.cabinet.open(attachment_id, row.id, small=thumbnail) if row else None
        except (StorageError, DatabaseError):
            log.exception("a file could not be read", attachment=attachment_id)
            return Response(status_code=503, headers=_OPEN_TO_PAGES)
        return served(opened)


def _add_staff_door(app: FastAPI) -> None:
    @app.get("/desk/attachments/{attachment_id}")
    async def for_staff(
        request: Request,
        attachment_id: str,
        who: Annotated[Person, Depends(permits(Permission.READ_CONVERSATIONS))],
        thumbnail: bool = False,
    ) -> Response:
        house: House = request.app.state.house
        try:
            opened = await house.cabinet.open(attachment_id, None, small=thumbnail)
        except (StorageError, DatabaseError):
            log.exception("a file could not be read", attachment=attachment_id)
            return Response(status_code=503)
        return served(opened, _TO_OUR_PAGES)


async def forget_unsent(house: House) -> None:
    """Deletes, now and every hour, what was taken in and never sent."""
    while True:
        try:
            if forgotten := await house.cabinet.forget_unsent():
                log.info("files that were never sent are gone", files=forgotten)
        except (StorageError, DatabaseError):
            log.exception("files that were never sent could not be deleted, will be tried again")
        await asyncio.sleep(FORGET_EVERY_S)


def served(opened: Opened | None, headers: Mapping[str, str] = _TO_OTHER_PAGES) -> Response:
    """A file as a response that cannot do anything but be shown; 404 when there is none."""
    if opened is None:
        return Response(status_code=404, headers=dict(headers))
    way = "inline" if opened.media_type.startswith(("image/", "audio/")) else "attachment"
    disposition = f"{way}; filename*=UTF-8''{quote(opened.name)}" if opened.name else way
    return Response(opened.data, media_type=opened.media_type,
                    headers={**_SERVED, **headers, "Content-Disposition": disposition})  # fmt: skip


async def _take(request: Request, house: House) -> Response:
    locale = normal_locale(request.headers.get("accept-language", "en").partition(",")[0])
    try:
        sent = await read_file(request)
    except TooLarge:
        return _refused(house, "too_large", locale)
    if sent is None:
        return _refused(house, "bad_upload", locale)
    try:
        async with house.database.read() as db:
            row = await conversations.find_by_token(db, sent.token) if sent.token else None
        if row is None:
            return _refused(house, "bad_session", locale)
        return await _keep(house, row, sent)
    except (StorageError, DatabaseError):
        log.exception("a file could not be stored")
        return _refused(house, "unavailable", locale)


async def _keep(house: House, row: Conversation, sent: Sent) -> Response:
    if wait := house.upload_allowances.of(row.id).take():
        return _refused(house, "rate_limited", row.locale, seconds=wait)
    try:
        kept = await house.cabinet.keep(row.id, sent.data, sent.name)
    except MediaRefused as refused:
        return _refused(house, refused.code, row.locale)
    except TooManyUnsent:
        return _refused(house, "rate_limited", row.locale, seconds=60)
    log.info("file taken in", conversation=row.id, attachment=kept.id, type=kept.media_type, size=kept.size)
    told = {"upload": kept.id, "kind": kept.kind, "type": kept.media_type, "size": kept.size, "width": kept.width,
            "height": kept.height}  # fmt: skip
    return JSONResponse(told, 201, headers=_OPEN_TO_PAGES)


def _refused(house: House, code: str, locale: str, *, seconds: float = 0) -> Response:
    metrics.ERRORS.labels(code).inc()
    wait = str(math.ceil(seconds))
    text = house.services.wording.say(f"system.{code}", locale, {"seconds": wait}).text
    body: dict[str, Any] = {"error": code, "text": text}
    headers = dict(_OPEN_TO_PAGES)
    if code == "rate_limited":
        body["retry_after_s"] = math.ceil(seconds)
        headers["Retry-After"] = wait
    return JSONResponse(body, _STATUS[code], headers=headers)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def read_file(request: Request) -> Sent | None:
    """The file: in a form (fields ``file`` and ``session``), or as the body. None: there is none. Raises TooLarge."""
    limit = BYTES_AT_MOST + FORM_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge
    bounded = Request(request.scope, _up_to(limit, request.receive))
    token = _bearer(request) or request.query_params.get("session", "")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        data = await bounded.body()
        return Sent(data, request.headers.get("x-filename", ""), token) if data else None
    try:
        async with bounded.form(max_files=1, max_fields=8) as form:
            return await _in_form(form, token)
    except HTTPException:  # how the parser says that it is no form
        return None


async def _in_form(form: Mapping[str, Any], token: str) -> Sent | None:
    file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
    if file is None:
        return None
    session = form.get("session")
    return Sent(await file.read(), file.filename or "", session if isinstance(session, str) else token)


def _up_to(limit: int, receive: Receive) -> Receive:
    came = 0

    async def bounded() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > limit:
            raise TooLarge
        return message

    return bounded
