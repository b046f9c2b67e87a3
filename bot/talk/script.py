"""The format: a conversation as frozen values, read from YAML. docs/talk.md describes it for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from bot.talk import checked
from bot.talk.checked import Place, ScriptError
from bot.talk.expect import CONVERSATION, TURN, check_wanted
from dialogues.reading import Order

CHANNELS = ("web", "telegram")
STATUSES = ("pending_payment", "paid", "shipped", "out_for_delivery", "delivered", "cancelled", "returned")
STARTS_AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # without `now`: a Monday morning
NOTHING: Mapping[str, Any] = MappingProxyType({})

INVARIANTS = 15  # what must always hold, by number: docs/conversations.md
_CONVERSATION = (
    "name",
    "locale",
    "channel",
    "now",
    "timezone",
    "shop",
    "customer",
    "answers",
    "turns",
    "expect",
    "shows",
)
_CUSTOMER = ("name", "known", "phone", "orders")
_SHOP = ("open", "staff", "failing")
_AGENT = ("accept", "say", "hand_back", "note")


@dataclass(frozen=True)
class Say:
    """The customer writes; several texts are fragments of one turn."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Choose:
    """The customer taps a choice: by position (from 1) or title."""

    what: int | str


@dataclass(frozen=True)
class Send:
    """The customer sends a file."""

    path: Path


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    length: timedelta


