"""Heat: how high feelings run, 0-30, in tenths of intensity."""

from __future__ import annotations

from dataclasses import dataclass

from dialogues.numbers import Numbers
from dialogues.reading import NEGATIVE, STRAINED, Reading
from dialogues.state import HEAT_MEMORY, State
from dialogues.values import changed

HOTTEST = 30


@dataclass(frozen=True)
class Felt:
    """The feeling of one turn: ``own`` is what the turn itself brings, ``heat`` what it leaves behind.

    ``strained``: how many turns of frustration or anger, of any intensity, ran up to this one.
    """

    own: int
    heat: int
    strained: int

    def is_high(self, numbers: Numbers) -> bool:
        """True when this turn's own feeling alone calls for the conflict steps."""
        return self.own >= numbers.conflict_starts_at

    def starts_conflict(self, numbers: Numbers) -> bool:
        """True when this turn's own feeling is high, or strain shows in two turns running."""
        return self.is_high(numbers) or self.strained >= 2


def cooled(heat: int, hours_silent: float, numbers: Numbers) -> int:
    """Heat after a silence: it halves every twelve hours. Whole hours count, so that seconds change nothing."""
    hours = int(max(hours_silent, 0.0))
    return int(heat * 0.5 ** (hours / numbers.heat_halves_after_hours))


def feel(state: State, reading: Reading, hours_silent: float, numbers: Numbers) -> Felt:
    """The heat that this turn leaves behind, rounded down."""
    last = cooled(state.heat, hours_silent, numbers)
    own = numbers.heat_weights.get(reading.emotion, 0) * reading.intensity
    if reading.emotion in NEGATIVE:
        heat = max(6 * last // 10, own)
    elif reading.emotion == "happy":
        heat = 3 * last // 10
    else:
        heat = 6 * last // 10
    strained = state.strained + 1 if reading.emotion in STRAINED and reading.intensity else 0
    return Felt(own=own, heat=min(heat, HOTTEST), strained=strained)


def remembered(state: State, felt: Felt) -> State:
    """The state with this turn's heat in it."""
    return changed(state, heat=felt.heat, heats=(*state.heats, felt.heat)[-HEAT_MEMORY:], strained=felt.strained)
