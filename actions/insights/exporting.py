"""Every conversation as rows of the tables that deeper questions are asked of, some at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from actions.insights.loading import records_of
from actions.insights.tables import Row, rows_of
from actions.services import Services
from models.conversations import Conversation

AT_ONCE = 200  # conversations read together


async def batches(services: Services) -> AsyncIterator[dict[str, list[Row]]]:
    """The rows by table, conversations in order of their ids."""
    last = ""
    while True:
        query = select(Conversation.id).where(Conversation.id > last).order_by(Conversation.id).limit(AT_ONCE)
        async with services.database.read() as session:
            ids = list((await session.execute(query)).scalars())
            if not ids:
                return
            records = await records_of(session, ids)
        last = ids[-1]
        made: dict[str, list[Row]] = {}
        for of in ids:
            if of in records:  # else it was erased between the two statements
                for table, rows in rows_of(of, records[of], services.hours.local).items():
                    made.setdefault(table, []).extend(rows)
        yield made
