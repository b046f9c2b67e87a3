"""The conversation log's routes. Who looks at what is written into the audit log."""

from __future__ import annotations

import base64
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field, field_validator
from starlette.background import BackgroundTask

from actions.audit import record_change
from actions.log import finding, keeping, reading
from actions.log.filters import Filters, chosen
from actions.log.finding import Place
from actions.staff import all_staff
from bot.house import House
from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.because import telling_for, with_reasons_told
from bot.staff.log import files
from bot.staff.log.taking import Wanted, take
from bot.staff.log.words import words_of
from bot.staff.names import names_for
from bot.staff.permissions import Permission
from nlu.labels import INTENTS
from nlu.redaction import redact

router = APIRouter(prefix="/log")
Searcher = Annotated[Person, Depends(permits(Permission.SEARCH_LOG))]
Reader = Annotated[Person, Depends(permits(Permission.READ_CONVERSATIONS))]
Short = Annotated[str, Field(max_length=40)]


class Asked(BaseModel):
    """What a search asks for, as the page's address holds it."""

    q: str = Field("", max_length=400)
    since: date | None = None
    until: date | None = None
    channel: Short = ""
    language: Short = ""
    issue: Short = ""
    kind: Short = ""
    emotion: Short = ""
    intensity: int = Field(0, ge=0, le=3)
    stage: Short = ""
    outcome: Short = ""
    expectation: Short = ""
    unsure: bool = False
    reason: Short = ""
    agent: Short = ""
    owner: Short = ""
    customer: str = Field("", max_length=120)
    commented: bool = False

    @field_validator("since", "until", mode="before")
    @classmethod
    def _nothing_is_none(cls, given: Any) -> Any:
        return given or None

    @field_validator("intensity", "unsure", "commented", mode="before")
    @classmethod
    def _nothing_is_zero(cls, given: Any) -> Any:
        return given or 0

    def filters(self) -> Filters:
        """As the actions understand it."""
        return Filters(words=words_of(self.q), **self.model_dump(exclude={"q", "after"}))

    def told(self) -> dict[str, Any]:
        """As the audit log keeps it: without personal data."""
        asked = {name: value for name, value in self.model_dump(mode="json", exclude={"after"}).items() if value}
        if "customer" in asked:
            asked["customer"] = "[name]"
        return asked | ({"q": redact(asked["q"])} if "q" in asked else {})


class Searched(Asked):
    """A page of a search."""

    after: str = Field("", max_length=200)


class SearchIn(BaseModel):
    """A search to keep."""

    name: str = Field("", max_length=200)
    query: Asked = Field(default_factory=Asked)
    shared: bool = False


class CommentIn(BaseModel):
    """A remark, on one message or on the whole."""

    text: str = Field("", max_length=8000)
    seq: int | None = Field(None, ge=1, le=2**31 - 1)


class ExportIn(BaseModel):
    """Which rows, as what. ``personal``: as they are, for those who may."""

    form: Literal["csv", "jsonl", "parquet"] = "csv"
    query: Asked = Field(default_factory=Asked)
    personal: bool = False


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _zone(house: House) -> ZoneInfo:
    return ZoneInfo(house.settings.shop_timezone)


@router.get("")
async def page(request: Request, who: Searcher) -> Response:
    """The search."""
    house = _house(request)
    async with house.database.read() as session:
        agents = [{"id": member.id, "name": member.name} for member in await all_staff(session)]
    data = {
        **names_for(request, who),
        "intents": INTENTS,
        "agents": agents,
        "may_personal": who.may(Permission.EXPORT_PERSONAL),
    }
    return shell.page(request, who, at="log", title="log.title", module="log/search.js", element="kairos-log-search",
                      styles=("desk/desk.css", "log/log.css"), areas=("log", "desk", "hearing"), data=data)  # fmt: skip


@router.get("/{conversation_id}")
async def reading_page(request: Request, who: Reader, conversation_id: str) -> Response:
    """One conversation. Its address may be given to any colleague who may read conversations."""
    data = {**names_for(request, who), "id": conversation_id, "may_search": who.may(Permission.SEARCH_LOG),
            "may_correct": who.may(Permission.CORRECT_HEARING)}  # fmt: skip
    return shell.page(request, who, at="log", title="log.reading.title", module="log/reading.js",
                      element="kairos-log-reading", styles=("desk/desk.css", "log/log.css"),
                      areas=("log", "desk", "hearing"), data=data)  # fmt: skip


@router.get("/api/search")
async def search(request: Request, who: Searcher, asked: Annotated[Searched, Query()]) -> dict[str, Any]:
    """A page of what is found; the first one says how many there are."""
    house = _house(request)
    filters, after = asked.filters(), _place(asked.after)
    async with house.database.read() as session:
        where = await chosen(session, filters, _zone(house), sqlite=house.database.is_sqlite)
        rows, ended = await finding.find(session, filters, where, after=after)
        count = await finding.count(session, where) if after is None else None
    if after is None:
        async with house.database.write() as session:
            record_change(session, who.author, "log.searched", None, {**asked.told(), "found": count},
                          house.services.clock())  # fmt: skip
    return {"rows": rows, "count": count, "counted_at_most": finding.COUNTED_AT_MOST, "after": _mark(ended)}


