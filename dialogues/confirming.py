"""Confirm: is it truly well? Settled, not yet, something else; and the check that comes back later."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogues import offers, owning
from dialogues.circumstances import grief
from dialogues.draft import COMFORT_BUBBLE, CONFIRM_BUBBLE, MATTER_BUBBLE, Draft
from dialogues.episodes import hours_since
from dialogues.plan import Choice
from dialogues.playbook import Option
from dialogues.reading import NEGATIVE
from dialogues.state import Stage

SCORES = tuple(Choice("choice.score", f"score:{score}", {"score": score}) for score in ("5", "4", "3", "2", "1"))


CONFIRMED, WITHDRAWN = "confirmed", "withdrawn"  # counted like what is asked
ANSWERS = (
    Choice("choice.settled", "confirm:settled"), Choice("choice.not_yet", "confirm:not_yet"),
    Choice("choice.something_else", "confirm:other"),
)  # fmt: skip


# While a promise is still to be kept nobody can say that it is settled.
FINE_FOR_NOW = Choice("choice.fine_for_now", "confirm:settled")


def confirm(draft: Draft, key: str = "confirm.full", more: tuple[Choice, ...] = ()) -> Draft:
    """Asks once whether things are truly well. One question, three choices, and ``more`` that may be wanted."""
    if draft.asks_already:
        return draft
    if draft.acts and draft.state.asked.get(CONFIRMED):
        draft = draft.beside_the_last(more) if more else draft  # asked once: the next answer stands by itself
        return draft.set(stage=Stage.CONFIRM, asked_now="confirm")
    answers: tuple[Choice, ...] = ANSWERS
    if key == "confirm.full" and draft.state.note and draft.in_conflict:
        key, answers = "confirm.how_are_you", (Choice("choice.human", "human"),)  # a person saw to the matter
    answered = draft.reading.puts_question and any(act.name in ("answer", "promise") for act in draft.acts)
    if answered and standing_promise(draft) and not (more or draft.state.parked):
        return draft.set(stage=Stage.CONFIRM, asked_now="confirm")  # answered, and what was promised is still to come
    if key == "confirm.full" and standing_promise(draft):
        key, answers = "confirm.for_now", (FINE_FOR_NOW, *ANSWERS[1:])
    draft = draft.say("confirm", key, choices=(*more, *answers), question=True, bubble=CONFIRM_BUBBLE)
    return draft.set(stage=Stage.CONFIRM, asked_now="confirm", asked={**draft.state.asked, CONFIRMED: 1})


def anew(draft: Draft) -> Draft:
    """Something was done, or it is not well: whether it is well then may be asked once more."""
    return draft.set(asked={name: times for name, times in draft.state.asked.items() if name != CONFIRMED})


def schedule_check(draft: Draft) -> Draft:
    """Plans the question whether it truly helped: after the action, and not before what was promised is due."""
    hours = draft.playbook.confirm_after_hours if draft.has_issue else draft.numbers.outcome_check_after_hours
    told = [datetime.fromisoformat(due) for due in draft.state.promised.values()]
    due = max([draft.world.now + timedelta(hours=hours), *told])
    draft = draft.follow_up("outcome_check", due)
    return draft.set(checked_at="" if draft.state.contact_stopped else due.isoformat())


def noted(draft: Draft) -> Draft:
    """The customer cannot tell yet whether it is settled: no second question, it is checked later."""
    draft = _check_once(draft).set(asked_now="")
    return _tell_of_check(draft) if draft.state.checked_at else draft.say("thank", "thank.plain")


def well(draft: Draft) -> Draft:
    """It is settled: thanks, and a word of the check that comes later when there was something to settle."""
    if is_worked_on(draft):
        draft = _check_once(draft)
    more = bool(draft.state.parked)
    key = "thank.quiet" if grief.is_known(draft) else _thanks(draft)
    draft = draft.say("thank", key, bubble=COMFORT_BUBBLE if more else MATTER_BUBBLE).ends_as("settled")
    return _tell_of_check(draft) if is_planned(draft) and not more else draft


def _thanks(draft: Draft) -> str:
    """Nobody is told that all is well who only takes note of what is still to come."""
    reading = draft.reading
    if reading.intent == "resolved" or (not _is_owed(draft) and (reading.choice or draft.done)):
        return "thank.settled"
    return "thank.plain" if reading.intent == "thank" else "thank.for_now"


def _tell_of_check(draft: Draft) -> Draft:
    return draft.say("schedule", "close.settled")


def _check_once(draft: Draft) -> Draft:
    """One check an episode, unless something is done anew."""
    return draft if draft.state.checked_at or draft.state.contact_stopped else schedule_check(draft)


def is_worked_on(draft: Draft) -> bool:
    """True when something was done or answered in this episode, by the bot or by people: worth a later check."""
    state = draft.state
    if state.options_done or state.note:
        return True
    if WITHDRAWN in state.asked:
        return False
    looked_up = draft.has_issue and draft.playbook.knowledge
    return state.stage in (Stage.ACTION, Stage.CONFIRM) and not looked_up


def is_planned(draft: Draft) -> bool:
    """True while the outcome check is still to come."""
    planned = draft.state.checked_at
    return bool(planned) and datetime.fromisoformat(planned) > draft.world.now


def may_survey(draft: Draft) -> bool:
    """At most one survey in fourteen days, to a calm customer, once something was done."""
    state = draft.state
    days = hours_since(state.surveyed_at, draft.world.now) / 24
    rested = not state.surveyed_at or days >= draft.numbers.survey_every_days
    done = bool(state.options_done or state.note) and not grief.is_known(draft)
    calm = not draft.in_conflict and draft.reading.emotion not in NEGATIVE
    return rested and done and calm and not _too_early(draft) and not state.contact_stopped


def _too_early(draft: Draft) -> bool:
    """True while something is still to be kept and the customer only finds it fine until then."""
    return _is_owed(draft) and draft.reading.intent != "resolved"


def _is_owed(draft: Draft) -> bool:
    return any(datetime.fromisoformat(due) > draft.world.now for due in draft.state.promised.values())


def survey(draft: Draft) -> Draft:
    """One question about how it went, answered by a tap."""
    draft = draft.say("survey", "survey.ask", choices=SCORES, question=True, bubble=CONFIRM_BUBBLE)
    return draft.set(asked_now="survey", surveyed_at=draft.world.now.isoformat())


def standing_promise(draft: Draft, of: Option | None = None) -> tuple[str, str] | None:
    """The promise still to be kept, the last made or that of one way out, with the time that the customer was told."""
    now = draft.world.now
    keys = [option.promise.key for option in ((of,) if of else draft.done) if option.promise]
    standing = [(key, told) for key in keys if (told := draft.due_of(key))]
    return next(((key, due) for key, due in reversed(standing) if datetime.fromisoformat(due) > now), None)


def told_promise(draft: Draft, of: Option | None = None) -> Draft | None:
    """The draft with what was promised told again (``of``: that way out's), or None when nothing stands.

    Of one that was put off it is owned first that it was not kept.
    """
    standing = standing_promise(draft, of)
    if standing is None:
        return None
    key, due = standing
    if draft.state.name_of(key, draft.number) in draft.state.slipped:
        draft = owning.owned(draft, raised=False)
    params = {**offers.params_of(draft), "due": f"time:{due}"}
    draft = draft.say("promise", f"promise.{key}", params)
    return draft.because("promised", due=due, now=draft.world.now.isoformat())
