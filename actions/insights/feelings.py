"""Counts feelings: where an episode began and ended, how long until calm, what was said and whether it helped. Pure.

Only turns with words tell of a feeling: a tapped choice holds our words, not the customer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from actions.insights.records import Turn

UPSET_FROM = 2  # the level at which a customer counts as upset
COMFORTING = ("listen", "empathise", "accept", "boundary", "recover")
MINUTES = (2, 5, 15, 60, 1440)  # upper ends of the classes of times until calm
REPLY_WITHIN = timedelta(hours=24)  # a later turn tells of other things than our words


class Counts(Protocol):
    """What takes the counts."""

    def add(self, what: str, at: datetime, issue: str, kind: str, detail: str = "", *, value: float = 0.0,
            n: int = 1) -> None:  # fmt: skip
        """Counts one more."""


def count_feelings(tally: Counts, turns: Sequence[Turn]) -> None:
    """The feelings of one episode."""
    spoken = [turn for turn in turns if turn.level is not None]
    if not spoken:
        return
    last = next((turn for turn in reversed(turns) if turn.issue), turns[-1])
    issue, kind = last.issue, last.kind
    tally.add("felt", turns[0].at, issue, kind, f"{shade(spoken[0])}>{shade(spoken[-1])}")
    _count_calm(tally, turns[0].at, spoken, issue, kind)
    for turn, after in pairwise(spoken):
        if turn.level and after.at - turn.at <= REPLY_WITHIN:
            _count_answer(tally, turn, after)


def shade(turn: Turn) -> str:
    """happy, calm, or how upset: 1 to 3."""
    if turn.level:
        return str(turn.level)
    return "happy" if turn.emotion == "happy" else "calm"


def _count_calm(tally: Counts, at: datetime, spoken: Sequence[Turn], issue: str, kind: str) -> None:
    upset = next((turn for turn in spoken if (turn.level or 0) >= UPSET_FROM), None)
    if upset is None:
        return
    calm = next((turn for turn in spoken if turn.at > upset.at and turn.level == 0), None)
    if calm is None:
        tally.add("calm", at, issue, kind, "never")
        return
    minutes = (calm.at - upset.at).total_seconds() / 60
    tally.add("calm", at, issue, kind, next((str(end) for end in MINUTES if minutes <= end), "more"), value=minutes)


def _count_answer(tally: Counts, turn: Turn, after: Turn) -> None:
    """An upset turn was answered: did the next words feel better? The change is levels of relief, -3 to 3."""
    change = (turn.level or 0) - (after.level or 0)
    verdict = "better" if change > 0 else "same" if change == 0 else "worse"
    if turn.speaker == "human":
        tally.add("helped", turn.at, turn.issue, turn.kind, f"agent:{turn.agent}:{verdict}")
        return
    steps = "+".join(step for step in COMFORTING if step in turn.acts) or "none"
    tally.add("helped", turn.at, turn.issue, turn.kind, f"step:{steps}:{verdict}")
    for variant in dict.fromkeys(turn.variants):
        if variant.partition(".")[0] in COMFORTING:
            tally.add("variant", turn.at, turn.issue, turn.kind, variant, value=change)
