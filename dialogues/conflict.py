"""The conflict steps: listen, empathise, accept, then resolve. The feeling comes before the matter.

The table is read: at this step, when the turn is of this temper, these steps are said and this one is reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dialogues.state import Conflict


class Temper(str, Enum):
    """What a turn means to the conflict steps."""

    CALM = "calm"  # nothing to comfort
    HEATED_KNOWN = "heated, issue known"
    HEATED_UNKNOWN = "heated, issue unknown"
    ABUSIVE = "abusive"
    COOLED = "cooled"  # heat fell below the threshold


@dataclass(frozen=True)
class Steps:
    """What is said now, in order, and the step the episode rests at afterwards."""

    said: tuple[str, ...]
    rests_at: Conflict


_NOTHING: dict[Conflict, Steps] = {at: Steps((), at) for at in Conflict}
_ALL = Steps(("listen", "empathise", "accept"), Conflict.RESOLVE)
_AGAIN = Steps(("empathise", "accept"), Conflict.RESOLVE)
_INVITE = Steps(("listen",), Conflict.LISTEN)
_BOUNDARY = Steps(("boundary",), Conflict.RESOLVE)
_END = Steps((), Conflict.NONE)

TABLE: dict[tuple[Conflict, Temper], Steps] = {
    (Conflict.NONE, Temper.CALM): _NOTHING[Conflict.NONE],
    (Conflict.NONE, Temper.HEATED_KNOWN): _ALL,
    (Conflict.NONE, Temper.HEATED_UNKNOWN): _INVITE,
    (Conflict.NONE, Temper.ABUSIVE): _BOUNDARY,
    (Conflict.NONE, Temper.COOLED): _END,
    (Conflict.LISTEN, Temper.CALM): _NOTHING[Conflict.LISTEN],
    (Conflict.LISTEN, Temper.HEATED_KNOWN): _AGAIN,
    (Conflict.LISTEN, Temper.HEATED_UNKNOWN): _AGAIN,  # one invitation is enough
    (Conflict.LISTEN, Temper.ABUSIVE): _BOUNDARY,
    (Conflict.LISTEN, Temper.COOLED): _END,
    (Conflict.EMPATHISE, Temper.CALM): _NOTHING[Conflict.EMPATHISE],
    (Conflict.EMPATHISE, Temper.HEATED_KNOWN): _AGAIN,
    (Conflict.EMPATHISE, Temper.HEATED_UNKNOWN): _AGAIN,
    (Conflict.EMPATHISE, Temper.ABUSIVE): _BOUNDARY,
    (Conflict.EMPATHISE, Temper.COOLED): _END,
    (Conflict.ACCEPT, Temper.CALM): _NOTHING[Conflict.ACCEPT],
    (Conflict.ACCEPT, Temper.HEATED_KNOWN): _AGAIN,
    (Conflict.ACCEPT, Temper.HEATED_UNKNOWN): _AGAIN,
    (Conflict.ACCEPT, Temper.ABUSIVE): _BOUNDARY,
    (Conflict.ACCEPT, Temper.COOLED): _END,
    (Conflict.RESOLVE, Temper.CALM): _NOTHING[Conflict.RESOLVE],
    (Conflict.RESOLVE, Temper.HEATED_KNOWN): _AGAIN,
    (Conflict.RESOLVE, Temper.HEATED_UNKNOWN): _AGAIN,
    (Conflict.RESOLVE, Temper.ABUSIVE): _BOUNDARY,
    (Conflict.RESOLVE, Temper.COOLED): _END,
}


def temper_of(*, at: Conflict, heated: bool, abusive: bool, issue_known: bool, heat: int, ends_below: int) -> Temper:
    """The temper of a turn. ``heated``: this turn itself asks for comfort."""
    if abusive:
        return Temper.ABUSIVE
    if heated:
        return Temper.HEATED_KNOWN if issue_known else Temper.HEATED_UNKNOWN
    return Temper.COOLED if at is not Conflict.NONE and heat < ends_below else Temper.CALM
