"""When people are at the desk: a week, and days that differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # minutes after midnight: from, until (at most 1440)
LOOKED_AHEAD_DAYS = 400


@dataclass
class Hours:
    """Opening hours in shop time. ``week`` (Monday first; None: closed) and ``days`` override the two hours.

    ``forced`` overrides the clock.
    """

    timezone: str
    opening_hour: int
    closing_hour: int
    forced: bool | None = None
    week: tuple[Span | None, ...] = ()
    days: Mapping[date, Span | None] = field(default_factory=dict)

    def local(self, now: datetime) -> datetime:
        """That moment in shop time."""
        return now.astimezone(ZoneInfo(self.timezone))

    def span(self, day: date) -> Span | None:
        """From when until when people are there on that day; None when they are not."""
        if day in self.days:
            return self.days[day]
        if self.week:
            return self.week[day.weekday()]
        return self.opening_hour * 60, self.closing_hour * 60

    def is_open(self, now: datetime) -> bool:
        """True while somebody is at the desk."""
        if self.forced is not None:
            return self.forced
        local = self.local(now)
        span = self.span(local.date())
        return span is not None and span[0] <= local.hour * 60 + local.minute < span[1]

    def call_back_at(self, now: datetime) -> datetime:
        """One hour after the desk opens next, in shop time: when a call-back is promised."""
        return self._next_opening(self.local(now)) + timedelta(hours=1)

    def _next_opening(self, local: datetime) -> datetime:
        for ahead in range(LOOKED_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            if span := self.span(day):
                opens = datetime.combine(day, time(), local.tzinfo) + timedelta(minutes=span[0])
                if opens > local:
                    return opens
        return local + timedelta(days=1)  # a desk that never opens: somebody looks tomorrow
