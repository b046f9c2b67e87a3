"""Learning's routes. A release is typed, follows a comparison that this person has seen, and is in the audit log."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from actions.audit import record_change
from actions.learning import context, queue, rating, releasing, sets, versions
from actions.staff import StaffRefused
from bot.engine.engine import EngineNotReady
from bot.house import House
from bot.learning import desk, job
from bot.staff import shell
from bot.staff.access import Person, permits
from bot.staff.names import names_for
from bot.staff.permissions import Permission
from models.learning import ModelVersion, ReviewItem
from models.session import AsyncSession
from nlu.labels import EMOTIONS, FLAGS, INTENTS, LANGUAGES, NEEDS

router = APIRouter(prefix="/learning")
Corrector = Annotated[Person, Depends(permits(Permission.CORRECT_HEARING))]
Releaser = Annotated[Person, Depends(permits(Permission.RELEASE_HEARING))]
Text = Annotated[str, Field(max_length=2000)]
STYLES = ("desk/desk.css", "log/log.css", "learning/learning.css")
AREAS = ("learning", "hearing", "desk", "log")


class LabelsIn(BaseModel):
    """What it really was."""

    lang: str = Field("", max_length=8)
    intent: str = Field("", max_length=60)
    emotion: str = Field("", max_length=20)
    intensity: int = Field(0, ge=0, le=3)
    needs: list[str] = Field(default_factory=list, max_length=10)
    flags: list[str] = Field(default_factory=list, max_length=4)


class TurnIn(BaseModel):
    """A turn that was heard wrongly."""

    turn: str = Field("", max_length=36)


class RatersIn(BaseModel):
    """One rater or two."""

    two: bool = False


class SetIn(BaseModel):
    """What is new in a set."""

    note: Text = ""


class VersionIn(BaseModel):
    """The set that a version is trained from."""

    set: int = Field(0, ge=0, le=10**6)


class ReleaseIn(BaseModel):
    """``confirm`` is typed: v and the number. ``seen`` came with the comparison."""

    confirm: str = Field("", max_length=20)
    seen: str = Field("", max_length=100)
    reason: Text = ""
    override: Text = ""


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _page(request: Request, who: Person, tab: str) -> Response:
    own = [each for each in _house(request).services.book.playbooks if each not in INTENTS]
    data = {
        **names_for(request, who), "intents": [*INTENTS, *sorted(own)], "emotions": EMOTIONS, "needs": NEEDS,
        "flags": FLAGS, "languages": LANGUAGES, "may_release": who.may(Permission.RELEASE_HEARING),
        "reason_chars": releasing.REASON_CHARS,
    }  # fmt: skip
    return shell.page(request, who, at="learning", title=f"learning.{tab}.title", module=f"learning/{tab}.js",
                      element=f"kairos-{tab}", styles=STYLES, areas=AREAS, data=data)  # fmt: skip


@router.get("")
async def review_page(request: Request, who: Corrector) -> Response:
    """The review queue."""
    return _page(request, who, "review")


@router.get("/versions")
async def versions_page(request: Request, who: Corrector) -> Response:
    """Training sets, versions, releases."""
    return _page(request, who, "versions")


@router.get("/api/overview")
async def overview(request: Request, who: Corrector) -> dict[str, Any]:
    """How everything stands."""
    house = _house(request)
    async with house.database.read() as session:
        somebody_died = await versions.any_dead(session, house.services.clock())
    if somebody_died:
        async with house.database.write() as session:
            await versions.bury_dead(session, house.services.clock())
    async with house.database.read() as session:
        told = await desk.overview(session, house.services)
    return {**told, "loaded": house.hearing.version if house.hearing else 0}


@router.get("/api/review/next")
async def next_item(
    request: Request,
    who: Corrector,
    reason: Annotated[str, Query(max_length=20)] = "",
    item: Annotated[str, Query(max_length=36)] = "",
) -> dict[str, Any]:
    """The next turn for this person (or the one named), with what stands around it and what it might be."""
    house = _house(request)
    await queue.fill_all(house.services)
    async with house.database.read() as session:
        counts, two = await queue.counts(session), await rating.takes_two(session)
        row = await session.get(ReviewItem, item) if item else None
        found = [row] if row else await rating.waiting(session, who.id, reason=reason)
        told = await _told(session, found[0], who) if found else None
    if told is not None:
        async with house.database.write() as session:  # what customers said is read here as it is in the log
            read = {"conversation": told["conversation"], "review": told["id"]}
            record_change(session, who.author, "log.read", None, read, house.services.clock())
        told["ranking"] = await _ranking(house, told["text"], told["locale"])
    return {"item": told, "counts": counts, "two_raters": two}


async def _told(session: AsyncSession, item: ReviewItem, who: Person) -> dict[str, Any]:
    """With two raters nobody sees what the other said before having said it themself."""
    labels = await rating.labels_of(session, item.id)
    open_to = labels if item.status in ("disputed", "agreed") else [each for each in labels if each.staff_id == who.id]
    return {
        **queue.shown(item), "as_heard": desk.as_heard(item.heard, item.locale),
        "labels": [{"by": each.staff_name, "labels": each.labels} for each in open_to],
        "around": await context.around(session, item.conversation_id, item.turn_id),
    }  # fmt: skip


async def _ranking(house: House, text: str, locale: str) -> list[str]:
    """The likeliest intents by what hears now; nothing when it is not there."""
    try:
        parsed = await house.engine.parse(text, {"locale": locale})
    except EngineNotReady:
        return []
    return [each["name"] for each in parsed.get("intent_ranking", ())]


@router.post("/api/review/add")
async def add(request: Request, who: Corrector, given: TurnIn) -> dict[str, Any]:
    """Puts a turn into the queue that somebody read in the log."""
    house = _house(request)
    async with house.database.write() as session:
        item = await queue.add_by_hand(session, house.services, given.turn)
        return {"id": item.id}


@router.post("/api/review/{item_id}/label")
async def label(request: Request, who: Corrector, item_id: str, given: LabelsIn) -> dict[str, Any]:
    """Says what it really was."""
    house = _house(request)
    labels = desk.checked_labels(given.model_dump(), house.services)
    async with house.database.write() as session:
        two = await rating.takes_two(session)
        item = await rating.rate(session, item_id, who.author, labels, label_id=house.services.new_id(), two=two,
                                 now=house.services.clock())  # fmt: skip
        return {"id": item.id, "status": item.status}


@router.post("/api/review/{item_id}/skip")
async def skip(request: Request, who: Corrector, item_id: str) -> dict[str, Any]:
    """Nothing can be learnt from it."""
    house = _house(request)
    async with house.database.write() as session:
        item = await rating.skip(session, item_id, who.author, house.services.clock())
        return {"id": item.id, "status": item.status}


@router.post("/api/review/{item_id}/undo")
async def undo(request: Request, who: Corrector, item_id: str) -> dict[str, Any]:
    """Takes one's own label back."""
    house = _house(request)
    async with house.database.write() as session:
        item = await rating.undo(session, item_id, who.author)
        return {"id": item.id, "status": item.status}


