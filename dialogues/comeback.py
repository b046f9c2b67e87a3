"""Coming back on our own: follow-ups that fall due, and customers who wait too long. Pure.

Each is checked again when it fires: relevant, not answered since, no human owner, consent, the customer's own day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dialogues.because import because
from dialogues.confirming import ANSWERS, SCORES
from dialogues.daytime import next_daytime
from dialogues.draft import Draft
from dialogues.episodes import CALL_BACK, handed_back, hours_since
from dialogues.escalate import brief
from dialogues.evidence import can_show, proof, shown_by
from dialogues.heat import cooled
from dialogues.numbers import Numbers
from dialogues.phrases import notes
from dialogues.plan import Act
from dialogues.playbook import Book
from dialogues.reading import Order, Reading, World
from dialogues.state import Owner, Stage, State
from dialogues.values import changed

KINDS = ("promise_check", "outcome_check", "nudge", "survey", "care")
UNSOLICITED = frozenset(KINDS) - {"promise_check"}
ASKED_ON_FOR = timedelta(hours=3)  # after what was told: then who cannot know says that it slips
SLIPPED, BROKEN = "the promise slips: told early", "the promise is broken"  # why a promise's check spoke


@dataclass(frozen=True)
class Circumstances:
    """What is known when a follow-up falls due. ``now`` is in the customer's time zone, else the shop's.

    ``promise_issue``, ``promise_order``: the matter and the order it was promised for;
    ``promise_words``: as the member of staff who promised wrote it.
    ``shown_before``: what the shop's systems showed of it already when it was made.
    """

    now: datetime
    last_customer_at: datetime | None = None
    scheduled_at: datetime | None = None
    contact_stopped: bool = False
    unreachable: bool = False
    unsolicited_this_week: int = 0
    promise_key: str = ""
    promise_issue: str = ""
    promise_words: str = ""
    promise_order: str = ""
    promise_status: str = ""
    shown_before: str = ""
    told_due: str = ""
    nudged: int = 0
    order: Order | None = None
    orders_unknown: bool = False


@dataclass(frozen=True)
class Comeback:
    """The verdict: ``send`` the acts, ``skip`` with a reason, or do it ``later`` (``at``).

    ``promise`` is the status that the promise takes (kept, slipped, broken), ``again_at`` when it is looked at once
    more, ``handover`` what people are told when they are called: reason, why and brief.
    """

    verdict: str
    reason: str
    state: State
    acts: tuple[Act, ...] = ()
    at: datetime | None = None
    promise: str = ""
    again_at: datetime | None = None
    handover: Mapping[str, Any] = field(default_factory=dict)


def decide_comeback(kind: str, state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    """Whether a follow-up speaks now, and what it says."""
    if refusal := _why_not(kind, state, seen, numbers):
        return Comeback("skip", refusal, state)
    # A person speaks now; the promise is not forgotten. In the queue nobody does, so that a slip is told all the same.
    if kind == "promise_check" and state.owner is Owner.HUMAN:
        again = seen.now + timedelta(minutes=numbers.busy_again_after_minutes)
        return Comeback("later", f"the conversation is with the {state.owner.value}", state, at=again)
    if (day := next_daytime(seen.now, numbers)) > seen.now:
        return Comeback("later", "quiet hours", state, at=day)
    match kind:
        case "promise_check":
            return _check_promise(state, seen, numbers)
        case "nudge":
            return _nudge(state, seen, numbers)
        case "survey":
            return _ask_score(state, seen, numbers)
        case "care":
            return _say_a_kind_word(state)
        case _:
            return _ask_whether_well(state, seen, numbers)


def afterwards(before: State, after: State, outcome: str, now: datetime, numbers: Numbers) -> dict[str, datetime]:
    """What else to come back for once a matter is settled, by kind: a kind word after hard times, a rating.

    The rating is asked later where it was not asked at once, of customers whom something was done for.
    """
    if outcome != "settled" or after.contact_stopped:
        return {}
    found = {}
    if max(before.heats, default=0) >= numbers.conflict_starts_at:
        found["care"] = now + timedelta(days=numbers.care_after_days)
    done = bool(before.options_done or before.note)
    if done and after.asked_now != "survey" and _may_ask_score(after, now, numbers):
        found["survey"] = now + timedelta(days=numbers.survey_after_days)
    return found


def nudge_at(state: State, now: datetime, numbers: Numbers) -> datetime | None:
    """When to remind a customer who falls silent while something is open, or None."""
    open_matter = state.stage in (Stage.EXPLORE, Stage.OFFER) and bool(state.issue)
    if state.owner is not Owner.BOT or not open_matter or state.contact_stopped:
        return None
    return now + timedelta(minutes=numbers.nudge_after_minutes)


def _why_not(kind: str, state: State, seen: Circumstances, numbers: Numbers) -> str:
    if seen.contact_stopped:
        return "the customer wants no messages"
    if kind == "promise_check":
        return "" if seen.promise_status in ("open", "slipped") else f"the promise is {seen.promise_status or 'gone'}"
    if seen.unreachable:
        return "the customer blocked us on this channel"
    if state.owner is not Owner.BOT:
        return f"the conversation is with the {state.owner.value}"
    if seen.unsolicited_this_week >= numbers.unsolicited_per_week:
        return f"{seen.unsolicited_this_week} unsolicited messages this week"
    wrote_since = bool(seen.last_customer_at and seen.scheduled_at and seen.last_customer_at > seen.scheduled_at)
    if kind == "nudge" and (wrote_since or nudge_at(state, seen.now, numbers) is None):
        return "nothing is open any more"
    if wrote_since and state.stage not in (Stage.CLOSED, Stage.IDLE):
        return "the customer wrote since, and something is under way"
    if kind == "survey" and not _may_ask_score(state, seen.now, numbers):
        return "a rating was asked for lately"
    return "" if state.issue else "there is no matter to ask about"


def _may_ask_score(state: State, now: datetime, numbers: Numbers) -> bool:
    return not state.surveyed_at or hours_since(state.surveyed_at, now) >= numbers.survey_every_days * 24


def _check_promise(state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    """A promise is told about when it is kept, or early when it slips; one that slips again is broken."""
    order = seen.order
    fresh = order is not None and proof(seen.promise_key, order) != seen.shown_before
    if order and fresh and (shown := shown_by(seen.promise_key, order)):
        told = Act("schedule", f"schedule.kept.{shown}", {"item": order.item})
        acts = (told, Act("confirm", "confirm.full", {}, ANSWERS, question=True, bubble=1))
        state = _at_confirm(state, seen.now, numbers).without_promise(seen.promise_key, seen.promise_order)
        return Comeback("send", "the promise is kept", state, acts, promise="kept")
    if seen.orders_unknown and can_show(seen.promise_key) and _may_ask_on(seen):
        again = seen.now + timedelta(minutes=numbers.busy_again_after_minutes)
        return Comeback("later", "the shop's systems cannot be asked", state, at=again)
    if seen.promise_status == "slipped":
        return _broken(state, seen, numbers)
    again = next_daytime(seen.now + timedelta(hours=numbers.slipped_again_after_hours), numbers)
    said = datetime.fromisoformat(seen.told_due) if seen.told_due else seen.now
    said = said.astimezone(seen.now.tzinfo) if said.tzinfo else said.replace(tzinfo=seen.now.tzinfo)
    if again <= said:  # the new time is later than the one that was told
        again = next_daytime(said + timedelta(hours=numbers.slipped_again_after_hours), numbers)
    params = {**_promised(state, seen), "new_due": f"time:{again.isoformat()}"}
    act = Act("recover", "recover.slipping", params)
    name = state.name_of(seen.promise_key, seen.promise_order)
    state = changed(
        state, promised={**state.promised, name: again.isoformat()},
        slipped={**state.slipped, name: seen.told_due or said.isoformat()},
        faults=state.faults + 1, apologised=state.apologised + 1,
    )  # fmt: skip
    return Comeback("send", SLIPPED, state, (act,), promise="slipped", again_at=again)


def _broken(state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    """Not even the new time was kept: that is said plainly, and a person takes the matter on."""
    said = Act("recover", "recover.broken", _promised(state, seen))
    state = changed(
        state.without_promise(seen.promise_key, seen.promise_order),
        faults=state.faults + 1,
        apologised=state.apologised + 1,
    )
    if state.owner is not Owner.BOT:
        return Comeback("send", BROKEN, state, (said,), promise="broken")
    reason, why = "action_failed", because("slipped_twice", promise=seen.promise_key)
    draft = Draft(state, Reading("", state.locale, state.issue), World(seen.now), Book({}), numbers)
    told = {"reason": reason, "why": why, "brief": brief(draft, reason)}
    taken = Act("handover", "handover.open",
                {"why": "@handover.why.agent_silent", "minutes": str(numbers.queue_minutes)}, bubble=1)  # fmt: skip
    state = changed(state, owner=Owner.QUEUE, handover_reason=reason, asked_now="", options_open=())
    return Comeback("send", BROKEN, state, (said, taken), promise="broken", handover=told)


def _matter(state: State) -> dict[str, str]:
    """What it is about, for the wording: staff may promise something where no matter was ever named."""
    return {"issue": f"@issue.{state.issue or 'unknown'}"}


def _promised(state: State, seen: Circumstances) -> dict[str, str]:
    """What was promised, for what and until when, for the wording: another matter may have come up since."""
    told = {"issue": f"@issue.{seen.promise_issue or state.issue or 'unknown'}", "due": f"time:{seen.told_due}"}
    if words := notes.tellable(seen.promise_words, state.locale):
        return {**told, "promised": "@promised.staff_words", "words": f"={words}"}
    return {**told, "promised": f"@promised.{seen.promise_key}"}


def _may_ask_on(seen: Circumstances) -> bool:
    """True while nobody need say that a promise slips only because the shop's systems are away."""
    return bool(seen.told_due) and seen.now < datetime.fromisoformat(seen.told_due) + ASKED_ON_FOR


