"""Customers who write through crashes and lost networks, and what must be true of their conversations afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from websockets.exceptions import WebSocketException

from models.conversations import Conversation
from models.messages import Message
from models.moments import Moment
from models.outbox import OutboxEntry
from models.session import Database
from tests.bot.client import Client

LOST = (OSError, WebSocketException, TimeoutError)
WORDS = {
    "zh-CN": ("你好", "我的快递到哪里了", "嗯嗯", "2026111800042", "等了好几天了", "谢谢", "转人工"),
    "zh-TW": ("你好", "我的包裹到哪裡了", "嗯嗯", "2026111900077", "等了好幾天了", "謝謝", "我要找真人客服"),
    "en": (
        "hello",
        "where is my parcel",
        "hm",
        "2026112000015",
        "I have been waiting for days",
        "thanks",
        "let me talk to a person",
    ),
}


@dataclass
class Customer:
    """Writes at random, loses the network, comes back, sends again what was not acknowledged."""

    name: str
    locale: str
    chance: random.Random
    where: Callable[[], str]
    client: Client = field(init=False)
    sent: dict[str, str] = field(default_factory=dict)
    turned_away: int = 0

    def __post_init__(self) -> None:
        self.client = Client(self.where(), locale=self.locale)

    @property
    def acknowledged(self) -> set[str]:
        """What the server said it has stored."""
        return {ack["client_id"] for ack in self.client.of("ack")}

    async def live(self, until: asyncio.Event) -> None:
        """Goes on until told to stop."""
        while not until.is_set():
            try:
                await self._come_back()
                while not until.is_set():
                    await self._do_something()
                    await asyncio.sleep(self.chance.uniform(0.0, 0.6))
            except LOST:
                await asyncio.sleep(self.chance.uniform(0.0, 0.1))

    async def settle(self) -> None:
        """Sends everything once more, until all of it is acknowledged and done, and all that was said has arrived."""
        for _ in range(50):
            try:
                await self._come_back()
                for client_id, text in self.sent.items():
                    await self.client.say(text, client_id)
                give_up = time.monotonic() + 60
                while self.sent.keys() - {done["in_reply_to"] for done in self.client.of("done")}:
                    if time.monotonic() > give_up:
                        raise TimeoutError
                    await asyncio.sleep(0.2)
                return
            except LOST:
                await asyncio.sleep(0.1)
        raise AssertionError(f"{self.name} was never answered")

    async def _come_back(self) -> None:
        await self.client.drop()
        self.client.ws_url = self.where()
        welcome = await self.client.connect()
        if welcome.get("code") == "unavailable":  # the database is: it is tried again
            self.turned_away += 1
            raise ConnectionError("the database is unavailable")
        assert welcome["type"] == "welcome", welcome
        for client_id in self.sent.keys() - self.acknowledged:
            await self.client.say(self.sent[client_id], client_id)

    async def _do_something(self) -> None:
        what = self.chance.random()
        if what < 0.65 or not self.sent:
            client_id = f"{self.name}-{len(self.sent)}"
            self.sent[client_id] = self.chance.choice(WORDS[self.locale])
            await self.client.say(self.sent[client_id], client_id)
        elif what < 0.85:
            client_id = self.chance.choice(list(self.sent))
            await self.client.say(self.sent[client_id], client_id)
        elif what < 0.93:
            await self._come_back()
        else:
            await self.client.ping()


@dataclass
class Watcher:
    """A second tab of a customer: writes nothing, loses the connection whenever the application goes."""

    customer: Customer
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.customer.where(), locale=self.customer.locale)

    async def live(self, until: asyncio.Event) -> None:
        """Looks on until told to stop."""
        while not until.is_set():
            try:
                await self.look()
                await self.client.wait_closed(within_s=self.customer.chance.uniform(0.1, 2.0))
            except LOST:
                await asyncio.sleep(0.05)

    async def look(self) -> None:
        """Opens the tab again."""
        await self.client.drop()
        self.client.ws_url, self.client.session = self.customer.where(), self.customer.client.session
        if self.client.session:
            await self.client.connect()


async def check_clients(customers: list[Customer], watchers: list[Watcher]) -> None:
    """Every customer, and every second tab, saw every message once and in order."""
    for watcher in watchers:
        await watcher.look()
        last = watcher.customer.client.seen
        await watcher.client.wait_for(lambda f, last=last: f["type"] == "message" and f["seq"] == last)
    for client in [customer.client for customer in customers] + [watcher.client for watcher in watchers]:
        seqs = [message["seq"] for message in client.messages]
        assert seqs == list(range(1, len(seqs) + 1)), f"seen: {seqs}"
    for watcher in watchers:
        assert watcher.client.messages == watcher.customer.client.messages


async def check_database(
    database: Database, customers: list[Customer], others: Mapping[str, Collection[str]] | None = None
) -> Counter[str]:
    """Every acknowledged message was stored once, answered by one turn, and every turn once. Returns what there is.

    ``others``: what customers of other channels wrote, the channel's ids by the address of the customer.
    """
    async with database.read() as session:
        rows: dict[type, list[Any]] = {
            kind: list((await session.execute(select(kind))).scalars())
            for kind in (Conversation, Message, Moment, OutboxEntry)
        }
    messages, moments = rows[Message], {moment.turn_id: moment for moment in rows[Moment]}
    assert len(moments) == len(rows[Moment])
    _check_numbers(rows[Conversation], messages)
    written = {(m.conversation_id, m.external_id): m for m in messages if m.author == "customer"}
    assert len(written) == sum(message.author == "customer" for message in messages)
    replies: defaultdict[str, list[Message]] = defaultdict(list)
    for message in sorted(messages, key=lambda message: message.seq):
        if message.author == "bot":
            replies[message.turn_id].append(message)

    for customer in customers:
        assert customer.acknowledged == set(customer.sent)
        for client_id in customer.sent:
            seqs = {ack["seq"] for ack in customer.client.of("ack", client_id=client_id)}
            stored = written[customer.client.conversation, client_id]
            assert seqs == {stored.seq}, f"{client_id} was acknowledged as {seqs}"
    reached = {row.address: row.id for row in rows[Conversation] if row.address}
    for address, ids in (others or {}).items():
        there = {external_id for of, external_id in written if of == reached[address]}
        assert there == set(ids), f"{address}: lost {set(ids) - there}, never written {there - set(ids)}"
    assert len(written) == sum(len(each.sent) for each in customers) + sum(map(len, (others or {}).values()))
    assert {message.turn_id for message in written.values()} == set(moments), "one turn each, one moment a turn"
    by_id = {message.id: message for message in messages}
    for turn_id, moment in moments.items():
        last = by_id[turn_id]
        assert moment.conversation_id == last.conversation_id
        assert last.seq == max(m.seq for m in written.values() if m.turn_id == turn_id)
        said = replies[turn_id]
        assert [variant for reply in said for variant in reply.wording] == list(moment.wording)
        assert {reply.in_reply_to for reply in said} == ({last.external_id} if moment.speaker == "bot" else set())
    sent = Counter(message.id for message in messages if message.author != "customer")
    assert Counter(entry.id for entry in rows[OutboxEntry]) == sent, "whatever is said is sent, once"
    return Counter(messages=len(written), turns=len(moments), replies=len(rows[OutboxEntry]))


def _check_numbers(conversations: list[Conversation], messages: list[Message]) -> None:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for message in messages:
        numbers[message.conversation_id].append(message.seq)
    for conversation in conversations:
        seqs = sorted(numbers[conversation.id])
        assert seqs == list(range(1, len(seqs) + 1)), f"{conversation.id}: {seqs}"
        assert conversation.next_seq == len(seqs) + 1
