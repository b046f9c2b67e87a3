"""Dates and times of day, made plain: "上个礼拜三", "by Friday", "明天下午三点"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nlu.grammar import Match, Piece
from nlu.numerals import number_of

DAY_ENDS = "23:59"  # twelve at night
_UNIT_DAYS = {"DAYS": 1, "WEEK": 7}


@dataclass(frozen=True)
class Today:
    """The customer's present day and time; None when no clock was given."""

    moment: datetime | None

    @classmethod
    def of(cls, now: datetime | None, timezone: str | None) -> Today:
        """A timezone that does not exist is passed over."""
        if now is None:
            return cls(None)
        if timezone:
            try:
                return cls(now.astimezone(ZoneInfo(timezone)))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                pass
        return cls(now)

    def shifted(self, days: int) -> str:
        """ISO date, or "now+3d" without a clock."""
        if self.moment is None:
            return f"now{days:+d}d"
        return _safe_shift(self.moment.date(), days)


def date_value(match: Match, today: Today, over: bool = False) -> str | None:
    """ISO date ("2026-11-18"), ISO month or week ("2026-10", "2026-W46"); None when it is no date.

    ``over``: the message tells of that day as past.
    """
    try:
        return _date_value(match, today, over)
    except (ValueError, OverflowError):  # 31 February, the year 99999
        return None


def _date_value(match: Match, today: Today, over: bool) -> str | None:
    pieces = {piece.tag: piece for piece in match.pieces}
    numbers = [_int(piece) for piece in match.pieces if piece.tag == "NUM"]
    if None in numbers:
        return None
    values = [number for number in numbers if number is not None]
    shift = int(pieces["SHIFT"].value) if "SHIFT" in pieces else None
    name = match.name
    if name == "day":
        return today.shifted(int(match.pieces[0].value))
    if name == "day_before":
        return today.shifted(-2)
    if name == "day_after":
        return today.shifted(2)
    if name == "later" and over:
        return None  # "within a day, you said": it is not known since when
    if name in ("ago", "later"):
        return _relative(match, today, -1 if name == "ago" else 1)
    if name == "absolute":
        return _absolute(match, values)
    if name == "feast":
        return _coming(today, *map(int, pieces["FEAST"].value.split("-")))
    if name == "calendar":
        return _coming(today, values[0], values[1])
    if name == "named_month":
        return _coming(today, int(pieces["MON"].value), values[0])
    if today.moment is None:
        return f"now:{''.join(piece.text for piece in match.pieces)}"
    day = today.moment.date()
    if name == "weekday":
        return _weekday(pieces, values, shift, day, over)
    if name == "weekend":
        return (_monday(day) + timedelta(days=5 + 7 * (shift or 0))).isoformat()
    if name == "week":
        year, week, _ = (day + timedelta(days=7 * (shift or 0))).isocalendar()
        return f"{year}-W{week:02d}"
    if name == "month":
        return _month(day, shift or 0).strftime("%Y-%m")
    if name == "month_end":
        first = _month(day, shift or 0)
        return first.replace(day=monthrange(first.year, first.month)[1]).isoformat()
    if name == "year_end":
        return date(day.year, 12, 31).isoformat()
    if name == "month_day":
        named = _month(day, shift or 0).replace(day=values[0])
        gone = over and shift is None and named > day
        return (_month(day, -1).replace(day=values[0]) if gone else named).isoformat()
    return None


def clock_value(match: Match) -> str | None:
    """ "15:30"; None for hours that no clock has."""
    pieces = {piece.tag: piece for piece in match.pieces}
    part = pieces["PART"].value if "PART" in pieces else ""
    if "CLOCK" in pieces:
        hour, minute = map(int, pieces["CLOCK"].text.split(":"))
    elif "NOON" in pieces or "MIDNIGHT" in pieces:
        hour, minute = (12 if "NOON" in pieces else 0), 0
    else:
        numbers = [_int(piece) for piece in match.pieces if piece.tag == "NUM"]
        if not numbers or None in numbers:
            return None
        hour, minute = int(numbers[0] or 0), int((numbers[1] if len(numbers) > 1 else 0) or 0)
        minute = 30 if "HALF" in pieces else minute
    if part == "NIGHT" and hour == 12:
        return DAY_ENDS
    hour = _of_day(hour, part)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _of_day(hour: int, part: str) -> int:
    """The hour of the day that is named with a part of it: 12 am is 0, two at night is 2."""
    if part == "AM":
        return 0 if hour == 12 else hour
    if part == "NIGHT":
        return hour + 12 if 5 <= hour < 12 else hour
    return hour + 12 if (part == "PM" and hour < 12) or (part == "NOON" and hour < 3) else hour


def _int(piece: Piece) -> int | None:
    number = number_of(piece.text)
    return int(number) if number is not None and number == int(number) and abs(number) < 10**6 else None


def _relative(match: Match, today: Today, sign: int) -> str | None:
    number, unit = None, ""
    for piece in match.pieces:
        if piece.tag in ("NUM", "ARTICLE"):
            number = 1 if piece.tag == "ARTICLE" else _int(piece)
        elif piece.tag in ("DAYS", "WEEK", "MONTH", "YEAR", "HOURS"):
            unit = piece.tag
    if number is None:
        return None
    if unit in _UNIT_DAYS:
        return today.shifted(sign * number * _UNIT_DAYS[unit])
    if today.moment is None:
        return f"now{sign * number:+d}{unit.lower()[:-1] if unit == 'HOURS' else unit.lower()}"
    if unit == "HOURS":
        return (today.moment + timedelta(hours=sign * number)).strftime("%Y-%m-%dT%H:%M")
    day = today.moment.date()
    month = _month(day, sign * number * (12 if unit == "YEAR" else 1))
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1])).isoformat()


def _absolute(match: Match, values: list[int]) -> str:
    if match.pieces[0].tag == "YMD":
        values = [int(part) for part in re.split(r"[-/.]", match.pieces[0].text)]
    return date(*values[:3]).isoformat()


def _coming(today: Today, month: int, day: int) -> str:
    """A day of the year, in the year that brings it nearest to the present."""
    if today.moment is None:
        date(2024, month, day)
        return f"--{month:02d}-{day:02d}"
    here = today.moment.date()
    years = [year for year in (here.year - 1, here.year, here.year + 1) if (month, day) != (2, 29) or year % 4 == 0]
    days = [date(year, month, day) for year in years]
    return min(days, key=lambda each: abs((each - here).days)).isoformat()


def _weekday(pieces: dict[str, Piece], values: list[int], shift: int | None, day: date, over: bool) -> str | None:
    number = int(pieces["WD"].value) if "WD" in pieces else (values[0] if values else 7)
    if not 1 <= number <= 7:
        return None
    if shift is None and over:  # the last one, today included
        return (day - timedelta(days=(day.isoweekday() - number) % 7)).isoformat()
    if shift is None:  # the coming one, today included
        return (day + timedelta(days=(number - day.isoweekday()) % 7)).isoformat()
    if "WD" in pieces and shift == -1:  # English "last Wednesday" is the one just gone
        return (day - timedelta(days=(day.isoweekday() - number - 1) % 7 + 1)).isoformat()
    return (_monday(day) + timedelta(days=number - 1 + 7 * shift)).isoformat()


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _month(day: date, shift: int) -> date:
    """The first of the month `shift` months from `day`."""
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _safe_shift(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
