"""Outside opening hours nobody is offered a person now: the call-back is, with the time by which it comes."""

from __future__ import annotations

from dialogues.draft import Draft
from dialogues.escalate import call_back_due
from dialogues.plan import Act, Choice
from dialogues.values import changed

_LATER = dict.fromkeys(("choice.human", "choice.phone_me", "option.human_now"), "choice.human_later")


def as_open(draft: Draft) -> Draft:
    """The draft with what can be tapped named as it is at this hour."""
    if draft.world.open or not any(choice.key in _LATER for act in draft.acts for choice in act.choices):
        return draft
    due = {"due": f"time:{call_back_due(draft).isoformat()}"}

    def named(choice: Choice) -> Choice:
        return changed(choice, key=_LATER[choice.key], params=due) if choice.key in _LATER else choice

    def told(act: Act) -> Act:
        return changed(act, choices=tuple(map(named, act.choices)))

    return changed(draft, acts=tuple(map(told, draft.acts)))
