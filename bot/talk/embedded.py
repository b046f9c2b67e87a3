"""Plays a script in a house of its own: its own database and clock, one engine for all."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from actions import conversations, shop
from actions.conversations import Inbound
from actions.media import MediaRefused
from actions.moments import shown
from actions.services import Services
from actions.settle import Settled
from actions.turns import state_of
from bot.channels.webchat.frames import Claim, Hello
from bot.channels.webchat.sessions import normal_locale, open_session, sign
from bot.engine.engine import Engine
from bot.house import House, open_house
from bot.settings import Settings
from bot.talk.clock import Clock, Jobs, NoJobs, move_on
from bot.talk.expect import ACTS
from bot.talk.player import Impossible, play
from bot.talk.record import Record, read_record, values_of
from bot.talk.script import Agent, Customer, Script, Shop
from bot.talk.seen import Played, Reply, SeenAct, SeenConversation, SeenTurn
from bot.talk.staff import Staff
from bot.turns import action_handler
from models import schema
from models.session import Database

PAUSE = timedelta(seconds=5)  # between two turns
FRAGMENT_PAUSE = timedelta(milliseconds=300)
ACCOUNT = "talk"  # the shop account that the script's orders belong to
AGENT = "Agent"
ENGINE = "engine"  # among what fails: hearing and judging themselves
SORRY = ".sorry"  # a wording key that ends so apologises


JobsOf = Callable[[House], Jobs]


@dataclass
class SharedEngine:
    """One loaded engine for many houses, one after the other: action calls go to the house that is open.

    Each house has a database of its own in the folder, copied from an empty one: making the tables takes a second.
    """

    folder: Path
    services: Services | None = None
    is_down: bool = False

    def __post_init__(self) -> None:
        self.engine = Engine(self._handle)
        self._numbers = count(1)

    async def load(self, model: Path) -> None:
        """Loads the model and makes the empty database. Raises FileNotFoundError, and whatever Rasa raises."""
        await self.engine.load(model)
        empty = Database(f"sqlite:///{self._empty}")
        await schema.upgrade(empty)
        await empty.close()

    def new_database(self) -> Path:
        """A new database at the newest schema."""
        return Path(shutil.copy(self._empty, self.folder / f"{next(self._numbers)}.db"))

    @property
    def _empty(self) -> Path:
        return self.folder / "empty.db"

    async def _handle(self, call: dict[str, Any]) -> Settled:
        assert self.services is not None
        if self.is_down:
            raise ConnectionError("the engine is down, as the conversation wants it")
        return await action_handler(self.services)(call)


@asynccontextmanager
async def loaded_engine(model: Path, folder: Path) -> AsyncIterator[SharedEngine]:
    """The engine with that model; databases go into the folder. Raises FileNotFoundError, and whatever Rasa raises."""
    shared = SharedEngine(folder)
    try:
        await shared.load(model)
        yield shared
    finally:
        shared.engine.close()


async def play_embedded(
    script: Script, shared: SharedEngine, settings: Settings, jobs_of: JobsOf = lambda _: NoJobs()
) -> Played:
    """Plays a script in a new database."""
    database = shared.new_database()
    own = settings.model_copy(update={
        "database_url": f"sqlite:///{database}", "identity_secret": "talk", "engine_timeout_s": 60.0,
        "shop_url": "",
        "attachments": str(database.with_suffix(".files")),
    })  # fmt: skip
    clock = Clock(script.now)
    ids = _ids(script.name)
    house = await open_house(own, clock=clock, ids=lambda: next(ids), engine=shared.engine)
    shared.services = house.services
    try:
        stage = EmbeddedStage(house, clock, jobs_of(house), shared)
        await stage.open(script)
        return await play(script, stage)
    finally:
        await house.turns.finish(own.drain_s)
        await house.outbox.stop()
        await house.database.close()


def _ids(seed: str) -> Iterator[str]:
    """The same ids every time: the wording's variants hang on them."""
    return (hashlib.blake2b(f"{seed}|{n}".encode(), digest_size=16).hexdigest() for n in count())