@router.put("/api/raters")
async def raters(request: Request, who: Corrector, given: RatersIn) -> dict[str, Any]:
    """From now on one rater decides, or two."""
    house = _house(request)
    async with house.database.write() as session:
        await rating.choose_raters(session, who.author, two=given.two, now=house.services.clock())
    return {"two_raters": given.two}


@router.post("/api/sets")
async def make_set(request: Request, who: Corrector, given: SetIn) -> dict[str, Any]:
    """A new training set."""
    house = _house(request)
    async with house.database.write() as session:
        n = (await desk.make_set(session, house.services, house.settings, who.author, given.note)).n
    return {"n": n, **await overview(request, who)}


@router.post("/api/versions")
async def train(request: Request, who: Corrector, given: VersionIn) -> dict[str, Any]:
    """Trains a version from a set (0: the newest), in a process of its own."""
    house = _house(request)
    async with house.database.write() as session:
        newest = [row.n for row in await sets.all_sets(session)]
        wanted = given.set or (newest[0] if newest else 0)
        n = (await versions.begin(session, wanted, who.author, house.services.clock())).n
    await job.start(house.settings, n)
    return {"n": n, **await overview(request, who)}


@router.post("/api/versions/{n}/compare")
async def compare(request: Request, who: Corrector, n: int) -> dict[str, Any]:
    """Compares a version with the one that hears now."""
    house = _house(request)
    async with house.database.write() as session:
        await versions.begin_comparing(session, n, house.services.clock())
    await job.start(house.settings, n)
    return await overview(request, who)


@router.get("/api/versions/{n}/comparison")
async def comparison(request: Request, who: Corrector, n: int) -> dict[str, Any]:
    """The comparison, with what shows that this person was given it."""
    house = _house(request)
    async with house.database.read() as session:
        row = await versions.find(session, n)
        present = await releasing.current(session)
    if not row.comparison:
        raise StaffRefused("not_compared")
    return {**versions.shown(row), "comparison": row.comparison, "stale": row.compared_with != present,
            "current": present, "seen": _seen(house, who, row)}  # fmt: skip


def _seen(house: House, who: Person, row: ModelVersion) -> str:
    """Nobody has this who was not shown this comparison."""
    told = f"{who.id} {releasing.digest_of(row)}"
    return hmac.new(house.settings.server_key().encode(), told.encode(), sha256).hexdigest()


@router.post("/api/versions/{n}/release")
async def release(request: Request, who: Releaser, n: int, given: ReleaseIn) -> dict[str, Any]:
    """From now on this version hears; every process takes it within seconds."""
    house = _house(request)
    async with house.database.write() as session:
        row = await versions.find(session, n)
        was_seen = hmac.compare_digest(given.seen.encode(), _seen(house, who, row).encode())
        seen = releasing.digest_of(row) if was_seen else ""
        asked = releasing.Request(given.confirm, seen, given.reason, given.override)
        await releasing.release(session, n, asked, who.author, house.services.clock())
    return await _after_release(request, who)


@router.post("/api/rollback")
async def roll_back(request: Request, who: Releaser, given: ReleaseIn) -> dict[str, Any]:
    """The version before hears again."""
    house = _house(request)
    async with house.database.write() as session:
        asked = releasing.Request(given.confirm, reason=given.reason)
        await releasing.roll_back(session, asked, who.author, house.services.clock())
    return await _after_release(request, who)


async def _after_release(request: Request, who: Person) -> dict[str, Any]:
    """This process takes it at once; the others see it within seconds."""
    house = _house(request)
    if house.hearing:
        await house.hearing.look()
    return await overview(request, who)
