"""What would have been handed over, had the numbers been others: past turns through the same rules. Pure.

A turn is judged by the functions that judge live ones (heat, and the reasons of handover that a turn itself gives).
What hangs on the counters of the flow (still not well, refused, not understood) is judged by the counters as the log
tells them. What would have been said instead, and what the customer would have answered, nobody knows: every turn after
the first handover of a conversation is as it was, so that the figures are a lower bound of the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogues import heat
from dialogues.because import because
from dialogues.episodes import hours_since
from dialogues.handover import reason_in_turn
from dialogues.moves import BESIDE, PUZZLED
from dialogues.numbers import Numbers
from dialogues.reading import Reading
from dialogues.state import State
from dialogues.values import changed

THRESHOLDS = ("heat_for_human", "rising_ends_at", "unresolved_before_human", "refusals_before_human",
              "misunderstood_before_human", "survey_low_at", "abuse_again_within_hours")  # fmt: skip
BY_NUMBERS = frozenset({"abuse", "heat", "unresolved", "offers_refused", "misunderstood", "survey"})


@dataclass(frozen=True)
class Logged:
    """A past turn: what was heard, and what the log tells of the counters after it.

    ``move``: the move of the flow that was made; ``refused``: something was refused in it. ``owner``: who could speak
    before it. ``reason`` and ``why``: of the handover that it led to, if it did.
    """

    at: datetime
    episode: int
    reading: Reading
    owner: str
    unresolved: int
    move: str = ""
    refused: bool = False
    score: int | None = None
    reason: str = ""
    why: str = ""

    @property
    def hangs_on_numbers(self) -> bool:
        """True when it was handed over for a reason that other numbers could have changed."""
        ran_out = self.reason == "offers_refused" and not self.why.startswith("offers refused")
        return self.reason in BY_NUMBERS and not ran_out


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a turn: a reason with why, or none."""

    place: int
    reason: str
    why: str


def replay(turns: Sequence[Logged], numbers: Numbers, rule_issues: frozenset[str]) -> list[Verdict]:
    """The turns that would have gone to a human while the bot held the conversation, in order."""
    state = State()
    refusals = misunderstood = 0
    episode, last = -1, ""
    found = []
    for place, turn in enumerate(turns):
        silent = hours_since(last, turn.at)
        if turn.episode != episode:
            episode, refusals, misunderstood = turn.episode, 0, 0
            if silent >= numbers.episode_ends_after_hours:
                state = changed(state, heats=(), strained=0)
        felt = heat.feel(state, turn.reading, silent, numbers)
        before, state = state, heat.remembered(state, felt)
        last = turn.at.isoformat()
        refusals += turn.refused
        misunderstood = misunderstood + 1 if turn.move in PUZZLED else misunderstood if turn.move in BESIDE else 0
        reason = reason_in_turn(state, before, turn.reading, turn.at, numbers, rule_issues)
        if reason is None:
            reason = _counted(turn, refusals, misunderstood, numbers)
        if reason is None and turn.reason and not turn.hangs_on_numbers:
            reason = turn.reason, turn.why  # no number changes it: a person was chosen, something failed
        if turn.reading.emotion == "abusive":
            state = changed(state, abused_at=last)
        if reason and turn.owner == "bot":
            found.append(Verdict(place, *reason))
    return found


def _counted(turn: Logged, refusals: int, misunderstood: int, numbers: Numbers) -> tuple[str, str] | None:
    """The reasons that hang on counters, in the order in which the flow comes to them."""
    if turn.score is not None and turn.score <= numbers.survey_low_at:
        return "survey", because("low_score", score=turn.score)
    if turn.move == "reopen" and turn.unresolved >= numbers.unresolved_before_human:
        return "unresolved", because("unresolved", times=turn.unresolved)
    if turn.refused and refusals >= numbers.refusals_before_human:
        return "offers_refused", because("refused_often", times=refusals)
    if turn.move in PUZZLED and misunderstood >= numbers.misunderstood_before_human:
        return "misunderstood", because("not_understood", times=misunderstood)
    return None
