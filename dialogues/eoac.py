"""EOAC as a table: at this stage, when the turn means this, make this move.

``Signal`` says what a turn means; ``signal_of`` finds it; ``TABLE`` has one row per signal and one column per stage.
The moves themselves are in ``moves.py``.
"""

from __future__ import annotations

from enum import Enum

from dialogues.playbook import Book
from dialogues.reading import Reading
from dialogues.state import Stage, State


class Signal(str, Enum):
    """What a turn means to the flow."""

    ISSUE = "issue"  # raises a service issue, or goes on with the present one
    OTHER = "other"  # raises another issue while one is open
    INFORM = "inform"  # gives what was asked, or a detail
    UNKNOWN = "unknown"  # does not know what was asked
    CHOSE = "chose"  # picked one of the options shown
    YES = "yes"
    NO = "no"
    ANOTHER = "another"  # asks for another option
    WHY = "why"
    SETTLED = "settled"
    UNSETTLED = "unsettled"
    THANKS = "thanks"
    BYE = "bye"
    GREET = "greet"
    ASIDE = "aside"  # small talk, praise, "are you a robot"
    SCOPE = "scope"  # nothing a shop does
    STALE = "stale"  # taps something that is no longer open
    UNCLEAR = "unclear"


# fmt: off
_GRID = """
signal    idle       explore    offer      action     confirm    closed
issue     explore    explore    offer      explore    reopen     explore
other     explore    park       park       park       park       explore
inform    listen_in  explore    offer      explore    explore    listen_in
unknown   listen_in  skip       offer      act        confirm    listen_in
chose     unclear    choose     choose     choose     choose     unclear
yes       ready      explore    agree      act        settle     ready
no        ready      misheard   refuse     refuse     reopen     ready
another   ready      skip       refuse     refuse     refuse     ready
why       ready      explain    explain    explain    explain    ready
settled   thank      settle     settle     settle     settle     thank
unsettled reopen     reopen     reopen     reopen     reopen     reopen
thanks    thank      explore    offer      confirm    settle     thank
bye       close      close      close      close      settle     close
greet     greet      explore    offer      confirm    confirm    greet
aside     aside      aside      aside      aside      aside      aside
scope     decline    decline    decline    decline    decline    decline
stale     ready      explore    offer      confirm    confirm    ready
unclear   unclear    unclear    unclear    unclear    unclear    unclear
"""
# fmt: on


def _read(grid: str) -> dict[tuple[Stage, Signal], str]:
    header, *rows = [line.split() for line in grid.strip().splitlines()]
    stages = [Stage(name) for name in header[1:]]
    return {(stage, Signal(row[0])): move for row in rows for stage, move in zip(stages, row[1:], strict=True)}


TABLE = _read(_GRID)

_DIRECT = {
    "affirm": Signal.YES, "deny": Signal.NO, "ask_alternative": Signal.ANOTHER, "ask_reason": Signal.WHY,
    "resolved": Signal.SETTLED, "unresolved": Signal.UNSETTLED, "thank": Signal.THANKS, "goodbye": Signal.BYE,
    "greet": Signal.GREET, "provide_info": Signal.INFORM, "dont_know": Signal.UNKNOWN,
    "out_of_scope": Signal.SCOPE, "bot_identity": Signal.ASIDE, "chitchat": Signal.ASIDE,
    "praise": Signal.ASIDE, "suggestion": Signal.ASIDE,
}  # fmt: skip
_CHOICES = {
    "yes": Signal.YES, "no": Signal.NO, "confirm:settled": Signal.SETTLED, "confirm:not_yet": Signal.UNSETTLED,
    "confirm:other": Signal.ANOTHER,
}  # fmt: skip


def signal_of(state: State, reading: Reading, book: Book, informs: bool, option: str) -> Signal:
    """What this turn means at this stage.

    ``informs``: the turn holds a fact that was asked for or that the issue needs; ``option``: the option it names.
    """
    if reading.choice:
        return _signal_of_choice(reading.choice, option)
    if option:
        return Signal.CHOSE
    if informs and state.asked_now not in ("", "confirm"):
        return Signal.INFORM
    if reading.unsure and not informs:
        return Signal.UNCLEAR
    if book.is_issue(reading.intent):
        return _signal_of_issue(state, reading, book)
    return _DIRECT.get(reading.intent, Signal.UNCLEAR)


def _signal_of_choice(payload: str, option: str) -> Signal:
    if payload.startswith("fact:"):
        return Signal.INFORM
    if payload.startswith("issue:"):
        return Signal.ISSUE
    if option:
        return Signal.CHOSE
    return _CHOICES.get(payload, Signal.STALE)


def _signal_of_issue(state: State, reading: Reading, book: Book) -> Signal:
    open_issue = state.issue and state.stage not in (Stage.IDLE, Stage.CLOSED)
    if not open_issue or reading.intent == state.issue or book.continues(state.issue, reading.intent):
        return Signal.ISSUE
    return Signal.OTHER
