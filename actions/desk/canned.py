"""Canned replies: kept by language, filled in with what is known of the customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.desk.entries import clean_text, refuse
from actions.services import Services
from dialogues.language import LOCALES
from models.desk import CannedReply

_SHORTCUT = re.compile(r"[\w.-]{1,40}")
VARIABLES = ("name", "agent", "order", "item")


async def list_canned(session: AsyncSession, locale: str | None = None) -> list[CannedReply]:
    """The canned replies, of one language or all, by shortcut."""
    query = select(CannedReply).order_by(CannedReply.locale, CannedReply.shortcut)
    if locale is not None:
        query = query.where(CannedReply.locale == locale)
    return list((await session.execute(query)).scalars())


async def save_canned(
    session: AsyncSession, services: Services, *, locale: str, shortcut: str, text: str, title: str = ""
) -> CannedReply:
    """Adds one, or changes the one of that language and shortcut. Raises DeskRefused: bad_canned, empty, too_long."""
    shortcut = shortcut.strip().lstrip("/")
    unknown = set(re.findall(r"\{(\w*)\}", text)) - set(VARIABLES)
    if locale not in LOCALES or not _SHORTCUT.fullmatch(shortcut) or unknown:
        raise refuse("bad_canned", unknown=", ".join(sorted(unknown)))
    text = clean_text(text)
    query = select(CannedReply).where(CannedReply.locale == locale, CannedReply.shortcut == shortcut)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        row = CannedReply(id=services.new_id(), locale=locale, shortcut=shortcut, text=text,
                          updated_at=services.clock())  # fmt: skip
        session.add(row)
    row.text, row.title, row.updated_at = text, title.strip()[:120], services.clock()
    return row


async def delete_canned(session: AsyncSession, canned_id: str) -> bool:
    """Takes one away; False when it is not there."""
    row = await session.get(CannedReply, canned_id)
    if row is None:
        return False
    await session.delete(row)
    return True


def filled(text: str, values: Mapping[str, str]) -> str:
    """A canned text with what is known; a variable without a value stays, so that it is seen."""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1]) or match[0], text)


def as_data(row: CannedReply) -> dict[str, Any]:
    """A canned reply as pages read it."""
    return {"id": row.id, "locale": row.locale, "shortcut": row.shortcut, "title": row.title, "text": row.text}
