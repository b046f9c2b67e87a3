"""The moves of EOAC by name: what each does, and the stages in which it can leave the episode.

A move's function takes a draft and hands on a richer one; its first line says what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogues import confirming, courtesy, exploring, matters, offering, unclear
from dialogues.draft import Draft
from dialogues.state import Stage

IDLE, EXPLORE, OFFER, ACTION, CONFIRM, CLOSED = Stage
_MATTER = (EXPLORE, OFFER, CONFIRM)  # a question, ways out, or an answer


@dataclass(frozen=True)
class Move:
    """``leads_to``: the stages in which it can leave the episode; () where it leaves the stage as it is."""

    does: Callable[[Draft], Draft]
    leads_to: tuple[Stage, ...] = ()

    @property
    def says(self) -> str:
        """What it does, in a sentence."""
        return (self.does.__doc__ or "").strip().splitlines()[0]


MOVES: dict[str, Move] = {
    "about_what": Move(unclear.about_what, (EXPLORE,)),
    "agree": Move(offering.agree, (OFFER, ACTION, CONFIRM)),
    "aside": Move(courtesy.aside),
    "choose": Move(offering.choose, (OFFER, ACTION, CONFIRM)),
    "close": Move(courtesy.close, (CLOSED,)),
    "confirm": Move(confirming.confirm, (CONFIRM,)),
    "correct": Move(exploring.correct, _MATTER),
    "decline": Move(courtesy.decline),
    "else": Move(matters.something_else, (*_MATTER,)),
    "explain": Move(courtesy.explain, _MATTER),
    "explore": Move(exploring.explore, _MATTER),
    "follow": Move(exploring.follow, (OFFER, CONFIRM)),
    "greet": Move(courtesy.greet),
    "hold": Move(offering.hold, (ACTION, CONFIRM)),
    "instead": Move(exploring.instead, (OFFER, ACTION, CONFIRM)),
    "later": Move(matters.later, _MATTER),
    "look": Move(exploring.look, _MATTER),
    "misheard": Move(unclear.misheard, _MATTER),
    "no_need": Move(courtesy.no_need),
    "offer": Move(offering.again, (OFFER,)),
    "park": Move(matters.park, _MATTER),
    "ready": Move(courtesy.ready),
    "refuse": Move(exploring.refuse, (EXPLORE, OFFER)),
    "remind": Move(courtesy.remind, _MATTER),
    "reopen": Move(matters.reopen, _MATTER),
    "score": Move(matters.score),
    "settle": Move(matters.settle, (*_MATTER, CLOSED)),
    "skip": Move(exploring.skip, _MATTER),
    "thank": Move(courtesy.thank),
    "unclear": Move(unclear.unclear, (EXPLORE,)),
    "undo": Move(offering.undo, (OFFER, CONFIRM)),
    "wait": Move(courtesy.wait),
    "withdraw": Move(courtesy.withdraw, (CONFIRM,)),
    "welcome": Move(courtesy.welcome, _MATTER),
}
# Moves after which the bot cannot be said to have understood.
PUZZLED = frozenset({"unclear", "misheard"})
# Moves that neither count as misunderstanding nor end a run of it.
BESIDE = frozenset({"aside", "decline", "ready", "no_need"})
