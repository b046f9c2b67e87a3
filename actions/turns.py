"""One customer turn: the messages that are answered together, with everything needed to judge them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, knowledge, shop
from actions.services import Services
from dialogues.decide import decide
from dialogues.plan import Call, Plan
from dialogues.reading import SEEN, Order, Reading, Result, World
from dialogues.state import Owner, State
from models.conversations import Conversation
from models.customers import Customer, Identity
from models.messages import Message

TURN_TEXT_LIMIT = 4000
CALL_ROUNDS = 4


@dataclass(frozen=True)
class Turn:
    """What is judged. ``turn_id`` is the id of its last message; ``message_ids`` all of them.

    ``enclosed``: the kinds of the files that came with it.
    """

    turn_id: str
    conversation_id: str
    channel: str
    message_ids: tuple[str, ...]
    text: str
    choice: str
    received_at: datetime
    state: State
    version: int
    orders: tuple[Order, ...]
    linked: bool
    timezone: str
    trace_id: str
    client_ids: tuple[str, ...]
    orders_unknown: bool = False
    enclosed: tuple[str, ...] = ()


def state_of(conversation: Conversation) -> State:
    """The dialogue state of a row. Owner and version are columns of their own, kept in one place only."""
    state = State.from_dict({"locale": conversation.locale, **conversation.state})
    return replace(state, owner=Owner(conversation.owner), version=conversation.version)


def keep_state(conversation: Conversation, state: State) -> None:
    """Writes a state to its row; the version moves on."""
    data = state.to_dict()
    conversation.owner = data.pop("owner")
    conversation.version += 1
    conversation.locale = data["locale"]
    del data["version"]
    conversation.state = data


# Built once: putting a statement together costs more than running it.
_CONVERSATION = (
    select(Conversation, Customer.timezone, Identity.external_id)
    .join(Customer, Customer.id == Conversation.customer_id)
    .outerjoin(Identity, (Identity.customer_id == Customer.id) & Identity.linked)
    .where(Conversation.id == bindparam("id"))
)


# What the bot showed last.
_LAST_SHOWN = (
    select(Message.choices)
    .where(Message.conversation_id == bindparam("id"), Message.author == "bot")
    .order_by(Message.seq.desc())
    .limit(1)
)
_LONGEST_TITLE = 120  # characters


def _gone(conversation_id: str) -> NoReturn:
    raise conversations.UnknownConversation(conversation_id)


async def open_turn(conversation_id: str, services: Services) -> Turn | None:
    """The turn that awaits an answer, or None. A tapped choice is a turn of its own.

    The orders are looked up when our own reading is done: the shop's systems may take their time.
    """
    async with services.database.read() as session:
        found = await _waiting(session, conversation_id)
    if found is None:
        return None
    turn, account = found
    number = turn.state.facts.get("order_number", "") if turn.state.verified else ""
    orders = await services.ports.orders(account=account, number=number)
    return replace(turn, orders=orders or (), orders_unknown=orders is None)


async def _waiting(session: AsyncSession, conversation_id: str) -> tuple[Turn, str] | None:
    """The turn that awaits an answer, without orders, and the customer's shop account."""
    messages = await conversations.unanswered(session, conversation_id)
    if not messages:
        return None
    first_choice = next((i for i, m in enumerate(messages) if m.payload), len(messages))
    messages = messages[: max(first_choice, 1)]
    conversation, timezone, linked = (await session.execute(_CONVERSATION, {"id": conversation_id})).first() or _gone(
        conversation_id
    )
    account = linked or ""
    state = state_of(conversation)
    text = "\n".join(message.text for message in messages if message.text)[:TURN_TEXT_LIMIT]
    turn = Turn(
        turn_id=messages[-1].id,
        conversation_id=conversation_id,
        channel=conversation.channel,
        message_ids=tuple(message.id for message in messages),
        text=text,
        choice=messages[-1].payload or (await _typed_choice(session, conversation_id, text) if state.asked_now else ""),
        received_at=messages[-1].created_at,
        state=state,
        version=conversation.version,
        orders=(),
        linked=bool(account),
        timezone=timezone,
        trace_id=messages[-1].trace_id,
        client_ids=tuple(message.external_id or "" for message in messages),
        enclosed=tuple(_kind(each) for message in messages for each in message.attachments),
    )
    return turn, account


def _kind(file: Mapping[str, Any]) -> str:
    """What came with a message. A picture or document that was not taken shows nothing: it is a file like any other."""
    kind = str(file["kind"])
    return "file" if kind in SEEN and file["status"] == "refused" else kind


