"""Counts follow every change, are the same when built anew, and agree with the rows read in another way."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, make_url, select, update

from actions.attachments import Cabinet
from actions.audit import COMMAND_LINE
from actions.insights.reading import Slice, counts
from actions.insights.records import WEEK, monday
from actions.insights.rollup import behind, catch_up, rebuild
from actions.privacy import retention
from actions.services import Services
from bot.house import quiet_services
from bot.settings import Settings
from bot.storing import storage_of
from bot.traffic.play import Span, play_traffic
from models import schema
from models.conversations import Conversation
from models.followups import Followup
from models.handovers import Handover
from models.insights import InsightCell, InsightShare
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.session import Database
from tests.conftest import Apart, Server

END = datetime(2026, 11, 20, 10, tzinfo=UTC)


async def _play(url: str) -> None:
    database = Database(url)
    span = Span.of_months(2, END)
    await play_traffic(quiet_services(Settings(), database), conversations=8, seed="r", span=span)
    await database.close()


@pytest.fixture(scope="module")
def migrated_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, apart: Apart) -> Path:
    """What tests here copy holds two months of traffic that nobody counted yet."""
    path = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("played")))
    apart.run(_play(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="module")
def migrated_postgresql(migrated_postgresql: str, postgresql: Server, apart: Apart) -> Iterator[str]:
    """The same on PostgreSQL."""
    for url in postgresql.new_database(f"TEMPLATE {migrated_postgresql}"):
        apart.run(_play(url))
        yield str(make_url(url).database)


@pytest.fixture
def services(database: Database) -> Services:
    """A shop after that."""
    return quiet_services(Settings(), database)


async def cells(services: Services, days: int = 1) -> dict[tuple[Any, ...], tuple[int, float, float]]:
    """The counts by the day, or by the week."""
    async with services.database.read() as session:
        rows = (await session.execute(select(InsightCell).where(InsightCell.days == days))).scalars()
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
    step_by_step, by_week = await cells(services), await cells(services, WEEK)
    assert step_by_step
    assert await rebuild(services) == 8
    assert await cells(services) == step_by_step and await cells(services, WEEK) == by_week
    assert await catch_up(services) == 0  # nothing is counted twice


async def test_counts_by_the_week_are_made_for_a_database_that_had_none(services: Services):
    await catch_up(services)
    before = await cells(services), await cells(services, WEEK)
    await schema.downgrade(services.database, "promised_order")
    await schema.upgrade(services.database)
    assert (await cells(services), await cells(services, WEEK)) == before


@pytest.mark.parametrize("narrowed", ["en", ""])
async def test_a_slice_is_the_same_by_days_and_by_weeks(services: Services, narrowed: str):
    """From and to any day: whole weeks, and what is left of them at both ends; narrowed, and over all."""
    await catch_up(services)
    by_day = await cells(services)
    last = END.date()
    for first, length in ((-60, 1), (-60, 5), (-61, 14), (-62, 40), (-63, 64), (-64, 13), (-70, 70)):
        begin = last + timedelta(days=first)
        which = Slice(begin, begin + timedelta(days=length - 1), locale=narrowed)
        async with services.database.read() as session:
            found = await counts(session, which, "turn", "week", "detail")
        wanted: Counter[tuple[str, str]] = Counter()
        for (what, day, _, locale, _, _, detail), (n, _, _) in by_day.items():
            if what == "turn" and narrowed in ("", locale) and which.begin <= day <= which.end:
                wanted[monday(day.isoformat()), detail] += n
        assert {key: value.n for key, value in found.items()} == wanted


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


async def test_figures_stay_when_the_words_go(services: Services):
    later = replace(services, clock=lambda: END + timedelta(days=400))
    async with services.database.write() as session:
        for table, status in ((Promise, "kept"), (Followup, "sent"), (Handover, "closed")):
            await session.execute(update(table).values(status=status))  # whatever waits keeps its words
        await session.execute(update(Conversation).values(owner="bot"))
        await retention.set_days(session, {"words": 30}, COMMAND_LINE, END)
    await catch_up(services)
    before = await cells(services)
    assert {"survey", "felt", "helped"} <= {key[0] for key in before}
    done = await retention.Keeper(later, Cabinet(later, storage_of(Settings()))).let_go()
    assert done == {"words": 8} and await catch_up(services) == 8
    assert await cells(services) == before


async def test_a_conversation_that_is_erased_takes_its_counts_with_it(services: Services):
    await catch_up(services)
    async with services.database.write() as session:
        for table in (OutboxEntry, Followup, Promise, Handover, Moment):
            await session.execute(delete(table))
    await catch_up(services)
    assert await cells(services) == await cells(services, WEEK) == {}
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
