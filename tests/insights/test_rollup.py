"""Counts follow every change, are the same when built anew, and agree with the rows read in another way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from actions.insights.rollup import behind, catch_up, rebuild
from actions.services import Services
from bot.house import quiet_services
from bot.settings import Settings
from bot.traffic.play import Span, play_traffic
from models.followups import Followup
from models.handovers import Handover
from models.insights import InsightCell, InsightShare
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.session import Database

END = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
async def services(database: Database) -> Services:
    """A shop after two months of traffic that nobody counted yet."""
    services = quiet_services(Settings(), database)
    await play_traffic(services, conversations=8, seed="r", span=Span.of_months(2, END))
    return services


async def cells(services: Services) -> dict[tuple[Any, ...], tuple[int, float, float]]:
    async with services.database.read() as session:
        rows = (await session.execute(select(InsightCell))).scalars()
        return {
            (r.what, r.day, r.channel, r.locale, r.issue, r.kind, r.detail): (
                r.n, round(r.total, 6), round(r.squares, 5)) for r in rows
        }  # fmt: skip


async def of(services: Services, what: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, (n, _, _) in (await cells(services)).items():
        if key[0] == what:
            found[key[6]] += n
    return found


async def test_catching_up_and_building_anew_come_to_the_same(services: Services):
    assert await catch_up(services) >= 8  # one whose notes part is counted twice, and added once
    step_by_step = await cells(services)
    assert step_by_step
    assert await rebuild(services) == 8
    assert await cells(services) == step_by_step
    assert await catch_up(services) == 0  # nothing is counted twice


async def test_counts_agree_with_the_rows_read_in_another_way(services: Services):
    await catch_up(services)
    async with services.database.read() as session:

        async def by(column: Any) -> Counter[str]:
            return Counter(dict((await session.execute(select(column, func.count()).group_by(column))).tuples().all()))

        assert await of(services, "handover") == await by(Handover.reason)
        assert await of(services, "turn") == await by(Moment.speaker)
        promises = Counter[str]()
        for detail, n in (await of(services, "promise")).items():
            promises[detail.partition(":")[0].replace("kept_late", "kept")] += n
        assert promises == await by(Promise.status)
        followups = await of(services, "followup")
        kinds = Counter[str]()
        for detail, n in followups.items():
            kinds[detail.partition(":")[0]] += n
        assert kinds == await by(Followup.kind)
        episodes = select(Moment.conversation_id, Moment.episode).distinct().subquery()
        assert (await of(services, "episode")).total() == await session.scalar(
            select(func.count()).select_from(episodes)
        )
        replies = await session.scalar(select(func.count()).select_from(OutboxEntry))
        assert (await of(services, "delivery")).total() == replies
        seconds = await session.scalar(select(func.sum(Moment.seconds)).where(Moment.speaker == "bot"))
    waits = [total for key, (_, total, _) in (await cells(services)).items()
             if key[0] == "wait" and key[6].startswith("bot:")]  # fmt: skip
    assert sum(waits) == pytest.approx(seconds)


@pytest.mark.parametrize("table", [Moment, Promise, Followup, Handover])
async def test_whatever_changes_a_row_also_by_hand_is_counted_anew(services: Services, table: Any):
    await catch_up(services)
    before = await cells(services)
    column = {Moment: Moment.outcome, Promise: Promise.status, Followup: Followup.status,
              Handover: Handover.reason}[table]  # fmt: skip
    async with services.database.write() as session:
        await session.execute(update(table).values({column: "changed"}))
        assert await behind(session)
    assert await catch_up(services) > 0
    assert await cells(services) != before
    async with services.database.write() as session:
        for gone in (Followup, table):  # promises are what some follow-ups check
            await session.execute(delete(gone))
    await catch_up(services)
    changed = await cells(services)
    await rebuild(services)
    assert await cells(services) == changed


async def test_a_reply_that_could_not_be_delivered_is_counted(services: Services):
    await catch_up(services)
    async with services.database.write() as session:
        first = (await session.execute(select(OutboxEntry.id).limit(1))).scalar_one()
        await session.execute(update(OutboxEntry).where(OutboxEntry.id == first).values(status="dead"))
    await catch_up(services)
    assert (await of(services, "delivery"))["dead"] == 1


async def test_a_conversation_that_is_erased_takes_its_counts_with_it(services: Services):
    await catch_up(services)
    async with services.database.write() as session:
        for table in (OutboxEntry, Followup, Promise, Handover, Moment):
            await session.execute(delete(table))
    await catch_up(services)
    assert {key[0] for key in await cells(services)} <= set()
    async with services.database.read() as session:
        assert (await session.execute(select(InsightShare))).first() is None


async def test_what_is_written_while_others_count_is_counted_next(services: Services):
    """Notes are removed by number: one that comes later stays."""
    assert await catch_up(services, batches=1) > 0
    async with services.database.write() as session:
        one = (await session.execute(select(Promise).limit(1))).scalar_one()
        one.closed_at = END + timedelta(days=1)
    async with services.database.read() as session:
        assert await behind(session)
    await catch_up(services)
    async with services.database.read() as session:
        assert not await behind(session)
