"""What is remembered of a conversation between two turns: one frozen value, stored in one database row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any


class Stage(str, Enum):
    """Where the episode is in EOAC."""

    IDLE = "idle"
    EXPLORE = "explore"
    OFFER = "offer"
    ACTION = "action"
    CONFIRM = "confirm"
    CLOSED = "closed"


class Conflict(str, Enum):
    """Where the episode is in the conflict steps."""

    NONE = "none"
    LISTEN = "listen"
    EMPATHISE = "empathise"
    ACCEPT = "accept"
    RESOLVE = "resolve"


class Owner(str, Enum):
    """Who may speak to the customer."""

    BOT = "bot"
    QUEUE = "queue"
    HUMAN = "human"


HEAT_MEMORY = 5


@dataclass(frozen=True)
class State:
    """The dialogue state of one conversation.

    ``heat`` is 0-30 (tenths of intensity); ``heats`` its last five values, newest last. ``facts`` maps a fact's name to
    its value as text; ``asked`` counts how often each was asked in this episode. ``asked_now`` is what the last reply
    asked for: a fact's name, ``invitation``, ``clarify``, ``choice``, ``confirm``, ``survey`` or "".
    ``said`` holds the wording variants used in this episode, so that none is used twice.
    """

    stage: Stage = Stage.IDLE
    conflict: Conflict = Conflict.NONE
    issue: str = ""
    parked: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    refused_facts: tuple[str, ...] = ()
    options_shown: tuple[str, ...] = ()
    options_refused: tuple[str, ...] = ()
    refusals: int = 0
    heat: int = 0
    heats: tuple[int, ...] = ()
    strained: int = 0
    misunderstood: int = 0
    unresolved: int = 0
    apologised: int = 0
    questions: int = 0
    invited: bool = False
    abused_at: str = ""
    owner: Owner = Owner.BOT
    verified: bool = False
    locale: str = "zh-CN"
    style: Mapping[str, int] = field(default_factory=dict)
    episode: int = 0
    version: int = 0
    asked_now: str = ""
    guess: str = ""
    said: tuple[str, ...] = ()
    last_turn_at: str = ""
    handover_reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON-ready data."""
        data = asdict(self)
        for name in ("stage", "conflict", "owner"):
            data[name] = data[name].value
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> State:
        """Reads a stored state; unknown keys (from a newer version) are dropped, missing ones take their default."""
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key in known
        }
        for name, kind in (("stage", Stage), ("conflict", Conflict), ("owner", Owner)):
            if name in values:
                values[name] = kind(values[name])
        return cls(**values)
