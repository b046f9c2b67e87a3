"""The shop's settings: what may be changed, within which bounds, and changing it. The files hold until then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit import Author, record_change
from actions.hours import Span
from actions.services import Services
from actions.staff import StaffRefused
from dialogues.desk.assigning import WAYS
from dialogues.numbers import Numbers
from models.settings import ShopSetting

NUMBER, WEEK, DAYS, OWN_SECRET = "number.", "hours.week", "hours.days", "identity.own_secret_retired"
ASSIGNMENT = "desk.assignment"
DAYS_AT_MOST = 200


@dataclass(frozen=True)
class Bounds:
    """What a number may be. ``unit`` is a label of the page: minutes, hours, times, heat."""

    group: str
    unit: str
    low: float
    high: float
    whole: bool = True


def _half(group: str, unit: str, low: float, high: float) -> Bounds:
    return Bounds(group, unit, low, high, whole=False)


CHANGEABLE: Mapping[str, Bounds] = {
    "queue_minutes": Bounds("waiting", "minutes", 1, 60),
    "agent_silent_minutes": Bounds("waiting", "minutes", 1, 60),
    "call_back_within_minutes": Bounds("waiting", "minutes", 10, 1440),
    "conflict_starts_at": Bounds("feelings", "heat", 5, 30),
    "conflict_ends_below": Bounds("feelings", "heat", 1, 29),
    "no_offer_at_intensity": Bounds("feelings", "intensity", 1, 3),
    "heat_for_human": Bounds("feelings", "heat", 10, 30),
    "rising_ends_at": Bounds("feelings", "heat", 5, 30),
    "abuse_again_within_hours": _half("feelings", "hours", 1, 168),
    "heat_halves_after_hours": _half("feelings", "hours", 1, 72),
    "questions_per_episode": Bounds("talking", "times", 1, 6),
    "fact_asked_at_most": Bounds("talking", "times", 1, 4),
    "options_at_most": Bounds("talking", "times", 1, 5),
    "options_in_conflict": Bounds("talking", "times", 1, 5),
    "empathy_per_episode": Bounds("talking", "times", 1, 6),
    "refusals_before_human": Bounds("people", "times", 1, 5),
    "unresolved_before_human": Bounds("people", "times", 1, 5),
    "misunderstood_before_human": Bounds("people", "times", 1, 5),
    "verifications_at_most": Bounds("people", "times", 1, 5),
    "outcome_check_after_hours": _half("coming_back", "hours", 1, 168),
    "nudge_after_minutes": Bounds("coming_back", "minutes", 2, 240),
    "nudge_again_after_hours": _half("coming_back", "hours", 1, 168),
    "slipped_again_after_hours": _half("coming_back", "hours", 1, 168),
    "survey_every_days": _half("coming_back", "days", 1, 365),
    "unsolicited_per_week": Bounds("coming_back", "times", 0, 14),
    "quiet_from_hour": Bounds("coming_back", "clock", 0, 23),
    "quiet_until_hour": Bounds("coming_back", "clock", 0, 23),
    "episode_ends_after_hours": _half("coming_back", "hours", 12, 720),
}
_FIRST_IS_NOT_MORE = (("conflict_ends_below", "conflict_starts_at"), ("options_in_conflict", "options_at_most"))


def checked_numbers(base: Numbers, given: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers that override the file's, checked. Raises StaffRefused: bad_number, numbers_clash."""
    checked: dict[str, Any] = {}
    for name, value in given.items():
        bounds = CHANGEABLE.get(name)
        if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
            raise StaffRefused("bad_number")
        if not bounds.low <= value <= bounds.high or (bounds.whole and value != int(value)):
            raise StaffRefused("bad_number")
        checked[name] = int(value) if bounds.whole else value
    numbers = replace(base, **checked)
    if any(getattr(numbers, low) > getattr(numbers, high) for low, high in _FIRST_IS_NOT_MORE):
        raise StaffRefused("numbers_clash")
    return checked


def checked_week(given: Any) -> list[list[int] | None]:
    """Seven days, Monday first, each [from, until] in minutes or None. Raises StaffRefused ``bad_hours``."""
    if not isinstance(given, list) or len(given) != 7:
        raise StaffRefused("bad_hours")
    week = [_checked_span(each) for each in given]
    if not any(week):
        raise StaffRefused("never_open")
    return week


def checked_days(given: Any) -> dict[str, list[int] | None]:
    """Days that differ, by ISO date. Raises StaffRefused ``bad_hours``."""
    if not isinstance(given, dict) or len(given) > DAYS_AT_MOST:
        raise StaffRefused("bad_hours")
    try:
        return {date.fromisoformat(day).isoformat(): _checked_span(span) for day, span in sorted(given.items())}
    except (TypeError, ValueError) as error:
        raise StaffRefused("bad_hours") from error


def checked_assignment(given: Any) -> str:
    """A way in which waiting conversations find staff. Raises StaffRefused ``bad_assignment``."""
    if given not in WAYS:
        raise StaffRefused("bad_assignment")
    return str(given)


def _checked_span(span: Any) -> list[int] | None:
    if span is None:
        return None
    if not isinstance(span, list) or len(span) != 2 or any(type(minute) is not int for minute in span):
        raise StaffRefused("bad_hours")
    if not 0 <= span[0] < span[1] <= 1440:
        raise StaffRefused("bad_hours")
    return span


async def change_numbers(
    session: AsyncSession, base: Numbers, changes: Mapping[str, Any], author: Author, now: datetime
) -> None:
    """Changes numbers; None takes one back to the file's. Raises StaffRefused."""
    if set(changes) - set(CHANGEABLE):
        raise StaffRefused("bad_number")
    present = numbers_in(await all_settings(session))
    wanted = {name: value for name, value in {**present, **changes}.items() if value is not None}
    checked = checked_numbers(base, wanted)
    for name in changes:
        default = getattr(base, name)
        value = checked.get(name)
        await change(session, NUMBER + name, None if value == default else value, author, now, default=default)


async def change(
    session: AsyncSession, key: str, value: Any, author: Author, now: datetime, *, default: Any = None
) -> None:
    """Sets one setting, or with None takes it back to ``default``; the log holds what was in force before and after."""
    row = await session.get(ShopSetting, key, with_for_update=True)
    before = row.value if row else default
    after = default if value is None else value
    if before == after:
        return
    if row is None:
        session.add(ShopSetting(key=key, value=value, changed_at=now))
    elif value is None:
        await session.delete(row)
    else:
        row.value, row.changed_at = value, now
    record_change(session, author, f"setting.{key}", before, after, now)
    await session.flush()


async def all_settings(session: AsyncSession) -> dict[str, Any]:
    """What was changed, by key."""
    return {row.key: row.value for row in (await session.execute(select(ShopSetting))).scalars()}


def numbers_in(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers among the settings. One that is no longer changeable is left out."""
    named = {key.removeprefix(NUMBER): value for key, value in settings.items() if key.startswith(NUMBER)}
    return {name: value for name, value in named.items() if name in CHANGEABLE}


def put_in_force(settings: Mapping[str, Any], base: Numbers, services: Services) -> None:
    """From now on decisions are made with these settings over the file's."""
    services.overrides = numbers_in(settings)
    services.numbers = replace(base, **services.overrides)
    services.hours.week = tuple(_span(each) for each in settings.get(WEEK) or ())
    services.hours.days = {date.fromisoformat(day): _span(each) for day, each in (settings.get(DAYS) or {}).items()}


def _span(span: list[int] | None) -> Span | None:
    return (span[0], span[1]) if span else None