def _mark(place: Place | None) -> str:
    """Where a page ended, for the next request."""
    if place is None:
        return ""
    return base64.urlsafe_b64encode(json.dumps([place.updated_at.isoformat(), place.id]).encode()).decode()


def _place(mark: str) -> Place | None:
    try:
        at, conversation_id = json.loads(base64.urlsafe_b64decode(mark))
        updated_at = datetime.fromisoformat(at)
        return Place(updated_at, str(conversation_id)) if updated_at.tzinfo else None
    except (ValueError, TypeError):
        return None


@router.get("/api/conversations/{conversation_id}")
async def read(
    request: Request, who: Reader, conversation_id: str, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> dict[str, Any]:
    """A conversation to read, a page at a time."""
    house = _house(request)
    async with house.database.read() as session:
        found = await reading.read(session, conversation_id, after=after)
    with_reasons_told(found["moments"], telling_for(request, who))
    if after == 0:
        async with house.database.write() as session:
            record_change(session, who.author, "log.read", None, {"conversation": conversation_id},
                          house.services.clock())  # fmt: skip
    return found


@router.post("/api/conversations/{conversation_id}/comments")
async def comment(request: Request, who: Reader, conversation_id: str, given: CommentIn) -> dict[str, Any]:
    """Remarks on it."""
    house = _house(request)
    async with house.database.write() as session:
        await keeping.comment(
            session, conversation_id, comment_id=house.services.new_id(), author=who.author, text=given.text,
            seq=given.seq, now=house.services.clock(),
        )  # fmt: skip
    return await _comments(house, conversation_id)


@router.delete("/api/comments/{comment_id}")
async def remove_comment(request: Request, who: Reader, comment_id: str) -> dict[str, Any]:
    """Takes one's own remark back; who administers may take any."""
    house = _house(request)
    async with house.database.write() as session:
        conversation_id = await keeping.remove_comment(
            session, comment_id, who.author, house.services.clock(), may_any=who.may(Permission.SEE_AUDIT)
        )
    return await _comments(house, conversation_id)


async def _comments(house: House, conversation_id: str) -> dict[str, Any]:
    async with house.database.read() as session:
        found = await reading.comments_of(session, conversation_id)
    return {"comments": [reading.comment_as_read(each) for each in found]}


@router.get("/api/searches")
async def searches(request: Request, who: Searcher) -> dict[str, Any]:
    """One's own searches and the shared ones."""
    async with _house(request).database.read() as session:
        found = await keeping.searches_for(session, who.id)
    return {"searches": [keeping.as_shown(row, who.id) for row in found]}


@router.post("/api/searches")
async def save_search(request: Request, who: Searcher, given: SearchIn) -> dict[str, Any]:
    """Keeps a search; one of the same name is replaced."""
    house = _house(request)
    query = {name: value for name, value in given.query.model_dump(mode="json").items() if value}
    async with house.database.write() as session:
        await keeping.save_search(
            session, search_id=house.services.new_id(), author=who.author, name=given.name, query=query,
            shared=given.shared, now=house.services.clock(),
        )  # fmt: skip
    return await searches(request, who)


@router.delete("/api/searches/{search_id}")
async def remove_search(request: Request, who: Searcher, search_id: str) -> dict[str, Any]:
    """Forgets a search."""
    async with _house(request).database.write() as session:
        await keeping.remove_search(session, search_id, who.id, may_any=who.may(Permission.SEE_AUDIT))
    return await searches(request, who)


@router.post("/api/export")
async def export(request: Request, who: Searcher, given: ExportIn) -> Response:
    """The messages of what a search finds, as a file. Who may not see personal data gets marks in their place."""
    house, now = _house(request), _house(request).services.clock()
    redacted = not (given.personal and who.may(Permission.EXPORT_PERSONAL))
    wanted = Wanted(given.query.filters(), given.query.told(), given.form, redacted, who.author)
    folder = Path(tempfile.mkdtemp(prefix="kairos-export-"))
    target = folder / f"log.{given.form}"
    try:
        count = await take(house.database, _zone(house), wanted, target, export_id=house.services.new_id(), now=now)
    except BaseException:
        _remove(folder)
        raise
    name = f"kairos-log-{now.astimezone(_zone(house)):%Y-%m-%d-%H%M}.{given.form}"
    return FileResponse(target, media_type=files.MEDIA_TYPES[given.form], filename=name,
                        background=BackgroundTask(_remove, folder), headers={"x-rows": str(count)})  # fmt: skip


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