async def _typed_choice(session: AsyncSession, conversation_id: str, text: str) -> str:
    """The payload of the last choice shown whose title the customer typed, with or without its date; "" for none."""
    typed = text.strip().casefold()
    if not typed or len(typed) > _LONGEST_TITLE:
        return ""
    shown = (await session.execute(_LAST_SHOWN, {"id": conversation_id})).scalar()
    titles = {str(each["payload"]): str(each["title"]).strip().casefold() for each in shown or ()}
    return next((payload for payload, title in titles.items()
                 if title == typed or title.startswith((f"{typed} (", f"{typed}（"))), "")  # fmt: skip


def world_of(turn: Turn, services: Services) -> World:
    """What is known outside the conversation at this turn, in shop time."""
    now = services.clock()
    return World(
        now=services.hours.local(now), open=services.hours.is_open(now),
        opens_at=services.hours.call_back_at(now).isoformat(), orders=turn.orders, linked=turn.linked,
        orders_unknown=turn.orders_unknown, timezone=turn.timezone,
    )  # fmt: skip


def brief_for_engine(turn: Turn, services: Services) -> dict[str, Any]:
    """What travels with the message through the engine, as JSON-ready data."""
    world = world_of(turn, services)
    return {
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation_id,
        "locale": turn.state.locale,
        "timezone": turn.timezone,
        "choice": turn.choice,
        "asked": turn.state.asked_now or None,
        "state": turn.state.to_dict(),
        "version": turn.version,
        "now": world.now.isoformat(),
        "open": world.open,
        "opens_at": world.opens_at,
        "orders": [asdict(order) for order in turn.orders],
        "linked": turn.linked,
        "orders_unknown": turn.orders_unknown,
        "channel": turn.channel,
        "text": turn.text,
        "message_ids": list(turn.message_ids),
        "client_ids": list(turn.client_ids),
        "enclosed": list(turn.enclosed),
        "received_at": turn.received_at.isoformat(),
        "trace_id": turn.trace_id,
        "numbers": dict(services.overrides),
    }


def turn_in(brief: Mapping[str, Any]) -> Turn:
    """The turn that travelled through the engine; what changed meanwhile is found when it is settled."""
    return Turn(
        turn_id=brief["turn_id"], conversation_id=brief["conversation_id"], channel=brief["channel"],
        message_ids=tuple(brief["message_ids"]), text=brief["text"], choice=brief["choice"],
        received_at=datetime.fromisoformat(brief["received_at"]), state=State.from_dict(brief["state"]),
        version=brief["version"], orders=tuple(Order.from_dict(order) for order in brief["orders"]),
        linked=brief["linked"], timezone=brief["timezone"], trace_id=brief["trace_id"],
        client_ids=tuple(brief["client_ids"]), orders_unknown=brief["orders_unknown"],
        enclosed=tuple(brief.get("enclosed", ())),
    )  # fmt: skip


async def _call(call: Call, services: Services, *, key: str, until: float) -> Result:
    """Asks the shop's articles, which are ours, or one of its systems while the turn's time lasts."""
    if call.port == knowledge.PORT:
        return knowledge.look_up(call, services.base_url)
    try:
        async with asyncio.timeout_at(until):
            return await services.ports.call(call, key=key)
    except TimeoutError:
        why = (
            f"{call.port}.{call.action}: no answer in time; it may have been done all the same, please look (key {key})"
        )
        return Result(ok=False, data={"failed": "yes", "why": why})


async def carry_out_calls(plan: Plan, turn: Turn, reading: Reading, services: Services) -> Plan:
    """Makes the calls that a plan asks for and decides again with the answers, until nothing is asked.

    Calls are made outside our transactions; their key makes a repetition harmless, also when the turn moved on by
    another fragment: its first message stays the same.
    """
    world = world_of(turn, services)
    until = asyncio.get_running_loop().time() + services.calls_within_s
    for _ in range(CALL_ROUNDS):
        if not plan.calls:
            return plan
        results = dict(world.results)
        orders = list(world.orders)
        for call in plan.calls:
            result = await _call(call, services, key=f"{turn.message_ids[0]}:{call.key}", until=until)
            results[call.key] = result
            if result.ok and (order := shop.order_in(result)):
                orders = [order, *(known for known in orders if known.number != order.number)]
        world = replace(world, results=results, orders=tuple(orders))
        plan = decide(turn.state, reading, world, services.book, services.numbers)
    raise RuntimeError(f"turn {turn.turn_id}: still calling after {CALL_ROUNDS} rounds")
