"""What stands against the ways out, said before one is chosen: the period for a return is over, none comes in time."""

from __future__ import annotations

from collections.abc import Sequence

from dialogues import offers
from dialogues.asking import HUMAN
from dialogues.circumstances import deadline
from dialogues.draft import Draft
from dialogues.playbook import Option

_BRINGS = frozenset({"orders", "returns", "repairs"})  # ports by which the thing comes; money is needed by no day


def told(draft: Draft, shown: Sequence[Option]) -> Draft:
    """The draft with what stands against the ways out shown. Each is said once in an episode."""
    late = next((option for option in shown if option.after_days), None)
    if late and _is_first_told(draft, late):
        over = {**offers.params_of(draft), "days": str(late.after_days)}
        draft = draft.say("answer", "answer.return_over", over).because("return_over", days=late.after_days)
    if none_in_time(draft, shown):
        draft = draft.say("answer", "answer.none_in_time", deadline.when(draft))
    return draft


def _is_first_told(draft: Draft, option: Option) -> bool:
    return option.id not in draft.state.options_shown


def none_in_time(draft: Draft, shown: Sequence[Option]) -> bool:
    """True when all that would bring the thing is later than it is needed."""
    brings = [option for option in shown if option.port in _BRINGS and option.promise]
    return bool(brings) and all(_is_late(draft, option) for option in brings)


def _is_late(draft: Draft, option: Option) -> bool:
    return option.promise is not None and deadline.is_missed_by(draft, draft.when(option.promise)[1])


def by_when(draft: Draft, option: Option, *, noted: bool) -> Draft:
    """The draft of what was done with the day that it is needed by: that it goes into the request, or is not made.

    ``noted``: the request says already what is wanted.
    """
    if option.promise is None or option.port == "refunds":
        return draft  # what goes back is not needed by any day
    if option.port in _BRINGS and _is_late(draft, option):
        return draft.say("act", "act.too_late", deadline.when(draft), choices=(HUMAN,)).because("too_late")
    words = {} if noted else deadline.words(draft)
    return draft.say("act", "act.deadline", words) if words else draft
