"""The one decision of a turn: ``decide(state, reading, world, book, numbers) -> Plan``. Pure.

First the feeling is taken and the turn understood. Then what always comes first (a wish for silence, a human's turn, a
reason for a human), else one move of EOAC. What that says is put behind the conflict steps that the turn earns.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogues import (
    advising,
    arranged,
    asked_too,
    comfort,
    courtesy,
    doing,
    enclosed,
    heat,
    hours,
    impostors,
    language,
    matters,
    offering,
    owning,
    particulars,
    passing,
    record,
    style,
    telling,
    waiting,
)
from dialogues.circumstances import alarm, ease
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.eoac import PASSING, TABLE, Signal
from dialogues.episodes import aged, hours_since
from dialogues.escalate import hand_over, with_whole_brief
from dialogues.handover import reason_in_turn, wants_person
from dialogues.moves import BESIDE, MOVES, PUZZLED
from dialogues.numbers import Numbers
from dialogues.phrases import feeling, which_matter
from dialogues.phrases.weighed import weighed
from dialogues.plan import Plan
from dialogues.playbook import Book
from dialogues.reading import Reading, World
from dialogues.state import Owner, Stage, State
from dialogues.understanding import remember, understand
from dialogues.values import changed

# Turns that say what is to be done: nothing is left to be asked.
_PICKS = (
    Signal.CHOSE, Signal.YES, Signal.UNDO, Signal.INSTEAD, Signal.CORRECTS, Signal.ELSE, Signal.WITHDRAWN, Signal.STALE,
)  # fmt: skip

PLAIN = "short"  # the wording that an abusive turn gets


def decide(state: State, reading: Reading, world: World, book: Book, numbers: Numbers) -> Plan:
    """What to say and do about one customer turn. The same inputs give the same plan."""
    reading = feeling.borne_out(weighed(reading, book))
    draft = _heard(Draft(state=aged(state, world, numbers), reading=reading, world=world, book=book, numbers=numbers))
    silence = reading.choice == "stop_contact" or (
        reading.intent == "stop_contact" and not reading.unsure and not reading.choice
    )
    if silence:
        draft = draft.do("stop_contact").set(contact_stopped=True, checked_at="")
    if draft.state.owner is Owner.HUMAN:
        draft = remember(draft).set(asked_now="")
        return draft.because("held").plan()
    before = draft.state
    draft, signal = understand(draft)
    if signal is Signal.SETTLED:
        draft = owning.no_longer_owed(draft)
    found = reason_in_turn(draft.state, before, reading, world.now, numbers, book.rule_issues())
    if found and found[0] == "asked" and signal is Signal.CHOSE and reading.text and not wants_person(reading.text):
        found = None  # "1. Send somebody who can carry it": a pick, and how it is wanted
    if found and found[0] == "heat" and _says_what_to_do(draft, signal):
        found = None  # it is done: nobody has to wait for a person to have it
    passing = silence or found is not None or signal in PASSING
    at = draft.state.conflict
    draft = comfort.tempered(draft, passing=passing)
    if silence and not reading.safety:
        draft = courtesy.stop_contact(_out_of_queue(draft))
    elif draft.state.owner is Owner.QUEUE:
        draft = waiting.in_queue(draft, signal, found)
    elif found:
        draft = waiting.before_people(draft, found[0])
        draft = draft if draft.calls else hand_over(draft, *found)
    elif comfort.invites(draft, at):
        return comfort.invited(draft).plan()
    else:
        moved = asked_too.answered(_answered_too(_move(draft, signal)), signal)
        draft = _held_against(_next_named(_noted(moved, before)))
    return hours.as_open(
        hours.person_last(with_whole_brief(comfort.with_comfort(ease.eased(_told_beside(draft)), at)))
    ).plan()


def _says_what_to_do(draft: Draft, signal: Signal) -> bool:
    """True for a pick, and for a yes to the one thing that was put to them."""
    put = draft.has_issue and draft.state.stage is Stage.OFFER and len(draft.state.options_open) == 1
    return signal is Signal.CHOSE or (signal is Signal.YES and put)


def _heard(draft: Draft) -> Draft:
    """The draft with the feeling, the language and the manner of this turn."""
    state, reading, world = draft.state, draft.reading, draft.world
    felt = heat.feel(state, reading, hours_since(state.last_turn_at, world.now), draft.numbers)
    draft = changed(draft, felt=felt, state=heat.remembered(state, felt))
    scores = style.scored(state.style, reading)
    draft = changed(draft, style=_manner(draft, scores)).set(
        locale=language.reply_locale(state.locale, reading), style=scores, last_turn_at=world.now.isoformat()
    )
    return draft.because("felt", emotion=reading.emotion, intensity=reading.intensity, own=felt.own, heat=felt.heat)


def _manner(draft: Draft, scores: Mapping[str, int]) -> str:
    if draft.reading.emotion == "abusive":
        return PLAIN
    return ease.STYLE if ease.is_known(draft) else style.variant(scores)


def _noted(draft: Draft, before: State) -> Draft:
    """A second matter in the same message: the customer hears that it is not lost; a mere question is answered here."""
    draft = _without_answered(draft)
    fresh = [issue for issue in draft.state.parked if issue not in before.parked]
    said = any(act.key.startswith(("restate.parked", "restate.next", "restate.first")) for act in draft.acts)
    if not fresh or said or draft.is_handed_over or draft.calls:
        return draft
    return draft.in_front(lambda first: first.say("restate", *matters.called(first, fresh[0], matters.PARKED)))


def _without_answered(draft: Draft) -> Draft:
    """Where the order is, told in this reply, is no matter to come back to."""
    told = any(act.key.startswith(("answer.order.", "answer.asked_day.")) for act in draft.acts)
    parked = which_matter.STATUS in draft.state.parked
    asked_only = parked and matters.order_of(draft, which_matter.STATUS) in ("", draft.number)
    if not told or not asked_only:
        return draft
    return draft.set(parked=tuple(issue for issue in draft.state.parked if issue != which_matter.STATUS))


def _next_named(draft: Draft) -> Draft:
    """Once one thing is under way, the one that comes next is named: nobody has to bring it up again."""
    under_way = draft.state.stage is Stage.ACTION and any(act.name == "act" for act in draft.acts)
    if not under_way or not draft.state.parked or draft.is_handed_over or draft.calls or draft.asks_already:
        return draft
    return draft.say("restate", *matters.called(draft, draft.state.parked[0], "restate.then"))


def _told_beside(draft: Draft) -> Draft:
    """Where the other order is that the message asks after beside the rest."""
    if draft.beside is None or draft.calls:
        return draft
    other = draft.beside
    return draft.in_front(lambda first: telling.told_order(first, other) or first)


def _answered_too(draft: Draft) -> Draft:
    """What is asked about the ways out in the message that brings them up is answered before they are shown."""
    names = [act.name for act in draft.acts]
    if draft.calls or "offer" not in names or "answer" in names:
        return draft
    bare, at = changed(draft, acts=()), names.index("offer")
    told = particulars.told(bare)
    if told is None and draft.learnt:  # what was asked for first is told by now, and what was asked with it
        story = draft.state.stories.get(draft.state.issue, "")
        told = particulars.told(changed(bare, reading=changed(draft.reading, text=story, asks="")))
    if told is None:
        return draft
    return changed(told, reading=draft.reading, acts=(*draft.acts[:at], *told.acts, *draft.acts[at:]))


def _held_against(draft: Draft) -> Draft:
    """What the shop's record says against the customer's words, where no conflict step and no answer tells it."""
    told = record.told(draft) if draft.temper in UNCOMFORTED and not draft.is_handed_over else None
    answered = any(act.key.startswith("answer.order.") for act in draft.acts)
    if told is None or draft.calls or (answered and told[0] != "record.another_thing"):
        return draft
    return draft.in_front(lambda first: first.say("answer", *told)).because("record_differs", record=told[0])


def _out_of_queue(draft: Draft) -> Draft:
    return waiting.leave(draft) if draft.state.owner is Owner.QUEUE else draft


def _move(draft: Draft, signal: Signal) -> Draft:
    """The move that the table names for this stage and signal."""
    if courtesy.is_reassured(draft):
        return courtesy.reassured(draft)
    if unwell := alarm.after(draft):
        return unwell.set(misunderstood=0)
    if kind := courtesy.kindly(draft, signal):
        return kind.set(misunderstood=0)
    if heard_out := courtesy.heard_out(draft):
        return heard_out.set(misunderstood=0)
    if enclosed.is_beyond_us(draft):
        return enclosed.beyond_us(draft)
    if impostors.suspected(draft):
        return impostors.warn(draft).set(misunderstood=0)
    if signal is not Signal.CHOSE and (bought := doing.buy(draft)):
        return bought.set(misunderstood=0)
    if signal not in _PICKS and (theirs := arranged.answer(draft, signal)):
        return theirs.set(misunderstood=0)
    if signal not in _PICKS and (asked := advising.ask_whether(draft)):
        return asked.set(misunderstood=0)
    if signal not in _PICKS and (beyond := offering.out_of_reach(draft)):
        return beyond.set(misunderstood=0)
    if answered := passing.answer(draft, signal):
        return answered.set(misunderstood=0)
    stage = draft.state.stage
    name = TABLE[stage, signal]
    draft = draft.because("move", stage=stage.value, signal=signal.value, move=name)
    if name not in PUZZLED and name not in BESIDE:
        draft = draft.set(misunderstood=0)
    if name == "explore" and not draft.has_issue and enclosed.shows(draft):
        return enclosed.about_what(draft)
    return MOVES[name].does(enclosed.thanked(draft, name))
