"""Puts the rooms together: database, engine, turns, outbox. The server and the commands both live in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from actions import conversations, delivery
from actions.attachments import Cabinet
from actions.conversations import Measure
from actions.privacy.erasing import Eraser
from actions.remote_shop import Remote, RemoteShop
from actions.services import Hours, NoTimers, Ports, Services, new_id, utc_now
from actions.shop import EmbeddedShop
from actions.storage import StorageError
from bot.allowance import Allowances
from bot.channels.webchat.newest import Newest
from bot.engine.engine import Engine
from bot.fanout import SharedHub
from bot.hub import NEW_MESSAGES, Hub
from bot.jobs import Jobs
from bot.learning.job import Bench, shelf_of
from bot.learning.serving import Hearing
from bot.live_settings import LiveSettings
from bot.outbox import Outbox
from bot.settings import Settings
from bot.storing import storage_of
from bot.timers import DurableTimers
from bot.turns import Turns, action_handler
from bot.upkeep import Upkeep, counting, retention, review_queue, search_index
from dialogues.book import load_book, load_numbers
from dialogues.wording import wording
from models import schema
from models.session import Database

log = structlog.get_logger("house")
UPLOADS_PER_S, UPLOADS_AT_ONCE = 0.5, 20  # files that one session may send


@dataclass
class House:
    """Everything that runs, by name."""

    settings: Settings
    database: Database
    services: Services
    engine: Engine
    hub: Hub
    outbox: Outbox
    turns: Turns
    jobs: Jobs
    timers: DurableTimers
    newest: Newest
    live: LiveSettings
    allowances: Allowances
    upload_allowances: Allowances
    cabinet: Cabinet
    eraser: Eraser
    hearing: Hearing | None = None
    upkeep: Upkeep | None = None

    @property
    def measure(self) -> Measure:
        """How much one conversation may be written in."""
        return Measure(self.settings.rate_per_s, self.settings.rate_burst)

    @property
    def identity_secret(self) -> str:
        """The newest secret that signs customers' identities."""
        return self.live.secrets[0]

    async def is_ready(self) -> bool:
        """True when a customer could be answered now: the engine is loaded and the database answers."""
        try:
            async with asyncio.timeout(2):
                await self.database.ping()
        except Exception:
            return False
        return self.engine.is_ready

    async def finish_what_was_left(self) -> int:
        """Takes up the turns that a crash or a stop interrupted; says in how many conversations."""
        async with self.database.read() as session:
            waiting = await delivery.conversations_unanswered(session)
        for conversation_id in waiting:
            self.turns.arrive(conversation_id, at_once=True)
        return len(waiting)

    async def look_after_what_falls_due(self) -> None:
        """From now on this process comes back to customers, and mends what a process that died has left."""
        slot = await self.hub.notices.take_slot() if isinstance(self.hub, SharedHub) else 0
        await self.jobs.start(self.timers, slot, lambda of: self.turns.arrive(of, at_once=True), self.may_lead)
        self.upkeep = Upkeep(
            [
                search_index(self.database),
                review_queue(self.services),
                retention(self.services, self.cabinet),
                counting(self.services),
            ],
            self.may_lead,
        )
        self.upkeep.start()

    async def may_lead(self, what: str) -> bool:
        """True when this process is the one of many that does ``what``."""
        return await self.hub.notices.lead(what) if isinstance(self.hub, SharedHub) else True

    async def conversations_read(self, conversation_id: str, seq: int) -> None:
        """Notes how far the customer has read, and tells the others who look."""
        async with self.database.write() as session:
            row = await conversations.lock_conversation(session, conversation_id)
            seq = min(seq, row.next_seq - 1)
            if seq <= row.read_seq:
                return
            row.read_seq = seq
        self.hub.publish(conversation_id, {"type": "read", "author": "customer", "seq": seq})

    async def conversations_delivered(self, conversation_id: str, seq: int) -> None:
        """Notes how far what staff wrote has got to an open page of the customer, and tells the others who look."""
        async with self.database.write() as session:
            row = await conversations.lock_conversation(session, conversation_id)
            if seq <= row.delivered_seq:
                return
            row.delivered_seq = seq
        self.hub.publish(conversation_id, {"type": "delivered", "author": "customer", "seq": seq})

    async def title_of_choice(self, conversation_id: str, payload: str) -> str:
        """What the tapped choice read: it is shown as the customer's own words."""
        async with self.database.read() as session:
            messages = await delivery.messages_after(session, conversation_id, 0)
        for message in reversed(messages):
            for choice in message.choices:
                if choice["payload"] == payload:
                    return str(choice["title"])
        return payload

    async def close(self) -> None:
        """Finishes what is under way, then lets go of everything."""
        if not await self.turns.finish(self.settings.drain_s):
            log.warning("some turns were not finished in time; the next start takes them up")
        await self.jobs.stop()
        if self.upkeep:
            await self.upkeep.stop()
        await self.live.stop()
        if self.hearing:
            await self.hearing.stop()
        await self.outbox.stop()
        await self.hub.close()
        self.engine.close()
        await self.services.ports.close()
        await self.database.close()


