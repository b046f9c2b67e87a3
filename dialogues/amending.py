"""What was asked for is now something else, or came out otherwise: it is booked anew, or goes to those who do it."""

from __future__ import annotations

from dialogues import asked_for, doing, undoing
from dialogues.circumstances.collecting import PICKUP
from dialogues.circumstances.variant import VARIANT
from dialogues.confirming import confirm, standing_promise, told_promise
from dialogues.draft import Draft
from dialogues.facts import CHANGE, keep
from dialogues.playbook import Option
from dialogues.state import WORDS_AT_MOST


def amend(draft: Draft) -> Draft | None:
    """What was asked to be changed is now something else: it is sent again, in the new words. None: nothing is."""
    details = [name for name in (PICKUP, VARIANT) if name in draft.learnt]
    if details and (booked := _booked_with(draft, details)) and (anew := _booked_anew(draft, booked)):
        return anew
    if details and (team := draft.option("duty_team")):
        draft = asked_for.echoed(draft, *details).because("changed")
        promised = told_promise(draft, team) if team.id in draft.state.options_done else None
        return confirm(promised) if promised else doing.act(draft, team)
    if CHANGE not in draft.learnt:
        return None
    option = next((option for option in reversed(draft.done) if option.action in asked_for.CHANGES), None)
    return doing.act(draft.because("changed"), option) if option else None


def pass_on(draft: Draft) -> Draft | None:
    """Where it is to go or the like, told of what is under way: in the customer's words to those who carry it out.

    None while the order itself can still be changed, or nothing is under way.
    """
    team = draft.option("duty_team")
    still_coming = draft.order is None or draft.order.is_coming
    if team is None or still_coming or not draft.state.options_done or draft.reading.choice:
        return None
    draft = keep(draft, {CHANGE: draft.reading.text[:WORDS_AT_MOST]})
    draft = asked_for.echoed(draft, CHANGE).because("changed")
    promised = told_promise(draft, team) if team.id in draft.state.options_done else None
    return confirm(promised) if promised else doing.act(draft, team)


def _booked_with(draft: Draft, details: list[str]) -> Option | None:
    """What is booked, can be taken back, and is booked with these details: its size, the time of its collection."""
    booked = draft.booked
    if booked is None or booked not in draft.done or not (booked.port and booked.undo):
        return None
    fits = set(details) <= set(asked_for.goes_into(booked))
    return booked if fits and standing_promise(draft, booked) else None


def _booked_anew(draft: Draft, booked: Option) -> Draft | None:
    """The same once more with the new details, in place of what stood; None where that cannot be taken back."""
    draft, done = undoing.take_back(draft, booked, "act.rebooked")
    if not done:
        return draft if draft.calls else None
    return doing.act(draft.because("changed"), booked)


def put_right(draft: Draft) -> Draft | None:
    """What was done is not what they told: the same is asked for again, with their words. None: nothing is amiss."""
    if not asked_for.is_amiss(draft):
        return None
    option = next((option for option in reversed(draft.done) if asked_for.details(draft, option)), None)
    if option is None:
        return None
    told = option if option.action in asked_for.CHANGES else draft.option("duty_team")
    return doing.act(draft.because("changed"), told) if told else None
