"""A small shop to act in: a real database, a clock that stands still, ports that can be watched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from actions import conversations, shop, turns
from actions.conversations import Inbound, Recorded
from actions.services import Hours, Ports, Services, new_id
from actions.shop import EmbeddedShop
from actions.turns import Turn
from dialogues.book import load_book, load_numbers
from dialogues.plan import Act, Call, Effect, Plan
from dialogues.reading import Order, Result
from dialogues.wording import wording
from models.conversations import Conversation
from models.messages import Message
from models.orders import ShopOrder
from models.session import Database
from tests.models.rows import NOON, add_conversation

T = TypeVar("T")
HEARD: dict[str, Any] = {
    "text": "", "language": "en", "intent": "chitchat", "confidence": 0.9, "runner_up": None, "unsure": False,
    "emotion": "neutral", "intensity": 0, "needs": [], "entities": [], "safety": False, "repeat": False,
}  # fmt: skip


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class WatchedPorts:
    """The embedded shop, with every call noted. ``meanwhile`` runs after a call was made, before it is answered."""

    shop: Ports
    calls: list[tuple[Call, str]] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def call(self, call: Call, *, key: str) -> Result:
        """Makes the call."""
        self.calls.append((call, key))
        result = await self.shop.call(call, key=key)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return result

    async def orders(self, *, account: str, number: str) -> tuple[Order, ...] | None:
        """Looks them up."""
        return await self.shop.orders(account=account, number=number)

    async def close(self) -> None:
        """Closes the shop."""
        await self.shop.close()


class World:
    """One shop, and what tests do in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.shop = EmbeddedShop(database)
        self.ports = WatchedPorts(self.shop)
        numbers = load_numbers()
        self.services = Services(
            database=database, ports=self.ports, book=load_book(), numbers=numbers, wording=wording(),
            hours=Hours("Asia/Shanghai", numbers.opening_hour, numbers.closing_hour), clock=self.clock,
        )  # fmt: skip

    async def conversation(self, locale: str = "en", account: str = "") -> str:
        """A new conversation's id."""
        return (await add_conversation(self.database, locale=locale, account=account, now=self.clock.now)).id

    async def write(
        self, conversation_id: str, text: str, *, payload: str | None = None, client_id: str = ""
    ) -> Recorded:
        """The customer writes, or taps."""
        inbound = Inbound(
            conversation_id=conversation_id, external_id=client_id or new_id(), text=text, payload=payload,
            received_at=self.clock.now, trace_id="trace",
        )  # fmt: skip
        async with self.database.write() as session:
            return await conversations.record_message(session, inbound, new_id())

    async def open_turn(self, conversation_id: str) -> Turn | None:
        """What awaits an answer."""
        return await turns.open_turn(conversation_id, self.services)

    async def turn(self, conversation_id: str) -> Turn:
        """What awaits an answer; there must be something."""
        turn = await self.open_turn(conversation_id)
        assert turn is not None
        return turn

    async def row(self, conversation_id: str) -> Conversation:
        """The conversation as stored."""
        async with self.database.read() as session:
            return await session.get_one(Conversation, conversation_id)

    async def messages(self, conversation_id: str) -> list[Message]:
        """All messages of a conversation in order."""
        return [m for m in sorted(await self.all(Message), key=lambda m: m.seq) if m.conversation_id == conversation_id]

    async def all(self, kind: type[T]) -> list[T]:
        """All rows of a table."""
        async with self.database.read() as session:
            return list((await session.execute(select(kind))).scalars())

    async def order(
        self, number: str = "2026111800042", *, account: str = "", phone: str = "13800008812", **data: Any
    ) -> None:
        """Adds an order to the shop."""
        order = Order.from_dict({"number": number, "status": "shipped", "item": "lamp", "amount": "399.00",
                                 "currency": "CNY", "placed": "2026-11-18", **data})  # fmt: skip
        async with self.database.write() as session:
            shop.add_order(session, account=account, phone=phone, placed_at=NOON, order=order)

    async def shop_says(self, number: str, status: str) -> None:
        """The order has another status now."""
        async with self.database.write() as session:
            (await session.get_one(ShopOrder, number)).status = status


def saying(turn: Turn, *keys: str, effects: Sequence[Effect] = (), **state: Any) -> Plan:
    """A plan that says these keys, each in a bubble of its own."""
    acts = tuple(Act(key.partition(".")[0], key, bubble=n) for n, key in enumerate(keys or ("greet.hello",)))
    return Plan(state=replace(turn.state, **state), acts=acts, effects=tuple(effects), reasons=("a test",))


def heard(**changes: Any) -> dict[str, Any]:
    """What was heard, as the hearing hands it over."""
    return {**HEARD, **changes}


def action_call(
    turn: Turn,
    plan: Plan | Mapping[str, Any],
    hearing: Mapping[str, Any],
    services: Services,
    name: str = "action_settle",
) -> dict[str, Any]:
    """A call as Rasa sends it to an action server."""
    metadata = turns.brief_for_engine(turn, services)
    return {
        "next_action": name,
        "tracker": {
            "latest_message": {"text": turn.text, "heard": dict(hearing), "metadata": metadata},
            "slots": {"plan": plan.to_dict() if isinstance(plan, Plan) else dict(plan)},
        },
    }