async def open_house(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    ids: Callable[[], str] = new_id,
    engine: Engine | None = None,
    lasting: bool = False,
) -> House:
    """Opens the database at its newest schema, loads the trained model and starts the outbox.

    ``lasting``: follow-ups get durable timers, in real time; else they are found by whoever looks for what is due.
    An ``engine`` that is given is used as it is. When the engine cannot be loaded the house opens all the same: every
    turn then gets the honest line, and a human.
    """
    database = Database(settings.database, connections=settings.database_connections)
    await schema.upgrade(database)
    timers = DurableTimers(database)
    if lasting:
        await timers.prepare()
    services = replace(
        quiet_services(settings, database), clock=clock, new_id=ids, timers=timers if lasting else NoTimers()
    )
    hub = Hub() if database.is_sqlite else SharedHub(database.url)
    await hub.open()

    outbox = Outbox(services, {"web": lambda of: hub.publish(of, NEW_MESSAGES)}, hub.publish)
    hearing = None
    if engine is None:
        engine = Engine(action_handler(services))
        hearing = Hearing(engine, Bench(settings, database, shelf_of(settings), clock), database)
        await _load(hearing)
    turns = Turns(services, engine, hub, outbox, window_s=settings.fragment_window_s,
                  timeout_s=settings.engine_timeout_s)  # fmt: skip
    if lasting and database.is_sqlite:
        await outbox.end_claims()
    outbox.start()
    allowances = Allowances(settings.rate_per_s, settings.rate_burst)
    jobs = Jobs(services, hub, outbox)
    live = LiveSettings(settings, services)
    await live.load()
    if lasting:
        live.start()
        if hearing is not None:
            hearing.start()
    newest = Newest(database)
    hub.watch(newest.hear)
    cabinet = open_cabinet(services, settings)
    eraser = Eraser(services, cabinet, storage_of(settings))
    if lasting:
        await _erase_again(eraser)
    return House(settings, database, services, engine, hub, outbox, turns, jobs, timers, newest, live, allowances,
                 Allowances(UPLOADS_PER_S, UPLOADS_AT_ONCE), cabinet, eraser, hearing)  # fmt: skip


def quiet_services(settings: Settings, database: Database) -> Services:
    """What actions need, without durable timers."""
    numbers = load_numbers()
    return Services(
        database=database, ports=_ports(settings, database), book=load_book(), numbers=numbers, wording=wording(),
        base_url=settings.base_url, calls_within_s=settings.calls_within_s,
        hours=Hours(settings.shop_timezone, numbers.opening_hour, numbers.closing_hour),
    )  # fmt: skip


def open_cabinet(services: Services, settings: Settings) -> Cabinet:
    """Where customers' files are kept. Raises ValueError for a place that cannot be used."""
    return Cabinet(services, storage_of(settings))


def _ports(settings: Settings, database: Database) -> Ports:
    """The shop's systems: its own where an address is set, else the demonstration shop."""
    if not settings.shop_url:
        return EmbeddedShop(database, base_url=settings.base_url)
    if settings.shop_url.startswith("http://"):
        log.warning("the shop's systems are spoken to without encryption", url=settings.shop_url)
    return RemoteShop(Remote(settings.shop_url, settings.shop_secret, total_s=settings.shop_timeout_s))


async def _load(hearing: Hearing) -> None:
    try:
        await hearing.load()
    except Exception:
        log.exception("the engine could not be loaded: customers get an honest line and a human")


async def _erase_again(eraser: Eraser) -> None:
    """A back-up that was put back must not bring back who was erased: before anybody is answered, they go again."""
    try:
        if done := await eraser.again():
            log.warning("people who were erased before were here again, and were erased", people=done)
    except StorageError:
        log.exception("the list of who was erased cannot be read: `kairos privacy again` must be run")
