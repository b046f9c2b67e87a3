"""The secrets with which the shop signs its customers' identities. They come in sealed: this room has no key."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.staff import StaffRefused, normal_name
from models.settings import IdentitySecret

VALID_AT_MOST = 10


async def add_secret(
    session: AsyncSession, *, secret_id: str, name: str, sealed: str, hint: str, author: Author, now: datetime
) -> IdentitySecret:
    """Adds a secret beside those that are valid. Raises StaffRefused: bad_name, too_many_keys."""
    if len(await valid_secrets(session, now)) >= VALID_AT_MOST:
        raise StaffRefused("too_many_keys")
    row = IdentitySecret(id=secret_id, name=normal_name(name), sealed=sealed, hint=hint, created_at=now)
    session.add(row)
    record_change(session, author, f"key.{row.name}", None, f"…{hint}", now)
    await session.flush()
    return row


async def retire_secret(session: AsyncSession, secret_id: str, after: timedelta, author: Author, now: datetime) -> None:
    """The secret is valid for so long still. Raises StaffRefused ``no_such_key``."""
    row = await session.get(IdentitySecret, secret_id, with_for_update=True)
    if row is None or (row.retired_at is not None and row.retired_at <= now):
        raise StaffRefused("no_such_key")
    before, row.retired_at = row.retired_at, now + after
    record_change(session, author, f"key.{row.name}.retired", before and before.isoformat(),
                  row.retired_at.isoformat(), now)  # fmt: skip
    await session.flush()


async def valid_secrets(session: AsyncSession, now: datetime) -> list[IdentitySecret]:
    """Those that are valid now, newest first."""
    valid = or_(IdentitySecret.retired_at.is_(None), IdentitySecret.retired_at > now)
    query = select(IdentitySecret).where(valid).order_by(IdentitySecret.created_at.desc())
    return list((await session.execute(query)).scalars())


async def check_another_is_valid(session: AsyncSession, now: datetime, *, but: str = "") -> None:
    """Raises StaffRefused ``last_key`` when customers could not be recognised any more."""
    if not any(row.retired_at is None and row.id != but for row in await valid_secrets(session, now)):
        raise StaffRefused("last_key")
