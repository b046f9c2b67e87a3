"""One customer turn as the hearing understood it, and what else is known when it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogues.phrases.clauses import asks

NEGATIVE = frozenset({"anxious", "confused", "disappointed", "frustrated", "angry", "abusive"})
STRAINED = frozenset({"frustrated", "angry", "abusive"})


@dataclass(frozen=True)
class Found:
    """Something the message names: an order number, an amount … ``value`` is normalised text, ``text`` the words."""

    kind: str
    value: str
    text: str = ""


@dataclass(frozen=True)
class Reading:
    """What one customer turn says. ``choice`` is the payload of a tapped choice, else empty.

    ``runner_up``: the next likeliest intent, or "". ``also``: further issues that the same message raises.
    ``enclosed``: the kinds of the files sent with it (photo, document, voice, video, sticker). ``asks``: what kind of
    question it puts (duration, amount, cost, when, where, why, how, who, what, whether) or "". ``negated``: it rules
    something out or puts it off. ``conditional``: it sets a condition.
    ``denied``: the issues that it names only to say that they are not meant.
    """

    text: str
    language: str
    intent: str
    confidence: float = 1.0
    runner_up: str = ""
    unsure: bool = False
    emotion: str = "neutral"
    intensity: int = 0
    needs: tuple[str, ...] = ()
    entities: tuple[Found, ...] = ()
    safety: bool = False
    repeat: bool = False
    choice: str = ""
    also: tuple[str, ...] = ()
    enclosed: tuple[str, ...] = ()
    asks: str = ""
    negated: bool = False
    conditional: bool = False
    denied: tuple[str, ...] = ()

    @property
    def outright(self) -> bool:
        """True when what is named is what is wanted: not asked about, ruled out, put off or tied to a condition."""
        return not (self.asks or self.negated or self.conditional)

    @property
    def hurts(self) -> bool:
        """True when a bad feeling is more than slight."""
        return self.emotion in NEGATIVE and self.intensity >= 2

    @property
    def puts_question(self) -> bool:
        """True when a question was heard, or is plain in the words."""
        return bool(self.asks) or asks(self.text)

    def first(self, kind: str) -> str:
        """The first value of that kind that the message names, or ""."""
        return next((found.value for found in self.entities if found.kind == kind), "")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reading:
        """Reads what the NLU layer put on the message; a tap is heard as a tap, files without words as files."""
        data = heard_as(data, data.get("choice") or "", tuple(data.get("enclosed") or ()))
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        values["runner_up"] = values.get("runner_up") or ""
        values["needs"] = tuple(values.get("needs") or ())
        values["also"] = tuple(values.get("also") or ())
        values["enclosed"] = tuple(values.get("enclosed") or ())
        values["entities"] = tuple(
            Found(kind=entity["kind"], value=str(entity["value"]), text=str(entity.get("text", "")))
            for entity in values.get("entities") or ()
        )
        return cls(**values)


SEEN = frozenset({"photo", "document"})  # what tells something by being sent; the rest takes a person's ears or eyes


def heard_as(heard: Mapping[str, Any], choice: str, enclosed: tuple[str, ...]) -> Mapping[str, Any]:
    """What was heard, for a turn that may be a tap, or files without words: those hold no words of the customer's."""
    if choice:
        return tapped(heard)
    if not enclosed or str(heard.get("text", "")).strip():
        return heard
    shows = not SEEN.isdisjoint(enclosed)
    return {**tapped(heard), "intent": "provide_info" if shows else "chitchat"}


def tapped(heard: Mapping[str, Any]) -> dict[str, Any]:
    """A tapped choice holds our own words: they show no feeling, no needs and no details of the customer's."""
    return {**heard, "intent": "provide_info", "confidence": 1.0, "unsure": False, "emotion": "neutral", "intensity": 0,
            "needs": [], "entities": [], "safety": False, "repeat": False, "also": [], "asks": "", "negated": False,
            "conditional": False}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An order as the shop's system tells it. Times are ISO dates or "", money is a decimal string."""

    number: str
    status: str
    item: str = ""
    quantity: int = 1
    amount: str = ""
    currency: str = ""
    placed: str = ""
    eta: str = ""
    tracking: str = ""
    delivered_at: str = ""
    refunds: tuple[Mapping[str, str], ...] = ()
    charges: tuple[Mapping[str, str], ...] = ()
    warranty_until: str = ""

    @property
    def on_the_road(self) -> bool:
        """True while a courier has it."""
        return self.status in ("shipped", "out_for_delivery")

    @property
    def is_coming(self) -> bool:
        """True from the payment until it has arrived."""
        return self.status == "paid" or self.on_the_road

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Order:
        """Reads an order from JSON-ready data; unknown keys are dropped."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known and value is not None}
        for name in ("refunds", "charges"):
            values[name] = tuple(values.get(name) or ())
        return cls(**values)


@dataclass(frozen=True)
class Result:
    """What a port answered: ``ok`` or not, with data the wording may use."""

    ok: bool
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """What is known outside the conversation when a turn is judged.

    ``orders`` holds only orders that this customer may see. ``results`` answers the calls an earlier plan of the same
    turn asked for, by their key. ``now`` and ``opens_at`` (when staff call back if it is closed) are in shop time.
    ``linked``: the channel vouches for who the customer is. ``orders_unknown``: they could not be looked up.
    ``timezone``: of the customer, "" where it is not known: then the shop's.
    """

    now: datetime
    open: bool = True
    opens_at: str = ""
    orders: tuple[Order, ...] = ()
    results: Mapping[str, Result] = field(default_factory=dict)
    linked: bool = False
    orders_unknown: bool = False
    timezone: str = ""

    @property
    def today(self) -> date:
        """The day that it is where the customer is."""
        return (self.now.astimezone(ZoneInfo(self.timezone)) if self.timezone else self.now).date()

    def order(self, number: str) -> Order | None:
        """The visible order with that number."""
        return next((order for order in self.orders if order.number == number), None)
