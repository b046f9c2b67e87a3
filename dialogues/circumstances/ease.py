"""Somebody sees badly, is old or types with trouble: one thing at a time, and a call is offered."""

from __future__ import annotations

from dialogues.draft import Draft
from dialogues.phrases.coping import is_hard
from dialogues.plan import Choice

EASE = "ease"  # the fact
STYLE = "steady"  # the wording from then on
_PERSON = ("choice.human", "option.human_now")


def told(draft: Draft) -> dict[str, str]:
    """The fact that typing or reading is hard for them, where the message says so."""
    return {EASE: "yes"} if not draft.reading.choice and is_hard(draft.reading.text) else {}


def is_known(draft: Draft) -> bool:
    """True from the turn that told it on, while the episode lasts."""
    return EASE in draft.state.facts


def eased(draft: Draft) -> Draft:
    """The draft that says once that it goes slowly, and offers a call; who is handed over hears that it is noted."""
    new = EASE in draft.learnt
    handed = any(effect.name == "handover" for effect in draft.effects)
    if not is_known(draft) or not (new or handed) or draft.reading.safety or not draft.acts:
        return draft
    draft = draft.because("eases")
    if draft.is_handed_over:
        return draft.say("listen", "listen.ease_noted")
    draft = draft.in_front(lambda first: first.say("listen", "listen.ease"))
    person = any(choice.key in _PERSON for act in draft.acts for choice in act.choices)
    return draft if person else draft.beside_the_last((Choice("choice.phone_me", "human"),))
