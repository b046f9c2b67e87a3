"""The code from the telephone and its recovery codes. Each code serves once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.conversations import hash_token
from models.staff import StaffMember


async def set_second_factor(
    session: AsyncSession,
    member: StaffMember,
    *,
    sealed: str,
    step: int,
    recovery_codes: Sequence[str],
    author: Author,
    now: datetime,
) -> None:
    """From now on a code is asked for after the password. ``step`` is the one whose code was just used."""
    record_change(session, author, f"staff.{member.login}.second_factor", bool(member.totp_secret), True, now)
    member.totp_secret, member.totp_step = sealed, step
    member.recovery_hashes = [hash_token(code) for code in recovery_codes]
    await session.flush()


async def locked(session: AsyncSession, staff_id: str) -> StaffMember | None:
    """The person's row, locked: two requests with the same code are one after the other."""
    query = select(StaffMember).where(StaffMember.id == staff_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


def use_step(member: StaffMember, step: int) -> bool:
    """Marks the code of that time step as used; False when it, or a later one, was used before."""
    if step <= member.totp_step:
        return False
    member.totp_step = step
    return True


def use_recovery_code(session: AsyncSession, member: StaffMember, code: str, now: datetime) -> bool:
    """Uses one of the recovery codes up; False when it is none."""
    hashed = hash_token(code)
    if hashed not in member.recovery_hashes:
        return False
    left = [each for each in member.recovery_hashes if each != hashed]
    member.recovery_hashes = left
    record_change(session, Author(member.id, member.name), f"staff.{member.login}.recovery_code", None, len(left), now)
    return True