def _ask_whether_well(state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    """Asked once what was promised is due: a promise may have been put off since the question was planned."""
    told = (datetime.fromisoformat(due).astimezone(seen.now.tzinfo) for due in state.promised.values())
    if owed := [due for due in told if due > seen.now]:
        return Comeback("later", "a promise is still to be kept", state, at=next_daytime(max(owed), numbers))
    act = Act("confirm", "schedule.outcome_check", _matter(state), ANSWERS, question=True)
    return Comeback("send", "asks whether all is well", _at_confirm(state, seen.now, numbers), (act,))


def _ask_score(state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    act = Act("survey", "survey.ask", {}, SCORES, question=True)
    asked = changed(_woken(state, seen.now, numbers), asked_now="survey", surveyed_at=seen.now.isoformat())
    return Comeback("send", "asks for a rating", asked, (act,))


def _say_a_kind_word(state: State) -> Comeback:
    act = Act("schedule", "schedule.care", _matter(state))
    return Comeback("send", "a kind word after hard times", state, (act,))


def _nudge(state: State, seen: Circumstances, numbers: Numbers) -> Comeback:
    """A gentle reminder, once after minutes and once after a day."""
    act = Act("schedule", "schedule.nudge", _matter(state))
    again = None if seen.nudged else seen.now + timedelta(hours=numbers.nudge_again_after_hours)
    return Comeback("send", "the customer fell silent", state, (act,), again_at=again)


def _at_confirm(state: State, now: datetime, numbers: Numbers) -> State:
    return changed(_woken(state, now, numbers), stage=Stage.CONFIRM, asked_now="confirm")


def _woken(state: State, now: datetime, numbers: Numbers) -> State:
    """The episode goes on with our question: the silence that would end it begins anew. Heat cools all the same."""
    heat = cooled(state.heat, hours_since(state.last_turn_at, now), numbers)
    return changed(state, heat=heat, last_turn_at=now.isoformat())


def nobody_came(state: State, call_back_at: datetime) -> Comeback:
    """The queue took too long: the customer is told, and a call-back by the duty team is promised."""
    acts = (
        Act("handover", "handover.nobody"),
        Act("promise", "promise.call_back", {"due": f"time:{call_back_at.isoformat()}"}),
    )
    state = changed(state, promised={**state.promised, CALL_BACK: call_back_at.isoformat()})
    return Comeback("send", "nobody took the conversation in time", state, acts, at=call_back_at)


def back_from_staff(state: State, note: str) -> Comeback:
    """A member of staff gives the conversation back with a note: the customer hears who speaks, and what was done."""
    acts: tuple[Act, ...] = (Act("handover", "handover.back"),)
    if told := notes.tellable(note, state.locale):
        acts = (*acts, Act("handover", "handover.note", {"note": f"={told}"}))
    return Comeback("send", "staff gave the conversation back", handed_back(state, note), acts)


def agent_went_silent(state: State) -> Comeback:
    """The member of staff fell silent: back into the queue, and the customer is told."""
    back = changed(state, owner=Owner.QUEUE, handover_reason="agent_silent", faults=state.faults + 1)
    return Comeback("send", because("went_silent"), back, (Act("handover", "handover.silent"),))
