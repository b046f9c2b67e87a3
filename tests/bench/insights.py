"""``make bench-insights``: how long the measured pages, searches of the log and deeper questions take over a great many
messages, and what counting costs.

Conversations that were played through the dialogue core are copied with new ids, spread over two years, until there are
so many messages, with their counts; then every page is built as for a reader. What counting costs is told by counting
some conversations anew, after which all counts must be as they were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from actions.insights import rollup
from actions.insights.reading import Slice, conversations_with
from actions.insights.replays import replay_with
from actions.log import taking_out
from actions.log.filters import Filters, chosen
from actions.log.finding import count, find
from actions.services import Services
from bot.house import quiet_services
from bot.settings import Settings
from bot.staff.insights import charts
from bot.staff.insights.page import Asked, told
from bot.staff.insights.routes import TABS
from bot.traffic.play import Span, play_traffic
from models import schema
from models.conversations import Conversation
from models.insights import InsightCell, InsightChange, InsightShare
from models.messages import Message
from models.session import Database
from tests.bench.asking import tables_asked
from tests.bench.copying import copies_of

PLAYED, RUNS, RECOUNTED = 240, 9, 2000
END = datetime(2026, 11, 20, 10, tzinfo=UTC)
SECONDS = 1.0  # what a page and a search may take
# Words and parts of words: common and rare, Chinese of one, two and more characters, English, and what nobody said.
WORDS = {words: Filters(words=tuple(words.split())) for words in (
    "退款",
    "退",
    "快遞",
    "不是我要的",
    "parcel",
    "efun",
    "outrage",
    "refund order",
    "订单",
    "xyzzy",
    "量子力學",
)}  # fmt: skip
# What many have, and what nobody has: of a turn, of a handover, of a customer.
FIELDS = {
    "angry": Filters(emotion="angry"),
    "a refund": Filters(issue="refund"),
    "a feeling that no turn has": Filters(emotion="none"),
    "all of which no turn has together": Filters(emotion="happy", kind="ultimate", outcome="stopped"),
    "a reason that no handover has": Filters(reason="none"),
    "a part of many names": Filters(customer="a"),
    "a name that nobody has": Filters(customer="xyzzy"),
}
# What, detail, and the detail that they do not have: common figures, rare ones, and whom a step lost.
BEHIND = (
    ("episode", "*", ""),
    ("handover", "asked", ""),
    ("followup", "survey:sent", ""),
    ("promise", "broken:courier_report", ""),
    ("felt", "angry>happy", ""),
    ("reached", "explore", "offer"),
    ("reached", "act", "confirm"),
)
TAKEN_OUT, ROWS = ("退款", "parcel", "量子力學"), 5000


class Took(NamedTuple):
    """How long something took, and how long this process's processor was busy with it: on SQLite all of the work."""

    seconds: float
    processor: float


async def page_seconds(services: Services, which: Slice) -> dict[str, list[Took]]:
    """Seconds of building each page, from the question to JSON."""
    found = {}
    for tab in TABS:
        if tab.build is None:
            continue
        build = tab.build

        async def page(build: Any = build) -> None:
            async with services.database.read() as session:
                json.dumps(told(await build(Asked(session, which, "en", services, END.date()))))

        found[tab.name] = [await _seconds(page) for _ in range(RUNS)]
    return found


async def search_seconds(database: Database, looked_for: Mapping[str, Filters]) -> dict[str, list[Took]]:
    """Seconds of a first page with its count, by what is looked for."""
    zone = ZoneInfo(Settings().shop_timezone)
    found = {}
    for name, filters in looked_for.items():

        async def look(filters: Filters = filters) -> None:
            async with database.read() as session:
                where = await chosen(session, filters, zone, sqlite=database.is_sqlite)
                await find(session, filters, where)
                await count(session, where)

        found[name] = [await _seconds(look) for _ in range(RUNS)]
    return found


async def behind_seconds(database: Database, which: Slice) -> dict[str, list[Took]]:
    """Seconds of the way from a figure to its conversations, for common figures and for rare ones."""
    found = {}
    for what, detail, without in BEHIND:

        async def look(what: str = what, detail: str = detail, without: str = without) -> None:
            async with database.read() as session:
                await conversations_with(session, which, what, detail, without=without)

        found[f"{what} {detail} {without}".strip()] = [await _seconds(look) for _ in range(RUNS)]
    return found


async def export_seconds(database: Database) -> dict[str, list[Took]]:
    """Seconds of taking rows of the log out, by the word that is looked for: common, less common, nobody's."""
    zone = ZoneInfo(Settings().shop_timezone)
    found = {}
    for word in TAKEN_OUT:

        async def take(word: str = word) -> None:
            filters, subjects = Filters(words=(word,)), set[str]()
            rows = taking_out.rows(database, filters, zone, at_most=ROWS, redact=None, subjects=subjects)
            assert len([row async for row in rows]) <= ROWS

        found[word] = [await _seconds(take) for _ in range(3)]
    return found


