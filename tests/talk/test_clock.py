"""Time moves only when it is told to; what falls due on the way is done at its moment and in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.talk.clock import Clock, NoJobs, StuckJob, move_on

pytestmark = pytest.mark.fast

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """Jobs at given moments; each notes when it was done, and may lead to another."""

    def __init__(self, clock: Clock, *due: datetime, leads_to: timedelta | None = None, stuck: bool = False) -> None:
        self._clock, self._due, self._leads_to, self._stuck = clock, sorted(due), leads_to, stuck
        self.done: list[datetime] = []

    async def next_due(self) -> datetime | None:
        return self._due[0] if self._due else None

    async def run_due(self) -> None:
        self.done.append(self._clock())
        due = self._due[0] if self._stuck else self._due.pop(0)
        if self._leads_to:
            self._due.append(due + self._leads_to)


async def test_jobs_are_done_at_their_moment_and_in_order() -> None:
    clock = Clock(START)
    diary = Diary(clock, START + 3 * HOUR, START + HOUR, START + 9 * HOUR)
    await move_on(clock, diary, 4 * HOUR)
    assert diary.done == [START + HOUR, START + 3 * HOUR]
    assert clock() == START + 4 * HOUR


async def test_a_job_may_lead_to_another_on_the_way() -> None:
    clock = Clock(START)
    diary = Diary(clock, START + HOUR, leads_to=HOUR)
    await move_on(clock, diary, 3 * HOUR)
    assert diary.done == [START + HOUR, START + 2 * HOUR, START + 3 * HOUR]


async def test_what_was_due_before_is_done_now_and_time_never_goes_back() -> None:
    clock = Clock(START)
    diary = Diary(clock, START - HOUR)
    await move_on(clock, diary, HOUR)
    assert diary.done == [START]


async def test_a_job_that_stays_due_is_an_error_and_not_an_endless_loop() -> None:
    clock = Clock(START)
    with pytest.raises(StuckJob):
        await move_on(clock, Diary(clock, START, stuck=True), HOUR)


async def test_without_jobs_only_time_passes() -> None:
    clock = Clock(START)
    await move_on(clock, NoJobs(), HOUR)
    assert clock() == START + HOUR
