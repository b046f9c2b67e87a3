"""What is remembered of a conversation between two turns: one frozen value, stored in one database row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any

WORDS_AT_MOST = 500  # characters of a free answer that are kept


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
    """The dialogue state of one conversation. Times are ISO text, "" for never.

    Of the episode: ``facts`` maps a fact's name to its value as text; ``asked`` counts how often each was asked;
    ``understood`` is the issue that the customer agreed to, ``stories`` the words that raised an issue.
    ``options_shown`` were offered at some time, ``options_open`` lie on the table now. ``needs`` were heard, the latest
    first. ``told`` are the paragraphs of articles that were quoted. ``apologised`` and ``empathised`` count how often
    each was said, ``faults`` what went wrong anew on our side: it allows a second apology. ``checked_at`` is when the
    outcome will be checked.

    Of the conversation: ``booked`` maps an order's number to the one remedy that stands for it. ``heat`` is 0-30
    (tenths of intensity), ``heats`` its last five values, newest last; ``strained`` counts turns of frustration or
    anger running. ``promised`` maps a promise (``name_of``) to the time that the customer was told, ``slipped`` one
    that was put off to the time that was told first, until that is owned. ``note`` is what staff wrote when they
    handed back. ``said`` holds the wording variants used, so that none comes again soon. ``asked_now`` is
    what the last reply asked for: a fact's name, ``invitation``, ``clarify``, ``choice``, ``confirm``, ``survey`` or
    "".
    """

    stage: Stage = Stage.IDLE
    conflict: Conflict = Conflict.NONE
    issue: str = ""
    parked: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    refused_facts: tuple[str, ...] = ()
    understood: str = ""
    stories: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    options_shown: tuple[str, ...] = ()
    options_open: tuple[str, ...] = ()
    options_refused: tuple[str, ...] = ()
    options_done: tuple[str, ...] = ()
    refusals: int = 0
    misunderstood: int = 0
    unresolved: int = 0
    apologised: int = 0
    faults: int = 0
    empathised: int = 0
    questions: int = 0
    invited: bool = False
    guess: str = ""
    checked_at: str = ""
    episode: int = 0
    booked: Mapping[str, str] = field(default_factory=dict)
    heat: int = 0
    heats: tuple[int, ...] = ()
    strained: int = 0
    abused_at: str = ""
    promised: Mapping[str, str] = field(default_factory=dict)
    slipped: Mapping[str, str] = field(default_factory=dict)
    surveyed_at: str = ""
    contact_stopped: bool = False
    owner: Owner = Owner.BOT
    handover_reason: str = ""
    note: str = ""
    verified: bool = False
    locale: str = "zh-CN"
    style: Mapping[str, int] = field(default_factory=dict)
    asked_now: str = ""
    said: tuple[str, ...] = ()
    last_turn_at: str = ""
    version: int = 0

    @property
    def lies_open(self) -> bool:
        """True while ways out, something done or an answer lies before the customer."""
        return self.stage in (Stage.OFFER, Stage.ACTION, Stage.CONFIRM)

    def name_of(self, key: str, number: str = "") -> str:
        """The name under which a promise of that kind is kept for that order: the same may be owed for two orders."""
        name = f"{key} {number}".strip()
        return key if name not in self.promised and key in self.promised else name

    def due_of(self, key: str, number: str = "") -> str:
        """Until when the customer was told that it is kept; "" where no such promise is owed."""
        return self.promised.get(self.name_of(key, number), "")

    def without_promise(self, key: str, number: str = "") -> State:
        """The state in which that promise is owed no more."""
        name = self.name_of(key, number)
        promised = {each: due for each, due in self.promised.items() if each != name}
        return replace(self.with_owned(key, number), promised=promised)

    def with_owned(self, key: str, number: str = "") -> State:
        """The state in which nothing is left to be said of that promise having slipped."""
        name = self.name_of(key, number)
        return replace(self, slipped={each: due for each, due in self.slipped.items() if each != name})

    def with_booked(self, number: str, option_id: str) -> State:
        """The state in which that remedy stands for that order; "" for none."""
        others = {each: booked for each, booked in self.booked.items() if each != number}
        return replace(self, booked={**others, number: option_id} if option_id else others)

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON-ready data."""
        data: dict[str, Any] = {
            name: dict(value) if isinstance(value, dict) else value for name, value in vars(self).items()
        }
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
