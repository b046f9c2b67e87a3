"""The people of the shop: adding, changing, disabling them. Every change is in the audit log."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from models.staff import StaffMember

ROLES = ("agent", "supervisor", "analyst", "administrator")
LANGUAGES = ("zh-CN", "zh-TW", "en")
LOGIN = re.compile(r"[\w.+@-]{2,120}")
NAME_CHARS = 80
CAPACITY_AT_MOST = 50


class StaffRefused(ValueError):
    """A change that cannot be made; the code says why, and the pages have words for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normal_login(login: str) -> str:
    """A login as it is stored: case and width of letters make no difference. Raises StaffRefused ``bad_login``."""
    normal = unicodedata.normalize("NFKC", login).strip().casefold()
    if not LOGIN.fullmatch(normal):
        raise StaffRefused("bad_login")
    return normal


def normal_name(name: str) -> str:
    """A name on one line, without control characters. Raises StaffRefused ``bad_name``."""
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    normal = " ".join(kept.split())
    if not 1 <= len(normal) <= NAME_CHARS:
        raise StaffRefused("bad_name")
    return normal


async def add_staff(
    session: AsyncSession,
    *,
    staff_id: str,
    login: str,
    name: str,
    role: str,
    author: Author,
    now: datetime,
    password_hash: str = "",
    languages: Sequence[str] = LANGUAGES,
    demo: bool = False,
) -> StaffMember:
    """Adds a person. Raises StaffRefused: bad_login, bad_name, bad_role, bad_languages, login_taken."""
    login = normal_login(login)
    if await find_by_login(session, login):
        raise StaffRefused("login_taken")
    member = StaffMember(
        id=staff_id, login=login, name=normal_name(name), role=_known_role(role), password_hash=password_hash,
        languages=_known_languages(languages), demo=demo, created_at=now, recovery_hashes=[], capacity=5,
    )  # fmt: skip
    session.add(member)
    record_change(session, author, f"staff.{login}", None, {"name": member.name, "role": role}, now)
    await session.flush()
    return member


async def change_staff(
    session: AsyncSession, member: StaffMember, changes: dict[str, Any], author: Author, now: datetime
) -> None:
    """Changes name, role, languages or capacity. Raises StaffRefused."""
    for field, value in changes.items():
        before, after = getattr(member, field), _CHECKS[field](value)
        if before == after:
            continue
        if field == "role":
            await _keep_an_administrator(session, member)
        setattr(member, field, after)
        record_change(session, author, f"staff.{member.login}.{field}", before, after, now)
    await session.flush()


async def set_password(
    session: AsyncSession, member: StaffMember, password_hash: str, author: Author, now: datetime
) -> None:
    """A new password. The log says that it changed, never what it is."""
    member.password_hash = password_hash
    record_change(session, author, f"staff.{member.login}.password", None, None, now)
    await session.flush()


async def remove_second_factor(session: AsyncSession, member: StaffMember, author: Author, now: datetime) -> None:
    """Takes away the code from the telephone and the recovery codes."""
    if member.totp_secret:
        member.totp_secret, member.recovery_hashes = "", []
        record_change(session, author, f"staff.{member.login}.second_factor", True, False, now)
        await session.flush()


async def disable_staff(session: AsyncSession, member: StaffMember, author: Author, now: datetime) -> None:
    """Signs in no more. Raises StaffRefused ``last_administrator``."""
    if member.disabled_at is None:
        await _keep_an_administrator(session, member)
        member.disabled_at = now
        record_change(session, author, f"staff.{member.login}.disabled", False, True, now)
        await session.flush()


async def enable_staff(session: AsyncSession, member: StaffMember, author: Author, now: datetime) -> None:
    """May sign in again."""
    if member.disabled_at is not None:
        member.disabled_at = None
        record_change(session, author, f"staff.{member.login}.disabled", True, False, now)
        await session.flush()


async def find_by_login(session: AsyncSession, login: str) -> StaffMember | None:
    """Who has that login."""
    try:
        query = select(StaffMember).where(StaffMember.login == normal_login(login))
    except StaffRefused:
        return None
    return (await session.execute(query)).scalar_one_or_none()


async def find_by_subject(session: AsyncSession, subject: str) -> StaffMember | None:
    """Whom the identity provider knows under that subject."""
    query = select(StaffMember).where(StaffMember.sso_subject == subject)
    return (await session.execute(query)).scalar_one_or_none()


async def find_staff(session: AsyncSession, staff_id: str) -> StaffMember | None:
    """The person with that id."""
    return await session.get(StaffMember, staff_id)


async def all_staff(session: AsyncSession) -> list[StaffMember]:
    """Everybody, by name; who is disabled comes last."""
    query = select(StaffMember).order_by(StaffMember.disabled_at.is_not(None), StaffMember.name, StaffMember.login)
    return list((await session.execute(query)).scalars())


async def count_administrators(session: AsyncSession, *, but: str = "", demo: bool = False) -> int:
    """How many can administer, apart from that one. ``demo``: those of the demonstration count too."""
    query = select(func.count()).where(
        StaffMember.role == "administrator", StaffMember.disabled_at.is_(None), StaffMember.id != but
    )
    if not demo:
        query = query.where(StaffMember.demo.is_(False))
    return (await session.execute(query)).scalar_one()


async def _keep_an_administrator(session: AsyncSession, member: StaffMember) -> None:
    if member.role != "administrator":
        return
    # Locked, so that two administrators who disable each other at the same moment cannot both succeed.
    await session.execute(select(StaffMember.id).where(StaffMember.role == "administrator").with_for_update())
    if not await count_administrators(session, but=member.id, demo=member.demo):
        raise StaffRefused("last_administrator")


def _known_role(role: str) -> str:
    if role not in ROLES:
        raise StaffRefused("bad_role")
    return role


def _known_languages(languages: Sequence[str]) -> list[str]:
    if not isinstance(languages, list | tuple) or set(languages) - set(LANGUAGES):
        raise StaffRefused("bad_languages")
    return [language for language in LANGUAGES if language in languages]


def _known_capacity(capacity: int) -> int:
    if type(capacity) is not int or not 0 <= capacity <= CAPACITY_AT_MOST:
        raise StaffRefused("bad_capacity")
    return capacity


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": normal_name, "role": _known_role, "languages": _known_languages, "capacity": _known_capacity,
}  # fmt: skip
