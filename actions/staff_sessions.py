"""Signed-in browsers, one-time links and failed tries. Tokens are stored as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.conversations import hash_token
from models.staff import SignInFailure, StaffLink, StaffMember, StaffSession

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
PENDING_FOR = timedelta(minutes=5)
LINK_FOR = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=2)


def open_session(
    session: AsyncSession,
    *,
    session_id: str,
    staff_id: str,
    token: str,
    now: datetime,
    pending: bool,
    address: str,
    browser: str,
) -> StaffSession:
    """A new signed-in browser."""
    row = StaffSession(
        id=session_id, staff_id=staff_id, token_hash=hash_token(token), pending=pending, address=address[:64],
        browser=browser[:200], created_at=now, seen_at=now,
    )  # fmt: skip
    session.add(row)
    return row


async def find_session(session: AsyncSession, token: str, now: datetime) -> tuple[StaffSession, StaffMember] | None:
    """The session of that token with its person, unless it ended or the person was disabled."""
    query = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == hash_token(token), StaffMember.disabled_at.is_(None))
    )
    found = (await session.execute(query)).one_or_none()
    if found is None or not _is_open(found[0], now):
        return None
    return found[0], found[1]


def _is_open(row: StaffSession, now: datetime) -> bool:
    if row.pending:
        return now - row.created_at <= PENDING_FOR
    return now - row.seen_at <= IDLE and now - row.created_at <= LONGEST


async def find_open(session: AsyncSession, session_id: str, now: datetime) -> tuple[StaffSession, StaffMember] | None:
    """The same by the session's id, for a socket that looks whether it may go on."""
    query = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.id == session_id, StaffMember.disabled_at.is_(None))
    )
    found = (await session.execute(query)).one_or_none()
    return None if found is None or not _is_open(found[0], now) else (found[0], found[1])


async def note_seen(session: AsyncSession, session_id: str, now: datetime) -> None:
    """Keeps the session from ending for want of use."""
    if row := await session.get(StaffSession, session_id):
        row.seen_at = now


async def sessions_of(session: AsyncSession, staff_id: str, now: datetime) -> list[StaffSession]:
    """A person's signed-in browsers, newest first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.pending.is_(False))
    rows = (await session.execute(query.order_by(StaffSession.created_at.desc()))).scalars()
    return [row for row in rows if _is_open(row, now)]


async def close_session(session: AsyncSession, token: str) -> str | None:
    """Signs that browser out; the id of the session that was."""
    query = delete(StaffSession).where(StaffSession.token_hash == hash_token(token)).returning(StaffSession.id)
    return (await session.execute(query)).scalar_one_or_none()


async def close_sessions(session: AsyncSession, staff_id: str, *, but: str = "", only: str = "") -> Sequence[str]:
    """Signs a person out everywhere, apart from one session, or out of one only; the ids of those that were."""
    query = delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.id != but)
    if only:
        query = query.where(StaffSession.id == only)
    return list((await session.execute(query.returning(StaffSession.id))).scalars())


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Removes what ended long ago."""
    await session.execute(delete(StaffSession).where(StaffSession.created_at < now - LONGEST))
    await session.execute(delete(SignInFailure).where(SignInFailure.at < now - timedelta(days=1)))


def add_link(session: AsyncSession, *, link_id: str, token: str, staff_id: str | None, now: datetime) -> None:
    """A link that lets somebody choose a password; without ``staff_id``, be the first administrator."""
    session.add(StaffLink(id=link_id, token_hash=hash_token(token), staff_id=staff_id, created_at=now))


async def find_link(session: AsyncSession, token: str, now: datetime) -> StaffLink | None:
    """The link of that token, locked, unless it was used. Links for staff end after a week; the first one does not."""
    query = select(StaffLink).where(StaffLink.token_hash == hash_token(token)).with_for_update()
    link = (await session.execute(query)).scalar_one_or_none()
    if link is None or link.used_at is not None or (link.staff_id is not None and now - link.created_at > LINK_FOR):
        return None
    return link


async def use_links(session: AsyncSession, staff_id: str | None, now: datetime) -> None:
    """All links of that person are used up (of nobody: those for the first administrator)."""
    owner = StaffLink.staff_id.is_(None) if staff_id is None else StaffLink.staff_id == staff_id
    for link in (await session.execute(select(StaffLink).where(owner, StaffLink.used_at.is_(None)))).scalars():
        link.used_at = now


async def count_failures(session: AsyncSession, counted_as: str, since: datetime) -> tuple[int, datetime | None]:
    """How many tries failed since then, and when the first of them did."""
    query = select(func.count(), func.min(SignInFailure.at)).where(
        SignInFailure.counted_as == counted_as, SignInFailure.at > since
    )
    count, first = (await session.execute(query)).one()
    return count, first


def add_failure(session: AsyncSession, failure_id: str, counted_as: str, now: datetime) -> None:
    """Notes a failed try."""
    session.add(SignInFailure(id=failure_id, counted_as=counted_as[:240], at=now))


async def forget_failures(session: AsyncSession, counted_as: Sequence[str]) -> None:
    """The right password was given: those tries count no more."""
    await session.execute(delete(SignInFailure).where(SignInFailure.counted_as.in_(counted_as)))
