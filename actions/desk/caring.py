"""Care for staff: after an abusive chat, or three heated ones in a row, the next one goes to somebody else."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.services import Services
from dialogues.desk.assigning import after_chat
from models.desk import Seat
from models.handovers import Handover
from models.moments import Moment


async def care_after(session: AsyncSession, handover: Handover, services: Services) -> str:
    """Notes at the seat what this conversation was like; why a rest is due (abuse, heated_running) or ""."""
    seat = await session.get(Seat, handover.agent_id)
    if seat is None:
        return ""
    since = handover.taken_at or handover.created_at
    of_it = (Moment.conversation_id == handover.conversation_id) & (Moment.created_at >= since)
    hottest = (await session.execute(select(func.max(Moment.heat)).where(of_it))).scalar_one()
    abuse = select(func.count()).where(of_it, Moment.emotion == "abusive")
    abusive = (await session.execute(abuse)).scalar_one()
    heated = (hottest or 0) >= services.numbers.conflict_starts_at
    care = after_chat(seat.heated_running, heated=heated, abusive=bool(abusive))
    seat.heated_running = care.heated_running
    if care.rest:
        seat.rest_since = services.clock()
    return care.why
