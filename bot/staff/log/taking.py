"""Taking rows of the log out into a file: the page and the command do it alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from actions.audit import COMMAND_LINE, Author, record_change
from actions.log import taking_out
from actions.log.filters import Filters
from actions.services import new_id, utc_now
from bot.settings import Settings
from bot.staff.log import files
from bot.staff.log.words import words_of
from models.session import Database
from nlu.redaction import redact

FORMS = tuple(files.MEDIA_TYPES)
ROWS_AT_MOST = 500_000


@dataclass(frozen=True)
class Wanted:
    """Which rows, as what, for whom. ``told``: the filters as the audit log keeps them."""

    filters: Filters
    told: Mapping[str, Any]
    form: str
    redacted: bool
    author: Author


async def take(
    database: Database, zone: ZoneInfo, wanted: Wanted, target: Path, *, export_id: str, now: datetime
) -> int:
    """Writes the file, and that it was written; says how many rows it has. Raises OSError, DatabaseError."""
    subjects = set[str]()
    rows = taking_out.rows(
        database, wanted.filters, zone, at_most=ROWS_AT_MOST, redact=redact if wanted.redacted else None,
        subjects=subjects,
    )  # fmt: skip
    count = await files.write(rows, wanted.form, taking_out.COLUMNS, target)
    told = {"export": export_id, "form": wanted.form, "rows": count, "redacted": wanted.redacted, **wanted.told}
    async with database.write() as session:
        await taking_out.note(
            session, export_id=export_id, author=wanted.author, form=wanted.form, filters=wanted.told,
            redacted=wanted.redacted, count=count, digest=files.digest(target), subjects=subjects, now=now,
        )  # fmt: skip
        record_change(session, wanted.author, "log.exported", None, told, now)
    return count


async def take_out(
    settings: Settings, target: Path, form: str, words: str, since: str, until: str, *, personal: bool
) -> int:
    """The command's way. Raises ValueError for what is no day."""
    days = {name: date.fromisoformat(day) for name, day in (("since", since), ("until", until)) if day}
    filters = Filters(words=words_of(words), since=days.get("since"), until=days.get("until"))
    told = {"q": redact(words), "since": since, "until": until}
    wanted = Wanted(filters, {name: value for name, value in told.items() if value}, form, not personal, COMMAND_LINE)
    database = Database(settings.database)
    try:
        zone = ZoneInfo(settings.shop_timezone)
        return await take(database, zone, wanted, target, export_id=new_id(), now=utc_now())
    finally:
        await database.close()
