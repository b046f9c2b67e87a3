"""Nobody is written to at night: in every time zone there is, on every day, through every change of the clocks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from dialogues.daytime import is_quiet, next_daytime
from dialogues.numbers import Numbers

DAYS, FIRST = 400, datetime(2026, 11, 1, tzinfo=UTC)
ZONES = sorted(available_timezones())
SECOND = timedelta(seconds=1)


def _check(now: datetime, zone: ZoneInfo, numbers: Numbers) -> None:
    local = now.astimezone(zone)
    then = next_daytime(local, numbers).astimezone(UTC)
    on_their_clock = then.astimezone(zone)
    assert not is_quiet(on_their_clock.hour, numbers), f"{zone}: {local} was moved to {on_their_clock}, which is night"
    if not is_quiet(local.hour, numbers):
        assert then == now, f"{zone}: {local} is daytime and was moved to {on_their_clock}"
        return
    # The night is one stretch: its last second before a moment not far ahead makes that moment the first of the day.
    assert now < then <= now + timedelta(hours=14), f"{zone}: {local} was moved to {on_their_clock}"
    last = (then - SECOND).astimezone(zone)
    assert is_quiet(last.hour, numbers), f"{zone}: {local} was moved to {on_their_clock}, but {last} is daytime"


@pytest.mark.fast
def test_whoever_is_due_at_night_is_due_at_the_first_moment_of_their_day():
    chance, numbers = random.Random(20261101), Numbers()
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in range(DAYS):
            within = timedelta(seconds=chance.randrange(86_400))
            _check(FIRST + timedelta(days=day) + within, zone, numbers)


@pytest.mark.fast
def test_on_days_when_clocks_change_every_half_hour_is_right():
    numbers = Numbers()
    checked = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in range(DAYS):
            begins = FIRST + timedelta(days=day)
            if begins.astimezone(zone).utcoffset() == (begins + timedelta(days=1)).astimezone(zone).utcoffset():
                continue
            for half_hour in range(-24, 72):
                _check(begins + timedelta(minutes=30 * half_hour), zone, numbers)
                checked += 1
    assert checked > 10_000, "there were changes of the clocks among them"


@pytest.mark.parametrize(("begins", "ends"), [(21, 9), (22, 8), (0, 6), (13, 15), (23, 0), (0, 1)])
@pytest.mark.fast
def test_a_shop_may_choose_its_quiet_hours(begins: int, ends: int):
    numbers = replace(Numbers(), quiet_from_hour=begins, quiet_until_hour=ends)
    for name in ("Asia/Shanghai", "Asia/Taipei", "Europe/London", "America/St_Johns", "Australia/Lord_Howe",
                 "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu"):  # fmt: skip
        for quarter in range(0, 96 * 30, 7):
            _check(FIRST + timedelta(minutes=15 * quarter), ZoneInfo(name), numbers)


@pytest.mark.fast
def test_no_quiet_hours_means_none():
    numbers = replace(Numbers(), quiet_from_hour=9, quiet_until_hour=9)
    for hour in range(24):
        now = datetime(2026, 11, 23, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
        assert next_daytime(now, numbers) == now
