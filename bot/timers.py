"""Durable timers for follow-ups, by DBOS Transact: the one file that knows it.

Each timer is one short queued workflow with a delay, enqueued in the transaction that schedules the follow-up, on the
same database. It calls back with the follow-up's id and is done. Our own row is the truth; a timer that is lost with a
dead process, or fires twice, does no harm (``bot/jobs.py`` looks for what is overdue).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat
from dbos import _migration as dbos_migration

from models.session import AsyncSession, Database, sync_url

Fire = Callable[[str], Awaitable[None]]
QUEUE, WORKFLOW = "followups", "followup"
VERSION = "1"  # of what a timer's call means; pinned, so that a new release takes up the timers of the one before
AT_ONCE, THREADS, CONNECTIONS = 128, 8, 4
POLL_POSTGRESQL_S, POLL_SQLITE_S = 0.2, 1.0
KEPT_S = 3600  # how long a timer that went off is kept to be looked at
FORGET_AT_ONCE = 1000
ENDS_WITHIN_S = 5  # what rings when the process is told to stop
NOTED_WITHIN_S = 2.0  # after it rang: until DBOS has written that down


def _suit_old_sqlite() -> None:
    """On Python 3.12 DBOS writes `unixepoch('subsec')` as a column's default, which SQLite before 3.42 (Debian 12 has
    3.40) answers with NULL. What it writes on Python 3.11 serves everywhere."""
    if sqlite3.sqlite_version_info < (3, 42):
        migrations = dbos_migration.sqlite_migrations
        migrations[:] = [sql.replace("unixepoch('subsec')", "strftime('%s','now')") for sql in migrations]


class DurableTimers:
    """Sets timers, and rings those that fall due once it is started. One may be started in a process."""

    def __init__(self, database: Database) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        self._url = sync_url(database.url)
        self._is_sqlite = database.is_sqlite
        self._client: DBOSClient | None = None
        self._running = False
        self._ringing, self._rang_at = 0, 0.0

    async def prepare(self) -> None:
        """Brings DBOS's own tables to their newest schema. Doing it again changes nothing."""
        _suit_old_sqlite()
        await asyncio.to_thread(DBOS.migrate, self._url)
        self._client = DBOSClient(system_database_url=self._url, application_name=None, lazy=True)

    async def set(self, session: AsyncSession, followup_id: str, due_at: datetime) -> None:
        """Sets a timer in the session's transaction. The same one again is the same timer."""
        client = self._client
        assert client is not None, "timers are prepared before they are set"
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW, "queue_name": QUEUE, "app_version": VERSION,
            "workflow_id": f"{followup_id}@{int(due_at.timestamp())}",
            "delay_seconds": max(due_at.timestamp() - time.time(), 0.0),
            "serialization_type": WorkflowSerializationFormat.PORTABLE,  # JSON: nothing in a table is run as code
        }  # fmt: skip
        connection = await session.connection()
        await connection.run_sync(lambda sync: client.enqueue_in_transaction(sync, options, followup_id))

    async def start(self, ring: Fire, slot: int) -> None:
        """Rings timers as they fall due, in this process. ``slot``: which of the processes this is."""
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._launch, ring, slot, loop)
        self._running = True

    async def stop(self) -> None:
        """Lets what rings now finish, and rings no more."""
        if self._running:
            self._running = False
            # Given time, DBOS waits a whole second before it looks whether anything is left to wait for.
            is_busy = self._ringing or time.monotonic() - self._rang_at < NOTED_WITHIN_S
            within_s = ENDS_WITHIN_S if is_busy else 0
            await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=within_s, destroy_registry=True)
        if self._client:
            self._client.destroy()

    async def forget_old(self) -> int:
        """Removes timers that went off some time ago; says how many."""
        forgotten = 0
        while self._running and (some := await asyncio.to_thread(_forget_some)):
            forgotten += some
        return forgotten

    def _config(self, slot: int) -> DBOSConfig:
        return DBOSConfig(
            name="kairos", system_database_url=self._url, application_version=VERSION, executor_id=f"slot-{slot}",
            max_executor_threads=THREADS, sys_db_pool_size=CONNECTIONS, log_level="WARNING", enable_otlp=False,
        )  # fmt: skip

    def _launch(self, ring: Fire, slot: int, loop: asyncio.AbstractEventLoop) -> None:
        DBOS(config=self._config(slot))

        @DBOS.workflow(name=WORKFLOW)
        async def followup(followup_id: str) -> None:
            async def work() -> None:
                self._ringing += 1
                try:
                    await ring(followup_id)
                finally:
                    self._ringing, self._rang_at = self._ringing - 1, time.monotonic()

            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))

        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=AT_ONCE,
            polling_interval_sec=POLL_SQLITE_S if self._is_sqlite else POLL_POSTGRESQL_S,
        )  # fmt: skip


def _forget_some() -> int:
    before = datetime.fromtimestamp(time.time() - KEPT_S).astimezone().isoformat()
    old = DBOS.list_workflows(
        status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=before, limit=FORGET_AT_ONCE, load_input=False,
        load_output=False,
    )  # fmt: skip
    if old:
        DBOS.delete_workflows([each.workflow_id for each in old])
    return len(old)
