"""What a conversation looked like when it was played: frozen values, and their JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HEARD = ("language", "intent", "confidence", "emotion", "intensity", "needs", "entities", "safety")
STATE = ("stage", "conflict", "heat", "issue", "parked", "facts", "owner", "unresolved")
OPTION = "option:"  # the payload of a choice that takes an option begins so


@dataclass(frozen=True)
class Reply:
    """One bubble to the customer. ``choices`` hold title and payload; ``author`` is bot, agent or system."""

    author: str
    text: str
    choices: tuple[Mapping[str, str], ...] = ()
    wording: tuple[str, ...] = ()
    name: str = ""

    def words(self) -> tuple[str, ...]:
        """All that can be read in it."""
        return (self.text, *(choice["title"] for choice in self.choices))

    def to_json(self) -> dict[str, Any]:
        """As the JSON output tells it."""
        return {"author": self.author, "text": self.text, "choices": [dict(choice) for choice in self.choices],
                "wording": list(self.wording)}  # fmt: skip


@dataclass(frozen=True)
class SeenAct:
    """One thing that the reply did. ``facts``: what it asks for; ``choices``: how many it shows."""

    name: str
    key: str = ""
    question: bool = False
    facts: tuple[str, ...] = ()
    choices: int = 0


@dataclass(frozen=True)
class SeenTurn:
    """One turn: of the customer, or an entry in which the customer said nothing (``said`` is None).

    ``inside``: it was seen from inside; from outside there is nothing but ``said``, ``replies``, ``owner``,
    ``locale`` and ``seconds`` (from sending to the last reply). ``handover``: reason of the open handover.
    """

    said: str | tuple[str, ...] | None
    owner: str
    locale: str = ""
    replies: tuple[Reply, ...] = ()
    seconds: float = 0.0
    inside: bool = True
    heard: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    acts: tuple[SeenAct, ...] = ()
    moment: Mapping[str, Any] = field(default_factory=dict)
    effects: Mapping[str, Any] = field(default_factory=dict)
    handover: str | None = None
    entry: int = 0

    @property
    def bubbles(self) -> tuple[Reply, ...]:
        """What the bot said."""
        return tuple(reply for reply in self.replies if reply.author == "bot")

    @property
    def is_silent(self) -> bool:
        """True when a customer got neither a reply nor a human owner."""
        return self.said is not None and not self.replies and self.owner != "human"

    def options(self) -> int:
        """How many different options it showed."""
        return len({c["payload"] for r in self.bubbles for c in r.choices if c["payload"].startswith(OPTION)})

    def to_json(self) -> dict[str, Any]:
        """As the JSON output tells it; what cannot be seen from outside is left out."""
        said = list(self.said) if isinstance(self.said, tuple) else self.said
        replies = [reply.to_json() for reply in self.replies]
        if not self.inside:
            for reply in replies:
                del reply["wording"]
            return {"said": said, "after": {"owner": self.owner}, "replies": replies, "seconds": self.seconds}
        return {
            "said": said,
            "heard": {name: self.heard.get(name) for name in HEARD} if self.heard else None,
            "before": {name: self.before.get(name) for name in STATE},
            "after": {name: self.after.get(name) for name in STATE},
            "acts": [act.name for act in self.acts],
            "replies": replies,
            "moment": dict(self.moment) or None,
            "effects": dict(self.effects),
            "seconds": self.seconds,
        }


@dataclass(frozen=True)
class SeenConversation:
    """A whole conversation. None: it cannot be seen from outside."""

    owner: str
    silent_turns: int
    stage: str | None = None
    moments: int | None = None
    promises_open: int | None = None
    promises_kept: int | None = None
    followups_pending: int | None = None
    apologies: int | None = None


@dataclass(frozen=True)
class Failure:
    """Something that was not as wanted. ``turn``: the entry's number; None: the conversation as a whole."""

    turn: int | None
    key: str
    wanted: Any
    got: Any

    def to_json(self) -> dict[str, Any]:
        """As the JSON output tells it."""
        return {"turn": self.turn, "key": self.key, "wanted": self.wanted, "got": self.got}


@dataclass(frozen=True)
class Played:
    """What came of a conversation. ``unchecked``: expectations on what cannot be seen from outside."""

    name: str
    turns: tuple[SeenTurn, ...] = ()
    failures: tuple[Failure, ...] = ()
    unchecked: int = 0
    skipped: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the JSON output tells it."""
        data: dict[str, Any] = {
            "name": self.name, "turns": [turn.to_json() for turn in self.turns],
            "failures": [failure.to_json() for failure in self.failures],
        }  # fmt: skip
        if self.unchecked:
            data["unchecked"] = self.unchecked
        if self.skipped:
            data["skipped"] = self.skipped
        return data
