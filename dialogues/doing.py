"""Act: what was chosen is done, and said to be done only then; what is promised with it is recorded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dialogues import asked_for, limits, offers, remedies, undoing
from dialogues.because import because
from dialogues.circumstances import grief, pieces, reaching
from dialogues.circumstances.collecting import COLLECTING, PICKUP_DAY
from dialogues.confirming import anew, confirm, schedule_check
from dialogues.draft import Draft
from dialogues.eoac import OVER
from dialogues.episodes import new_episode
from dialogues.escalate import hand_over
from dialogues.order_at_hand import TRIED, VERIFYING
from dialogues.phrases import willing
from dialogues.plan import Call, Choice
from dialogues.playbook import Option, Promised
from dialogues.state import Stage
from dialogues.values import changed

DAY_ENDS = 21  # the hour by which a courier has come on the day that the customer named
BUYING = "first"  # the kind of an option that leads to the checkout
_PRIVATE = frozenset({*VERIFYING, TRIED, *pieces.PARTS, grief.BEREAVED})


def act(draft: Draft, option: Option) -> Draft:
    """Does what was chosen. What is booked for the same order and cannot stand beside it is taken back first."""
    if option.handover:
        return hand_over(draft, option.handover, because("chose_person", option=option.id))
    booked = draft.booked
    if booked and remedies.in_place_of(option, booked):
        draft, done = undoing.take_back(draft, booked, "act.replaced")
        if not done:
            return draft
    params = offers.params_of(draft)
    if option.port:
        call = Call(option.id, option.port, option.action, {**_told(draft), **params, "option": option.id})
        result = draft.result(call)
        if result is None:
            return draft.ask_port(call)
        if not result.ok:
            return hand_over(draft, "action_failed", undoing.why(result, call))
        params = {**params, **result.data}
    draft = anew(draft)
    before_this = draft.state.options_done
    taken = (*_without(draft.state.options_done, option.id), option.id)
    if option.irreversible:
        draft = _without_moot(draft)
    if option.is_remedy:
        number = draft.number
        draft = changed(draft, state=draft.state.with_booked(number, option.id))
    draft = draft.set(
        stage=Stage.ACTION, asked_now="", options_open=(), options_done=taken,
        options_refused=_without(draft.state.options_refused, option.id),
    )  # fmt: skip
    undo = (Choice("choice.undo", f"undo:{option.id}"),) if option.undo else ()
    if carried := asked_for.carried(draft, option):
        draft = asked_for.echoed(draft, *carried)
    draft = draft.say("act", f"act.{option.id}", params, choices=undo).because("did", option=option.id)
    draft = limits.by_when(draft, option, noted=bool(carried or before_this))
    if not (option.port or carried):
        draft = reaching.said_back(draft, waiting=False)
    draft = draft.is_of_kind(option.kind)
    if option.promise:
        draft = promise(draft, option.promise, params)
    draft = schedule_check(draft)
    return confirm(draft) if option.instant else draft


def buy(draft: Draft) -> Draft | None:
    """Agreeing to buy gives the link, wherever it is said before buying; None where something else is under way."""
    state, reading = draft.state, draft.reading
    nothing_yet = state.stage in (*OVER, Stage.EXPLORE) and draft.order is None and not draft.in_conflict
    before = nothing_yet or not draft.has_issue or draft.playbook.kind == "zero"
    if reading.choice or not before or state.parked or not willing.buys(reading.text):
        return None
    if draft.book.is_issue(reading.intent) and not reading.unsure and draft.book.of(reading.intent).kind != "zero":
        return None  # a matter after buying is surely meant: "I bought one and was charged twice"
    found = draft.book.of_kind(BUYING)
    if found is None:
        return None
    issue, option = found
    if state.stage is Stage.CLOSED:
        draft = changed(draft, state=new_episode(state)).because("new_episode")
    return act(draft.set(issue=issue, understood=issue), option)


def promise(draft: Draft, promised: Promised, params: dict[str, str]) -> Draft:
    """Records what is promised and says when the customer hears next. What is told is later by the buffer."""
    due, told = draft.when(promised)
    day = draft.state.facts.get(PICKUP_DAY, "")
    if promised.key in COLLECTING and day >= told.date().isoformat():
        told = datetime.combine(date.fromisoformat(day), time(DAY_ENDS), told.tzinfo)
        due = told - timedelta(hours=promised.buffer_hours)
    draft = draft.promise(promised.key, due=due, told=told, owner=promised.owner)
    return draft.say("promise", f"promise.{promised.key}", {**params, "due": f"time:{told.isoformat()}"})


def _told(draft: Draft) -> dict[str, str]:
    """What the customer told, for the port: everything but the figures that prove who they are."""
    return {name: value for name, value in draft.state.facts.items() if name not in _PRIVATE}


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)


def _without_moot(draft: Draft) -> Draft:
    """What was promised about an order that is stopped now is owed no more: nobody chases a parcel for money back."""
    for option in draft.done:
        if option.promise and option.port == "orders" and draft.due_of(option.promise.key):
            draft = draft.withdraw(option.promise.key)
    return draft