async def replay_seconds(services: Services) -> dict[str, list[Took]]:
    """Seconds of trying thresholds on past logs: of four weeks, and on as many as are tried at most."""
    found = {}
    for days in (28, 730):
        which = Slice(END.date() - timedelta(days=days - 1), END.date())

        async def replay(which: Slice = which) -> None:
            async with services.database.read() as session:
                await replay_with(session, which, {}, services)

        found[f"{days} days"] = [await _seconds(replay) for _ in range(3)]
    return found


async def _seconds(work: Callable[[], Awaitable[None]]) -> Took:
    began, busy = time.perf_counter(), time.process_time()
    await work()
    return Took(time.perf_counter() - began, time.process_time() - busy)


async def _messages(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


async def _note(database: Database, conversations: int) -> None:
    """Notes some conversations as changed."""
    some = select(Conversation.id).order_by(Conversation.id.desc()).limit(conversations)
    async with database.write() as session:
        await session.execute(insert(InsightChange).from_select(["conversation_id"], some))


async def _sums(database: Database) -> dict[tuple[str, int], tuple[int, int]]:
    """Cells and counts, by what is counted and over how many days. Without totals of seconds: copies on SQLite keep
    milliseconds only.
    """
    by = (InsightCell.what, InsightCell.days)
    query = select(*by, func.count(), func.sum(InsightCell.n)).group_by(*by)
    async with database.read() as session:
        return {(what, days): (cells, int(n)) for what, days, cells, n in (await session.execute(query)).all()}


async def measure(url: str, messages: int, *, tables: bool = True) -> dict[str, Any]:
    """Fills, counts a part anew, builds every page over 90 days and over all, searches, replays, takes rows out; with
    ``tables`` also exports all and asks.
    """
    database = Database(url)
    await schema.upgrade(database)
    services = quiet_services(Settings(), database)
    result: dict[str, Any] = {"database": url.partition(":")[0]}
    if not (have := await _messages(database)):
        await play_traffic(services, conversations=PLAYED, seed="bench", span=Span.of_months(1, END))
        await rollup.catch_up(services)
    if have < messages:
        began = time.perf_counter()
        have = await copies_of(database, messages)
        result["filled_s"] = round(time.perf_counter() - began, 1)
    result["messages"] = have
    before = await _sums(database)
    await _note(database, RECOUNTED)
    began = time.perf_counter()
    conversations = await rollup.catch_up(services)
    took = time.perf_counter() - began
    assert await _sums(database) == before, "counting anew came to other counts"
    async with database.read() as session:
        cells = (await session.execute(select(func.count()).select_from(InsightCell))).scalar_one()
        shares = (await session.execute(select(func.count()).select_from(InsightShare))).scalar_one()
        counted = (await session.execute(select(func.count()).select_from(Conversation))).scalar_one()
    began = time.perf_counter()
    charts.load()
    result["charts_loaded_s"] = round(time.perf_counter() - began, 2)
    quarter = Slice(END.date() - timedelta(days=89), END.date())
    result |= {
        "conversations": counted, "shares": shares, "cells": cells,
        "counted": conversations, "counted_s": round(took, 1),
        "counting_ms_per_message": round(took / conversations * counted / have * 1000, 3),
        "page_s_quarter": _spread(await page_seconds(services, quarter)),
        "page_s_all": _spread(await page_seconds(services, Slice(date(2024, 11, 1), END.date()))),
        "search_s": _spread(await search_seconds(database, WORDS)),
        "search_by_fields_s": _spread(await search_seconds(database, FIELDS)),
        "rows_taken_out_s": _spread(await export_seconds(database)),
        "replay_s": _spread(await replay_seconds(services)),
        "to_conversations_s": _spread(await behind_seconds(database, Slice(date(2024, 11, 1), END.date()))),
    }  # fmt: skip
    if tables:
        result |= await tables_asked(services)
    await database.close()
    return result


def _spread(seconds: Mapping[str, Sequence[Took]]) -> dict[str, dict[str, float]]:
    """Middle, 95th percentile and slowest of each, and of all together, and the middle of processor time."""
    found = {**seconds, "all": [each for runs in seconds.values() for each in runs]}
    return {
        name: _rounded({"p50": statistics.median(wall := sorted(run.seconds for run in runs)),
                        "p95": wall[round(0.95 * (len(wall) - 1))], "most": wall[-1],
                        "processor": statistics.median(run.processor for run in runs)})
        for name, runs in found.items()
    }  # fmt: skip


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in seconds.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints JSON; says what takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--url", default="", help="an empty database, or one that was filled here before, to which "
                        "what is missing is added; default: a SQLite file of its own")  # fmt: skip
    parser.add_argument(
        "--no-tables", action="store_true", help="leave out the export of all, and the deeper questions"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{folder}/bench.db"
        result = asyncio.run(measure(url, given.messages, tables=not given.no_tables))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    measured = {
        **result["page_s_quarter"],
        **result["page_s_all"],
        "search": result["search_s"]["all"],
        "search by fields": result["search_by_fields_s"]["all"],
    }
    if slow := [name for name, seconds in measured.items() if seconds["p95"] > SECONDS]:
        print(f"longer than {SECONDS} s: {', '.join(slow)}", file=sys.stderr)


if __name__ == "__main__":
    main()
