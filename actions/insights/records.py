"""One conversation's rows as frozen values, so that counting is pure and can be checked by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from dialogues.reading import NEGATIVE


@dataclass(frozen=True)
class Turn:
    """One customer turn: its moment. ``tapped``: a choice of ours was tapped, so it shows no feeling.

    ``level``: how bad the words felt, 0 (neutral or happy) to 3; None where there were no words, or nothing was heard.
    ``acts``: names of what was answered; ``variants``: the wordings used. ``agent``: who of the staff answered, by id.
    """

    at: datetime
    episode: int
    kind: str
    issue: str
    emotion: str = "neutral"
    intensity: int = 0
    tapped: bool = False
    acts: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    outcome: str = "open"
    speaker: str = "bot"
    seconds: float = 0.0
    agent: str = ""
    heard: bool = True

    @property
    def level(self) -> int | None:
        """See above."""
        if self.tapped or not self.heard:
            return None
        return self.intensity if self.emotion in NEGATIVE else 0

    @property
    def refused(self) -> bool:
        """True when what was offered, or done, was not what they wanted."""
        return any(reason.startswith(REFUSED) for reason in self.reasons)

    @property
    def survey(self) -> int | None:
        """The score that this turn gives, 1 to 5."""
        said = next((reason[len(SURVEY) :] for reason in self.reasons if reason.startswith(SURVEY)), "")
        return int(said) if said in ("1", "2", "3", "4", "5") else None


# How a moment's reasons begin where a score was given, and where what was offered was refused.
SURVEY, REFUSED = "survey: ", "refused "


@dataclass(frozen=True)
class Promised:
    """A promise. ``slips``: how often the customer was told that it takes longer; ``told_due_at``: by when."""

    at: datetime
    key: str
    issue: str
    status: str
    slips: int = 0
    told_due_at: datetime | None = None


@dataclass(frozen=True)
class ComeBack:
    """A follow-up. ``closed_at``: when it was sent, skipped or cancelled."""

    kind: str
    status: str
    created_at: datetime
    closed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Handed:
    """A handover. ``agent``: id of who took it."""

    at: datetime
    reason: str
    agent: str = ""
    taken_at: datetime | None = None
    first_reply_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """Everything of one conversation that counts, in order of time. ``delivery``: replies by what became of them;
    ``customer``: their id.
    """

    channel: str
    locale: str
    turns: tuple[Turn, ...] = ()
    promises: tuple[Promised, ...] = ()
    comebacks: tuple[ComeBack, ...] = ()
    handovers: tuple[Handed, ...] = ()
    delivery: Mapping[str, int] = field(default_factory=dict)
    customer: str = ""

    def episodes(self) -> list[tuple[Turn, ...]]:
        """The turns of each episode, episodes in order."""
        found: dict[int, list[Turn]] = {}
        for turn in self.turns:
            found.setdefault(turn.episode, []).append(turn)
        return [tuple(found[number]) for number in sorted(found)]


@dataclass(frozen=True, order=True)
class Key:
    """What a cell counts. ``day`` is an ISO date in the shop's time zone."""

    what: str
    day: str
    channel: str
    locale: str
    issue: str
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Value:
    """How many, with the sum of a value and of its square."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Value) -> Value:
        return Value(self.n + other.n, self.total + other.total, self.squares + other.squares)

    def __neg__(self) -> Value:
        return Value(-self.n, -self.total, -self.squares)


Cells = dict[Key, Value]
WEEK = 7  # days


def monday(day: str) -> str:
    """The Monday of that day's week, by which the week is named."""
    at = date.fromisoformat(day)
    return (at - timedelta(days=at.weekday())).isoformat()


def by_week(cells: Cells) -> Cells:
    """The same counts by week: the day of each key is a Monday."""
    weeks: defaultdict[Key, Value] = defaultdict(Value)
    for key, value in cells.items():
        weeks[replace(key, day=monday(key.day))] += value
    return dict(weeks)


def over_all(cells: Cells) -> Cells:
    """The same counts over all channels, languages, issues and kinds: each key has "" for them."""
    found: defaultdict[Key, Value] = defaultdict(Value)
    for key, value in cells.items():
        found[replace(key, channel="", locale="", issue="", kind="")] += value
    return dict(found)
