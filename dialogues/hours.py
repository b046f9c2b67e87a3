"""What can be tapped, as it is shown: a person stands last.

Outside opening hours nobody is offered a person now: the call-back is, with the time by which it comes.
"""

from __future__ import annotations

from dialogues.asking import HUMAN
from dialogues.draft import Draft
from dialogues.escalate import call_back_due
from dialogues.plan import Act, Choice
from dialogues.values import changed

_LATER = dict.fromkeys(("choice.human", "choice.phone_me", "option.human_now"), "choice.human_later")


def person_last(draft: Draft) -> Draft:
    """The draft with a person as the last thing to tap: a number that is typed means what stands at that place."""
    tapped = [n for n, act in enumerate(draft.acts) if act.choices]
    person = next((choice for n in tapped for choice in draft.acts[n].choices if choice.payload == HUMAN.payload), None)
    if person is None or len(tapped) < 2:
        return draft

    def told(number: int, act: Act) -> Act:
        others = tuple(choice for choice in act.choices if choice.payload != HUMAN.payload)
        return changed(act, choices=(*others, person) if number == tapped[-1] else others)

    return changed(draft, acts=tuple(told(number, act) for number, act in enumerate(draft.acts)))


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