class EmbeddedStage:
    """A conversation in a house whose clock, shop and staff are ours to move."""

    def __init__(self, house: House, clock: Clock, jobs: Jobs, shared: SharedEngine) -> None:
        self._house, self._clock, self._jobs, self._shared = house, clock, jobs, shared
        self._services = house.services
        self._staff = Staff(house.services, AGENT)
        self._conversation_id = ""
        self._record: Record | None = None
        self._begun = False

    async def open(self, script: Script) -> None:
        """Sets up shop and customer and opens the conversation."""
        self._set_shop(script.shop)
        await self._add_orders(script.customer, script.now)
        self._conversation_id = await self._open_conversation(script)
        self._record = await self._read()

    async def say(self, texts: tuple[str, ...]) -> SeenTurn:
        """The customer writes, as through a channel's door."""
        await self._pause()
        return await self._customer(texts[0] if len(texts) == 1 else texts, texts, None)

    async def tap(self, title: str, payload: str) -> SeenTurn:
        """The customer taps a choice."""
        await self._pause()
        return await self._customer(title, (title,), payload)

    async def send(self, path: Path) -> SeenTurn:
        """The customer sends a file. Raises Impossible when it is not taken."""
        await self._pause()
        try:
            data = await asyncio.to_thread(path.read_bytes)
            kept = await self._house.cabinet.keep(self._conversation_id, data, path.name)
        except MediaRefused as refused:
            raise Impossible("send", str(path), refused.code) from refused
        return await self._customer(f"[{path.name}]", ("",), None, (kept.id,))

    async def wait(self, length: timedelta) -> SeenTurn:
        """Time passes, and what is due falls due in order."""
        self._begun = True
        await move_on(self._clock, self._jobs, length)
        return await self._seen(None, 0.0)

    async def change_shop(self, shop: Shop) -> SeenTurn:
        """The shop changes."""
        self._set_shop(shop)
        return await self._seen(None, 0.0)

    async def staff(self, agent: Agent) -> SeenTurn:
        """A member of staff accepts, writes, hands back: what the entry names, in this order."""
        await self._pause()
        if agent.accept:
            await self._staff.accept(self._conversation_id)
        if agent.say:
            await self._staff.say(self._conversation_id, agent.say)
        if agent.hand_back:
            await self._staff.hand_back(self._conversation_id, agent.note)
        return await self._seen(None, 0.0)

    async def asked(self, turn: SeenTurn) -> tuple[str, ...]:
        """What the acts of the last reply ask for."""
        if turn.owner == "human":
            return ()
        return tuple(name for act in turn.acts if act.name == "ask" for name in act.facts)

    async def end(self, turns: tuple[SeenTurn, ...]) -> SeenConversation:
        """What the database holds at the end."""
        record = await self._read()
        said = [variant.partition("#")[0] for turn in turns for reply in turn.replies for variant in reply.wording]
        return SeenConversation(
            owner=record.conversation.owner,
            silent_turns=sum(turn.is_silent for turn in turns),
            stage=state_of(record.conversation).stage.value,
            moments=len(record.moments),
            promises_open=record.count("promises", "open"),
            promises_kept=record.count("promises", "kept"),
            followups_pending=record.count("followups", "pending"),
            apologies=sum(key.endswith(SORRY) for key in said),
        )

    def _set_shop(self, change: Shop) -> None:
        if change.open is not None:
            self._services.hours.forced = change.open
        if change.staff is not None:
            self.staff_present = change.staff
        if change.failing is not None:
            self._services.ports.failing = set(change.failing)  # type: ignore[attr-defined]
            self._shared.is_down = ENGINE in change.failing

    async def _add_orders(self, customer: Customer, now: datetime) -> None:
        async with self._services.database.write() as session:
            for order in customer.orders:
                placed = datetime.fromisoformat(order.placed) if order.placed else now
                placed = placed if placed.tzinfo else placed.replace(tzinfo=now.tzinfo)
                shop.add_order(session, account=ACCOUNT, phone=customer.phone, placed_at=placed, order=order)

    async def _open_conversation(self, script: Script) -> str:
        customer = script.customer
        if script.channel == "web":
            claim = Claim(id=ACCOUNT, name=customer.name, signature=sign(ACCOUNT, self._house.identity_secret))
            hello = Hello(type="hello", session=None, since=0, locale=script.locale, timezone=script.timezone,
                          identity=claim if customer.known else None)  # fmt: skip
            return (await open_session(hello, self._services, self._house.live.secrets)).conversation_id
        async with self._services.database.write() as session:
            person = await conversations.find_or_add_customer(
                session, new_id=self._services.new_id(), channel=script.channel,
                external_id=ACCOUNT if customer.known else f"{ACCOUNT}-stranger", name=customer.name,
                timezone=script.timezone, linked=customer.known, now=script.now,
            )  # fmt: skip
            row = await conversations.open_conversation(
                session, conversation_id=self._services.new_id(), customer=person, channel=script.channel, token=None,
                locale=normal_locale(script.locale), now=script.now,
            )  # fmt: skip
        return row.id

    async def _pause(self) -> None:
        if self._begun:
            await move_on(self._clock, self._jobs, PAUSE)
        self._begun = True

    async def _customer(
        self, said: str | tuple[str, ...], texts: tuple[str, ...], payload: str | None, uploads: tuple[str, ...] = ()
    ) -> SeenTurn:
        for number, text in enumerate(texts):
            if number:
                self._clock.now += FRAGMENT_PAUSE
            await self._house.turns.record(Inbound(
                conversation_id=self._conversation_id, external_id=self._services.new_id(), text=text,
                received_at=self._clock.now, payload=payload, trace_id=self._services.new_id()[:16],
                uploads=uploads,
            ))  # fmt: skip
        started = time.perf_counter()
        await self._house.turns.run(self._conversation_id)
        return await self._seen(said, round(time.perf_counter() - started, 4))

    async def _read(self) -> Record:
        return await read_record(self._services.database, self._conversation_id)

    async def _seen(self, said: str | tuple[str, ...] | None, seconds: float) -> SeenTurn:
        """What changed since the last time it was looked."""
        earlier, record = self._record, await self._read()
        assert earlier is not None
        self._record = record
        fresh = [message for message in record.messages[len(earlier.messages) :] if message.author != "customer"]
        replies = tuple(Reply(m.author, m.text, tuple(m.choices), tuple(m.wording), m.name) for m in fresh)
        state = shown(state_of(record.conversation))
        turn = SeenTurn(
            said=said, owner=record.conversation.owner, locale=record.conversation.locale, replies=replies,
            seconds=seconds, before=shown(state_of(earlier.conversation)), after=state,
            acts=_acts_in_words(replies), effects=record.effects_since(earlier), handover=record.open_handover(),
        )  # fmt: skip
        moments = record.moments[len(earlier.moments) :]
        if not moments:
            return turn
        moment = moments[-1]
        acts = tuple(SeenAct(**{**act, "facts": tuple(act["facts"])}) for m in moments for act in m.acts)
        return replace(turn, heard=moment.heard, before=moments[0].before, after=moment.after, acts=acts,
                       moment=values_of(moment))  # fmt: skip


def _acts_in_words(replies: tuple[Reply, ...]) -> tuple[SeenAct, ...]:
    """The acts of replies that no moment tells of (a follow-up, a notice): a wording key begins with its act."""
    keys = [variant.partition("#")[0] for reply in replies for variant in reply.wording]
    return tuple(SeenAct(key.partition(".")[0], key) for key in keys if key.partition(".")[0] in ACTS)
