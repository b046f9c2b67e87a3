"""One message's way: recorded, gathered with its fragments, heard and judged, settled, spoken. Never silent."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from actions import conversations, turns
from actions.conversations import Inbound, Measure, Recorded
from actions.fallback import settle_without_engine
from actions.rasa_actions import run_action
from actions.services import Services
from actions.settle import Settled, TurnMoved, settled_before
from bot import metrics
from bot.engine.engine import Engine
from bot.hub import NEW_MESSAGES, Hub
from bot.outbox import Outbox
from models.session import DatabaseError, is_unavailable

log = structlog.get_logger("turns")
MOVED_AT_MOST = 20
WAIT_FOR_FRAGMENTS_AT_MOST_S = 6.0
RETRY_DATABASE_S = (0.2, 0.5, 1.0, 2.0, 5.0)
RETRY_BROKEN_S = 30.0  # a conversation that cannot be read or answered at all: perhaps a new release can


class Turns:
    """Answers conversations, one turn at a time within each."""

    def __init__(self, services: Services, engine: Engine, hub: Hub, outbox: Outbox, *,
                 window_s: float, timeout_s: float) -> None:  # fmt: skip
        self._services, self._engine, self._hub, self._outbox = services, engine, hub, outbox
        self._window_s, self._timeout_s = window_s, timeout_s
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._due: dict[str, float] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def record(self, inbound: Inbound, measure: Measure | None = None) -> Recorded:
        """Stores a message durably, once. Raises UnknownConversation, TooMany, or DatabaseError when it could not."""
        async with self._services.database.write() as session:
            return await conversations.record_message(session, inbound, self._services.new_id(), measure)

    def arrive(self, conversation_id: str, *, at_once: bool = False) -> None:
        """Sees to it that the conversation is answered, as soon as no fragment has followed for a while."""
        self._due[conversation_id] = time.monotonic() + (0 if at_once else self._window_s)
        task = self._tasks.get(conversation_id)
        if task is None or task.done():
            self._tasks[conversation_id] = asyncio.create_task(self._answer_when_due(conversation_id))

    async def finish(self, within_s: float) -> bool:
        """Waits for the turns under way; True when all of them ended in time."""
        for conversation_id in self._due:
            self._due[conversation_id] = 0.0
        running = [task for task in self._tasks.values() if not task.done()]
        if not running:
            return True
        _, late = await asyncio.wait(running, timeout=within_s)
        return not late

    async def run(self, conversation_id: str) -> None:
        """Answers all that is unanswered in a conversation, now."""
        async with self._locks[conversation_id]:
            moved = 0
            while moved < MOVED_AT_MOST:
                try:
                    if not await self._one(conversation_id):
                        return
                except TurnMoved:
                    moved += 1
            log.error("turn keeps moving", conversation=conversation_id)

    async def _answer_when_due(self, conversation_id: str) -> None:
        started = time.monotonic()
        tries = 0
        try:
            while True:
                latest = min(self._due[conversation_id], started + WAIT_FOR_FRAGMENTS_AT_MOST_S)
                if (wait := latest - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                    continue
                due = self._due[conversation_id]
                try:
                    await self.run(conversation_id)
                except Exception as error:
                    log.exception("the turn failed, it is tried again", conversation=conversation_id)
                    if tries == 0:
                        self._hub.publish(conversation_id, {"type": "error", "code": "unavailable"})
                    await asyncio.sleep(_pause(error, tries))
                    tries += 1
                    continue
                if self._due[conversation_id] == due:
                    return
                started = time.monotonic()
        finally:
            self._due.pop(conversation_id, None)
            self._tasks.pop(conversation_id, None)
            if (lock := self._locks.get(conversation_id)) and not lock.locked():
                self._locks.pop(conversation_id, None)

    async def _one(self, conversation_id: str) -> bool:
        """Answers one turn; False when nothing awaits an answer after it. What arrives meanwhile says so itself."""
        turn = await turns.open_turn(conversation_id, self._services)
        if turn is None:
            return False
        with structlog.contextvars.bound_contextvars(trace=turn.trace_id, conversation=conversation_id):
            started = time.perf_counter()
            self._hub.publish(conversation_id, {"type": "typing", "author": "bot"})
            settled = await self._settle(turn)
            metrics.TURN_SECONDS.observe(time.perf_counter() - started)
            log.info("turn settled", turn=turn.turn_id, ms=round((time.perf_counter() - started) * 1000, 1))
        self._tell(turn, settled)
        return settled.left

    async def _settle(self, turn: turns.Turn) -> Settled:
        """By the engine, else without it. Raises TurnMoved, or DatabaseError when nothing can be stored now."""
        try:
            try:
                async with asyncio.timeout(self._timeout_s):
                    settled: Settled = await self._engine.handle(
                        turn.text, turns.brief_for_engine(turn, self._services)
                    )
                return settled
            except TurnMoved:
                raise
            except Exception as error:
                if is_unavailable(error):
                    raise
                return await self._fall_back(turn, error)
        except TurnMoved:
            # An engine that was given up as slow may have settled the turn all the same.
            async with self._services.database.read() as session:
                before = await settled_before(session, turn)
            if before is None:
                raise
            return before

    async def _fall_back(self, turn: turns.Turn, error: Exception) -> Settled:
        """The engine gave nothing: the honest line, without it."""
        kind = "slow" if isinstance(error, TimeoutError) else type(error).__name__
        metrics.FALLBACKS.labels(kind).inc()
        log.error("engine gave nothing, falling back", turn=turn.turn_id, kind=kind, exc_info=error)
        return await settle_without_engine(turn, self._services, kind, {})

    def _tell(self, turn: turns.Turn, settled: Settled) -> None:
        self._hub.publish(turn.conversation_id, NEW_MESSAGES)
        if settled.owner != turn.state.owner.value:
            wait = {"wait_s": self._services.numbers.queue_minutes * 60} if settled.owner == "queue" else {}
            self._hub.publish(turn.conversation_id, {"type": "owner", "owner": settled.owner, **wait})
        for client_id in turn.client_ids:
            self._hub.publish(turn.conversation_id, {"type": "done", "in_reply_to": client_id})
        self._outbox.wake(told=turn.turn_id)


def _pause(error: Exception, tries: int) -> float:
    """Seconds until a turn that could not be settled is tried again."""
    if not isinstance(error, DatabaseError):
        return RETRY_BROKEN_S
    return RETRY_DATABASE_S[min(tries, len(RETRY_DATABASE_S) - 1)]


def action_handler(services: Services) -> Callable[[dict[str, Any]], Awaitable[Settled]]:
    """What the engine calls when Rasa wants an action run."""

    async def handle(call: dict[str, Any]) -> Settled:
        return await run_action(call, services)

    return handle
