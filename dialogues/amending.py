"""What was asked for is now something else, or came out otherwise than told: it goes to those who do it once more."""

from __future__ import annotations

from dialogues import asked_for, doing
from dialogues.circumstances.collecting import PICKUP
from dialogues.circumstances.variant import VARIANT
from dialogues.confirming import confirm, told_promise
from dialogues.draft import Draft
from dialogues.facts import CHANGE


def amend(draft: Draft) -> Draft | None:
    """What was asked to be changed is now something else: it is sent again, in the new words. None: nothing is."""
    details = [name for name in (PICKUP, VARIANT) if name in draft.learnt]
    if details and (team := draft.option("duty_team")):
        draft = asked_for.echoed(draft, *details).because("changed")
        promised = told_promise(draft, team) if team.id in draft.state.options_done else None
        return confirm(promised) if promised else doing.act(draft, team)
    if CHANGE not in draft.learnt:
        return None
    option = next((option for option in reversed(draft.done) if option.action in asked_for.CHANGES), None)
    return doing.act(draft.because("changed"), option) if option else None


def put_right(draft: Draft) -> Draft | None:
    """What was done is not what they told: the same is asked for again, with their words. None: nothing is amiss."""
    if not asked_for.is_amiss(draft):
        return None
    option = next((option for option in reversed(draft.done) if asked_for.details(draft, option)), None)
    if option is None:
        return None
    told = option if option.action in asked_for.CHANGES else draft.option("duty_team")
    return doing.act(draft.because("changed"), told) if told else None
