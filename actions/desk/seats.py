"""Who is at the desk: presence, languages, capacity, load; and asking the right one to take what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.desk import holding
from actions.desk.entries import Member, iso, refuse
from actions.services import Services
from dialogues.desk.assigning import ASK_AGAIN_AFTER_S, REST_AT_MOST_S, Candidate, choose
from models.conversations import Conversation
from models.desk import DeskEntry, Seat
from models.handovers import Handover

STATUSES = ("here", "away")
_BY_ITSELF = ("round_robin", "least_busy", "return")
GONE_AFTER = timedelta(seconds=90)  # no socket of theirs was heard for so long


async def sit_down(
    member: Member, services: Services, *, languages: Sequence[str] = (), capacity: int | None = None
) -> Seat:
    """The seat of a member of staff, made when they come first. Who was away stays away until they say otherwise."""
    async with services.database.write() as session:
        seat = await session.get(Seat, member.id)
        now = services.clock()
        if seat is None:
            seat = Seat(staff_id=member.id, name=member.name, languages=list(languages), status="here", seen_at=now)
            session.add(seat)
        seat.name, seat.seen_at = member.name, now
        if languages:
            seat.languages = list(languages)
        if capacity is not None:
            seat.capacity = capacity
        return seat


async def set_status(member: Member, status: str, services: Services) -> Seat:
    """Away or back. Coming back ends a rest. Raises DeskRefused: bad_status."""
    if status not in STATUSES:
        raise refuse("bad_status")
    async with services.database.write() as session:
        seat = await _seat(session, member)
        if status == "here" and seat.status == "away":
            seat.rest_since, seat.heated_running = None, 0
        seat.status, seat.seen_at = status, services.clock()
        return seat


async def end_rest(member: Member, services: Services) -> Seat:
    """No break is needed: what comes next may come here again."""
    async with services.database.write() as session:
        seat = await _seat(session, member)
        seat.rest_since, seat.heated_running = None, 0
        return seat


async def seen(staff_ids: Sequence[str], services: Services) -> None:
    """Their pages are open."""
    if not staff_ids:
        return
    async with services.database.write() as session:
        for seat in (await session.execute(select(Seat).where(Seat.staff_id.in_(staff_ids)))).scalars():
            seat.seen_at = services.clock()


async def _seat(session: AsyncSession, member: Member) -> Seat:
    seat = await session.get(Seat, member.id, with_for_update=True)
    if seat is None:
        raise refuse("no_seat")
    return seat


async def all_seats(session: AsyncSession) -> list[Seat]:
    """Everybody who ever sat at the desk, by name."""
    return list((await session.execute(select(Seat).order_by(Seat.name))).scalars())


async def loads(session: AsyncSession) -> dict[str, int]:
    """How many conversations each holds or is asked to take."""
    whose = func.coalesce(func.nullif(Handover.agent_id, ""), Handover.assigned_id)
    query = select(whose, func.count()).where(Handover.status.in_(("waiting", "taken")), whose != "").group_by(whose)
    found = (await session.execute(query)).all()
    return {str(staff_id): int(count) for staff_id, count in found}


def is_here(seat: Seat, now: datetime) -> bool:
    """True when they said so and their page is open."""
    return seat.status == "here" and now - seat.seen_at <= GONE_AFTER


def as_data(seat: Seat, load: int, now: datetime) -> dict[str, Any]:
    """A seat as pages read it."""
    return {"id": seat.staff_id, "name": seat.name, "languages": list(seat.languages), "capacity": seat.capacity,
            "status": "here" if is_here(seat, now) else "away", "load": load,
            "rest_since": iso(_resting_since(seat, now)), "heated_running": seat.heated_running}  # fmt: skip


def _resting_since(seat: Seat, now: datetime) -> datetime | None:
    """Since when a rest is due; one that was not taken is over after a quarter of an hour."""
    since = seat.rest_since
    return since if since and now - since < timedelta(seconds=REST_AT_MOST_S) else None


async def assign_waiting(services: Services, how: str) -> list[str]:
    """Asks somebody for everything that waits for nobody, or for somebody who did not come; which conversations."""
    if how == "hand":
        return []
    async with services.database.read() as session:
        now = services.clock()
        query = select(Handover, Conversation.locale).join(Conversation, Conversation.id == Handover.conversation_id)
        waiting = (await session.execute(query.where(Handover.status == "waiting").order_by(Handover.created_at))).all()
        late = now - timedelta(seconds=ASK_AGAIN_AFTER_S)
        open_ones = [
            (handover, locale) for handover, locale in waiting
            if not handover.assigned_id
            or (handover.assigned_why in _BY_ITSELF and (handover.assigned_at or now) < late)
        ]  # fmt: skip
        if not open_ones:
            return []
    asked = []
    for handover, locale in open_ones:
        async with services.database.read() as session:
            candidates = await _candidates(session, handover, now)
        chosen = choose(candidates, locale, how)
        if chosen is None:
            continue
        to = Member(chosen.candidate.staff_id, chosen.candidate.name)
        if await holding.assign(handover.conversation_id, to, services, why=chosen.why):
            asked.append(handover.conversation_id)
            await _others_rest(services, to.id)
    return asked


async def _candidates(session: AsyncSession, handover: Handover, now: datetime) -> list[Candidate]:
    load = await loads(session)
    held = select(Handover.agent_id).where(
        Handover.conversation_id == handover.conversation_id, Handover.agent_id != ""
    )
    last = (await session.execute(held.order_by(Handover.created_at.desc()).limit(1))).scalar_one_or_none()
    asked = select(DeskEntry.data).where(
        DeskEntry.conversation_id == handover.conversation_id, DeskEntry.kind == "assigned",
        DeskEntry.created_at >= handover.created_at,
    )  # fmt: skip
    passed = {data.get("to") for data in (await session.execute(asked)).scalars()}
    return [
        Candidate(
            staff_id=seat.staff_id, name=seat.name, here=is_here(seat, now), languages=tuple(seat.languages),
            capacity=max(seat.capacity, 1), load=load.get(seat.staff_id, 0),
            resting=_resting_since(seat, now) is not None, served_at=seat.served_at,
            held_before=seat.staff_id == last, passed=seat.staff_id in passed,
        )
        for seat in await all_seats(session)
    ]  # fmt: skip


async def _others_rest(services: Services, staff_id: str) -> None:
    """The next one went to somebody else: that is what was due to those who rest."""
    async with services.database.write() as session:
        resting = select(Seat).where(Seat.rest_since.is_not(None), Seat.staff_id != staff_id, Seat.status == "here")
        for seat in (await session.execute(resting)).scalars():
            seat.rest_since, seat.heated_running = None, 0


async def assigned_to(session: AsyncSession, conversation_id: str) -> str:
    """Who is asked to take the conversation, or ""."""
    query = select(Handover.assigned_id).where(
        Handover.conversation_id == conversation_id, Handover.status == "waiting"
    )
    return (await session.execute(query)).scalars().first() or ""
