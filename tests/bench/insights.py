"""``make bench-insights``: how long the measured pages take over a great many messages, and what counting costs.

Conversations that were played through the dialogue core are copied with new ids, spread over two years, until there are
so many messages; then everything is counted, and every page is built as for a reader.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table, func, insert, select

from actions.insights import rollup
from actions.insights.reading import Slice, conversations_with
from actions.services import Services
from bot.house import quiet_services
from bot.settings import Settings
from bot.staff.insights.page import Asked, told
from bot.staff.insights.routes import TABS
from bot.traffic.play import Span, play_traffic
from models import schema
from models.conversations import Conversation
from models.customers import Customer
from models.followups import Followup
from models.handovers import Handover
from models.insights import InsightCell, InsightShare
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.promises import Promise
from models.session import Database

PLAYED, SPREAD_DAYS, RUNS, ROWS_AT_ONCE = 60, 730, 3, 500
END = datetime(2026, 11, 20, 10, tzinfo=UTC)
TABLES = (Customer, Conversation, Message, Moment, Promise, Followup, Handover, OutboxEntry)
OWN_IDS = {"id", "turn_id", "conversation_id", "customer_id", "promise_id", "message_id"}
SECONDS_A_PANEL = 1.0
Rows = dict[str, list[dict[str, Any]]]


async def copies_of(database: Database, messages: int) -> int:
    """Copies what was played until there are so many messages; says how many there are."""
    async with database.read() as session:
        played: Rows = {
            table.__tablename__: [dict(row._mapping) for row in await session.execute(select(table.__table__))]
            for table in TABLES
        }
    have = len(played[Message.__tablename__])
    chance = Random("copies")
    for number in range(-(-(messages - have) // have)):
        shift = timedelta(days=chance.randrange(SPREAD_DAYS))
        async with database.write() as session:
            for table in TABLES:
                rows = [_copied(row, number, shift) for row in played[table.__tablename__]]
                for start in range(0, len(rows), ROWS_AT_ONCE):
                    await session.execute(insert(_table(table)), rows[start : start + ROWS_AT_ONCE])
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(Message))).scalar_one())


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _copied(row: Mapping[str, Any], number: int, shift: timedelta) -> dict[str, Any]:
    copied: dict[str, Any] = {}
    for name, value in row.items():
        if name in OWN_IDS and value:
            copied[name] = f"x{number:04x}{value[5:]}"  # never an id that was played
        elif name in ("token_hash", "address"):
            copied[name] = None
        else:
            copied[name] = value - shift if isinstance(value, datetime) else value
    return copied


async def page_seconds(services: Services, which: Slice) -> dict[str, float]:
    """The median seconds of building each page, from the question to JSON."""
    found = {}
    for tab in TABS:
        if tab.build is None:
            continue
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            async with services.database.read() as session:
                json.dumps(told(await tab.build(Asked(session, which, "en", services, END.date()))))
            taken.append(time.perf_counter() - began)
        found[tab.name] = statistics.median(taken)
    return found


async def measure(url: str, messages: int) -> dict[str, Any]:
    """Fills, counts, builds every page over 90 days and over all."""
    database = Database(url)
    await schema.upgrade(database)
    services = quiet_services(Settings(), database)
    await play_traffic(services, conversations=PLAYED, seed="bench", span=Span.of_months(1, END))
    began = time.perf_counter()
    have = await copies_of(database, messages)
    filled = time.perf_counter() - began
    began = time.perf_counter()
    conversations = await rollup.rebuild(services)
    counted = time.perf_counter() - began
    async with database.read() as session:
        cells = (await session.execute(select(func.count()).select_from(InsightCell))).scalar_one()
        shares = (await session.execute(select(func.count()).select_from(InsightShare))).scalar_one()
    quarter = Slice(END.date() - timedelta(days=89), END.date())
    whole = Slice(date(2024, 1, 1), END.date())
    result = {
        "database": url.partition(":")[0], "messages": have, "conversations": shares, "cells": cells,
        "filled_s": round(filled, 1), "counted_s": round(counted, 1), "recounts": conversations,
        "counting_ms_per_message": round(counted / have * 1000, 3),
        "page_s_quarter": _rounded(await page_seconds(services, quarter)),
        "page_s_all": _rounded(await page_seconds(services, whole)),
    }  # fmt: skip
    began = time.perf_counter()
    async with database.read() as session:
        await conversations_with(session, quarter, "handover", "asked")
    result["to_conversations_s"] = round(time.perf_counter() - began, 3)
    await database.close()
    return result


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in seconds.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints JSON; says when a page takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--url", default="", help="an empty database; default: a SQLite file of its own")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measure(given.url or f"sqlite:///{folder}/bench.db", given.messages))
    print(json.dumps(result, indent=2))
    slow = [name for name, seconds in result["page_s_quarter"].items() if seconds > SECONDS_A_PANEL]
    if slow:
        print(f"longer than {SECONDS_A_PANEL} s: {', '.join(slow)}", file=sys.stderr)


if __name__ == "__main__":
    main()
