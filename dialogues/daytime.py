"""The customer's own day: nobody is written to in their night, and nothing is promised for it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogues.numbers import Numbers


def is_quiet(hour: int, numbers: Numbers) -> bool:
    """True when nobody is written to at that hour of their day."""
    begins, ends = numbers.quiet_from_hour, numbers.quiet_until_hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def next_daytime(now: datetime, numbers: Numbers) -> datetime:
    """Now, or the end of the quiet hours: the first such moment on the clock of ``now``'s own time zone."""
    if not is_quiet(now.hour, numbers):
        return now
    ends = now.replace(hour=numbers.quiet_until_hour, minute=0, second=0, microsecond=0, fold=0)
    return ends if ends > now else ends + timedelta(days=1)


def promised_for(due: datetime, told: datetime, numbers: Numbers) -> tuple[datetime, datetime]:
    """When a promise is due and what is told of it, both in daytime, so that a slip can be told before the time told.

    Both times are on the customer's clock. What is told stays later than what is due by as much as it was.
    """
    day = next_daytime(due, numbers)
    return day, next_daytime(max(told, day + (told - due)), numbers)