@dataclass(frozen=True)
class Shop:
    """How the shop is from here on; None: as it was. ``failing``: ports that answer with an error."""

    open: bool | None = None
    staff: int | None = None
    failing: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Agent:
    """What a member of staff does, in this order."""

    accept: bool = False
    say: str = ""
    hand_back: bool = False
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry under ``turns``; ``number`` counts from 1."""

    number: int
    does: Say | Choose | Send | Wait | Shop | Agent
    expect: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Customer:
    """Who writes. ``known``: verified by the channel, with these orders."""

    name: str = ""
    known: bool = False
    phone: str = ""
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Script:
    """One conversation. ``given``: the keys that the file really holds. ``shows``: which of what must always hold."""

    name: str
    file: str
    entries: tuple[Entry, ...]
    locale: str = "zh-CN"
    channel: str = "web"
    now: datetime = STARTS_AT
    timezone: str = ""
    shop: Shop = Shop(open=True, staff=1, failing=())
    customer: Customer = Customer()
    answers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    expect: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    given: frozenset[str] = frozenset()
    shows: tuple[int, ...] = ()


def load(paths: Iterable[Path]) -> tuple[Script, ...]:
    """All conversations of these files. Raises ScriptError for the first thing that is wrong."""
    return tuple(script for path in paths for script in _load_file(path))


def _load_file(path: Path) -> list[Script]:
    data = checked.read_yaml(path)
    if not isinstance(data, list) or not data:
        raise ScriptError(f"{path}: expected a list of conversations (- name: …)")
    return [_script(item, path, number) for number, item in enumerate(data, 1)]


def _script(item: Any, path: Path, number: int) -> Script:
    name = item.get("name") if isinstance(item, dict) else None
    place = Place(str(path), name if isinstance(name, str) else f"number {number}")
    data = checked.mapping(item, place, _CONVERSATION, required=("name", "turns"))
    if not isinstance(data["turns"], list) or not data["turns"]:
        raise place.at("turns").refuse("expected a list of entries (- say: …)")
    readers: dict[str, Callable[[Any, Place], Any]] = {
        "locale": checked.text, "channel": lambda v, p: checked.one_of(v, p, CHANNELS), "now": checked.moment,
        "timezone": _timezone, "shop": _whole_shop, "customer": _customer, "answers": _answers,
        "expect": lambda v, p: check_wanted(v, p, CONVERSATION), "shows": _shows,
    }  # fmt: skip
    values = {key: read(data[key], place.at(key)) for key, read in readers.items() if key in data}
    entries = tuple(_entry(entry, place, n, path) for n, entry in enumerate(data["turns"], 1))
    return Script(checked.text(name, place.at("name")), str(path), entries, given=frozenset(data), **values)


def _entry(item: Any, conversation: Place, number: int, path: Path) -> Entry:
    place = Place(conversation.file, conversation.conversation, number)
    actions: dict[str, Callable[[Any, Place], Any]] = {
        "say": lambda v, p: Say(checked.texts(v, p)), "choose": _choose, "send": lambda v, p: _send(v, p, path),
        "wait": lambda v, p: Wait(checked.duration(v, p)), "shop": _shop, "agent": _agent,
    }  # fmt: skip
    data = checked.mapping(item, place, (*actions, "expect"))
    named = [key for key in data if key in actions]
    if len(named) != 1:
        raise place.refuse(f"expected exactly one of {', '.join(actions)}, got {', '.join(named) or 'none'}")
    does = actions[named[0]](data[named[0]], place.at(named[0]))
    return Entry(number, does, check_wanted(data.get("expect", NOTHING), place.at("expect"), TURN))


def _choose(value: Any, place: Place) -> Choose:
    return Choose(checked.text(value, place) if isinstance(value, str) else checked.count(value, place, at_least=1))


def _send(value: Any, place: Place, script: Path) -> Send:
    name = checked.text(value, place)
    for path in (script.parent / name, Path(name)):
        if path.is_file():
            return Send(path)
    raise place.refuse(f"there is no file {name!r}, neither beside the conversation nor here")


def _shop(value: Any, place: Place) -> Shop:
    data = checked.mapping(value, place, _SHOP)
    if not data:
        raise place.refuse(f"expected one of {', '.join(_SHOP)}")
    return Shop(
        open=checked.flag(data["open"], place.at("open")) if "open" in data else None,
        staff=checked.count(data["staff"], place.at("staff")) if "staff" in data else None,
        failing=checked.names(data["failing"], place.at("failing")) if "failing" in data else None,
    )


def _whole_shop(value: Any, place: Place) -> Shop:
    said = _shop(value, place)
    return Shop(
        open=True if said.open is None else said.open, staff=1 if said.staff is None else said.staff,
        failing=said.failing or (),
    )  # fmt: skip


def _agent(value: Any, place: Place) -> Agent:
    data = checked.mapping(value, place, _AGENT)
    agent = Agent(
        accept=checked.flag(data.get("accept", False), place.at("accept")),
        say=checked.text(data["say"], place.at("say")) if "say" in data else "",
        hand_back=checked.flag(data.get("hand_back", False), place.at("hand_back")),
        note=checked.text(data["note"], place.at("note")) if "note" in data else "",
    )
    if not (agent.accept or agent.say or agent.hand_back):
        raise place.refuse("expected accept, say or hand_back")
    if agent.note and not agent.hand_back:
        raise place.at("note").refuse("a note goes with hand_back: true")
    return agent


def _shows(value: Any, place: Place) -> tuple[int, ...]:
    items = value if isinstance(value, list) else [value]
    if wrong := [item for item in items if item not in range(1, INVARIANTS + 1) or isinstance(item, bool)]:
        raise place.refuse(f"expected numbers from 1 to {INVARIANTS}, got {wrong[0]!r}")
    return tuple(items)


def _timezone(value: Any, place: Place) -> str:
    name = checked.text(value, place)
    if name not in available_timezones():
        raise place.refuse(f"unknown time zone {name!r} (for instance Asia/Shanghai)")
    return name


def _answers(value: Any, place: Place) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise place.refuse(f"expected facts and their values, got {value!r}")
    return {checked.text(name, place): checked.text(answer, place.at(str(name))) for name, answer in value.items()}


def _customer(value: Any, place: Place) -> Customer:
    data = checked.mapping(value, place, _CUSTOMER)
    orders = data.get("orders", [])
    if not isinstance(orders, list):
        raise place.at("orders").refuse(f"expected a list, got {orders!r}")
    return Customer(
        name=checked.text(data["name"], place.at("name")) if "name" in data else "",
        known=checked.flag(data.get("known", False), place.at("known")),
        phone=checked.text(data["phone"], place.at("phone")) if "phone" in data else "",
        orders=tuple(_order(order, place.at(f"orders[{n}]")) for n, order in enumerate(orders, 1)),
    )


def _order(value: Any, place: Place) -> Order:
    readers: dict[str, Callable[[Any, Place], Any]] = {
        "number": checked.text, "status": lambda v, p: checked.one_of(v, p, STATUSES), "item": checked.text,
        "quantity": lambda v, p: checked.count(v, p, at_least=1), "placed": checked.day, "amount": checked.money,
        "currency": checked.text, "eta": checked.day, "tracking": checked.text, "delivered_at": checked.day,
        "refunds": lambda v, p: _payments(v, p, ("amount", "currency", "status", "at")),
        "charges": lambda v, p: _payments(v, p, ("amount", "currency", "at")), "warranty_until": checked.day,
    }  # fmt: skip
    data = checked.mapping(value, place, tuple(readers), required=("number", "status"))
    values = {key: readers[key](data[key], place.at(key)) for key in data}
    return Order(**{"currency": "CNY", **values})


def _payments(value: Any, place: Place, known: tuple[str, ...]) -> tuple[Mapping[str, str], ...]:
    if not isinstance(value, list):
        raise place.refuse(f"expected a list, got {value!r}")
    return tuple(_payment(item, place, known) for item in value)


def _payment(item: Any, place: Place, known: tuple[str, ...]) -> Mapping[str, str]:
    readers: dict[str, Callable[[Any, Place], str]] = {"amount": checked.money, "at": checked.day}
    data = checked.mapping(item, place, known, required=("amount",))
    return {key: readers.get(key, checked.text)(data[key], place.at(key)) for key in data}
