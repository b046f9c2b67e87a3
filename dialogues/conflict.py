"""The conflict steps: listen, empathise, accept, then resolve. The feeling comes before the matter.

The table is read: at this step (row), when the turn is of this temper (column), these steps are said, and the episode
rests at the step that the last of them leads to. ``-`` says nothing and stays; ``over`` ends the conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dialogues.heat import Felt
from dialogues.numbers import Numbers
from dialogues.state import Conflict


class Temper(str, Enum):
    """What a turn means to the conflict steps."""

    CALM = "calm"
    TOLD = "told"
    KNOWN = "known"
    UNKNOWN = "unknown"
    PASSING = "passing"
    ABUSIVE = "abusive"
    COOLED = "cooled"


MEANS: dict[Temper, str] = {
    Temper.CALM: "nothing to comfort, or comforted already",
    Temper.TOLD: "calm, and the matter is known",
    Temper.KNOWN: "heated, and the matter is known",
    Temper.UNKNOWN: "heated, and the matter is not known yet",
    Temper.PASSING: "heated, and nothing is taken on now: a person takes over, or the customer asks or leaves",
    Temper.ABUSIVE: "insults somebody",
    Temper.COOLED: "heat fell below the threshold",
}
UNCOMFORTED = frozenset({Temper.CALM, Temper.TOLD, Temper.COOLED})  # tempers that earn no word about the feeling


@dataclass(frozen=True)
class Steps:
    """What is said now, in order, and the step the episode rests at afterwards (None: where it was)."""

    said: tuple[str, ...]
    rests_at: Conflict | None


STEPS: dict[str, Steps] = {
    "-": Steps((), None),
    "invite": Steps(("listen",), Conflict.LISTEN),
    "all": Steps(("listen", "empathise", "accept"), Conflict.RESOLVE),
    "again": Steps(("empathise", "accept"), Conflict.RESOLVE),
    "accept": Steps(("accept",), Conflict.RESOLVE),
    "feel": Steps(("empathise",), Conflict.EMPATHISE),
    "name": Steps(("empathise",), None),
    "boundary": Steps(("boundary",), Conflict.RESOLVE),
    "over": Steps((), Conflict.NONE),
}

# fmt: off
_GRID = """
step       calm  told    known  unknown  passing  abusive   cooled
none       -     -       all    invite   feel     boundary  -
listen     -     accept  again  again    feel     boundary  over
empathise  -     accept  again  again    name     boundary  over
accept     -     -       again  again    name     boundary  over
resolve    -     -       again  again    name     boundary  over
"""
# fmt: on


def _read(grid: str) -> dict[tuple[Conflict, Temper], str]:
    header, *rows = [line.split() for line in grid.strip().splitlines()]
    tempers = [Temper(name) for name in header[1:]]
    return {(Conflict(row[0]), temper): name for row in rows for temper, name in zip(tempers, row[1:], strict=True)}


TABLE = _read(_GRID)


def steps_of(at: Conflict, temper: Temper) -> Steps:
    """The steps that a turn of that temper earns at that step."""
    return STEPS[TABLE[at, temper]]


def is_heated(at: Conflict, felt: Felt, numbers: Numbers) -> bool:
    """True when this turn itself asks for comfort: its own feeling is high, or strain begins a conflict."""
    return felt.is_high(numbers) or (at is Conflict.NONE and felt.starts_conflict(numbers))


def temper_of(
    *, at: Conflict, heated: bool, abusive: bool, passing: bool, issue_known: bool, heat: int, ends_below: int
) -> Temper:
    """The temper of a turn. ``heated``: this turn itself asks for comfort."""
    if abusive:
        return Temper.ABUSIVE
    if heated and passing:
        return Temper.PASSING
    if heated:
        return Temper.KNOWN if issue_known else Temper.UNKNOWN
    if heat < ends_below:
        return Temper.COOLED
    return Temper.TOLD if issue_known and not passing else Temper.CALM
