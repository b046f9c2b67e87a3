"""The one decision of a turn: ``decide(state, reading, world, book, numbers) -> Plan``. Pure.

First what always comes first (harm, a wish for silence, a human's turn), then the feeling, then the matter: the
conflict steps open the reply, one move of EOAC follows in the same turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dialogues import conflict, courtesy, facts, heat, language, moves, offers
from dialogues.conflict import Temper
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.eoac import TABLE, Signal, signal_of
from dialogues.escalate import hand_over
from dialogues.handover import reason_in_turn
from dialogues.numbers import Numbers
from dialogues.plan import Plan
from dialogues.playbook import Book
from dialogues.reading import Reading, World
from dialogues.state import Conflict, Owner, Stage, State

_FAULT_FEELINGS = frozenset({"angry", "frustrated", "disappointed"})

MOVES: dict[str, Callable[[Draft], Draft]] = {
    "explore": moves.explore, "offer": moves.offer, "choose": moves.choose, "agree": moves.agree,
    "refuse": moves.refuse, "confirm": moves.confirm, "act": moves.confirm,
    "listen_in": courtesy.listen_in, "unclear": courtesy.unclear, "misheard": courtesy.misheard,
    "skip": courtesy.skip, "park": courtesy.park, "explain": courtesy.explain, "settle": courtesy.settle,
    "reopen": courtesy.reopen, "close": courtesy.close, "greet": courtesy.greet, "ready": courtesy.ready,
    "thank": courtesy.thank, "aside": courtesy.aside, "decline": courtesy.decline,
}  # fmt: skip


def decide(state: State, reading: Reading, world: World, book: Book, numbers: Numbers) -> Plan:
    """What to say and do about one customer turn. The same inputs give the same plan."""
    draft = Draft(state=_aged(state, world, numbers), reading=reading, world=world, book=book, numbers=numbers)
    draft = _felt(draft)
    draft = draft.set(locale=language.reply_locale(draft.state.locale, reading), last_turn_at=world.now.isoformat())
    if draft.state.owner is Owner.HUMAN:
        return draft.because("a human holds the conversation").plan()
    if reading.intent == "stop_contact" and not reading.unsure and not reading.choice:
        return courtesy.stop_contact(draft).plan()
    draft, signal = _understand(draft)
    draft = _comfort(draft)
    if draft.state.owner is Owner.QUEUE:
        return _while_waiting(draft, signal).plan()
    found = reason_in_turn(draft.state, reading, draft.felt, world.now, numbers, book.rule_issues())
    if found:
        return hand_over(draft, *found).plan()
    if draft.asks_already:
        return draft.plan()
    return _move(draft, signal).plan()


def _aged(state: State, world: World, numbers: Numbers) -> State:
    """The state after a silence: an episode ends after 72 h with nothing pending."""
    hours = _hours_silent(state, world)
    if hours < numbers.episode_ends_after_hours or state.stage in (Stage.IDLE, Stage.CLOSED):
        return state
    return _new_episode(state) if state.stage is not Stage.ACTION else state


def _new_episode(state: State) -> State:
    """What outlives an episode: who speaks, who they are, their language, their heat."""
    return State(
        owner=state.owner, verified=state.verified, locale=state.locale, style=state.style, heat=state.heat,
        heats=state.heats, strained=state.strained, abused_at=state.abused_at, version=state.version,
        episode=state.episode + 1, handover_reason=state.handover_reason, last_turn_at=state.last_turn_at,
        facts={k: v for k, v in state.facts.items() if k == "order_number"} if state.verified else {},
    )  # fmt: skip


def _hours_silent(state: State, world: World) -> float:
    if not state.last_turn_at:
        return 0.0
    return (world.now - datetime.fromisoformat(state.last_turn_at)).total_seconds() / 3600


def _felt(draft: Draft) -> Draft:
    felt = heat.feel(draft.state, draft.reading, _hours_silent(draft.state, draft.world), draft.numbers)
    draft = replace(draft, felt=felt, state=heat.remembered(draft.state, felt))
    return draft.because(f"{draft.reading.emotion} {draft.reading.intensity}: own heat {felt.own}, heat {felt.heat}")


def _understand(draft: Draft) -> tuple[Draft, Signal]:
    """Learns what the turn tells and finds what it means at this stage."""
    draft = _begin_episode(draft)
    draft, informs = facts.learn(draft)
    option = offers.named(draft)
    signal = signal_of(draft.state, draft.reading, draft.book, informs, option.id if option else "")
    draft = _take_issue(draft, signal)
    understood = signal is not Signal.UNCLEAR and draft.state.asked_now != "clarify"
    return (draft.set(misunderstood=0) if understood else draft), signal


def _begin_episode(draft: Draft) -> Draft:
    """A new matter after a closed one is a new episode."""
    if draft.state.stage is Stage.CLOSED and draft.book.is_issue(draft.reading.intent):
        return replace(draft, state=_new_episode(draft.state))
    return draft


def _take_issue(draft: Draft, signal: Signal) -> Draft:
    """Settles which issue is open after this turn."""
    state, reading = draft.state, draft.reading
    if reading.choice.startswith("issue:") and draft.book.is_issue(reading.choice[6:]):
        return _understood_as(draft, reading.choice[6:])
    if signal is Signal.YES and state.asked_now == "clarify" and state.guess:
        return _understood_as(draft, state.guess)
    if signal is Signal.ISSUE and reading.intent != state.issue:
        return draft.set(issue=reading.intent).because(f"heard {reading.intent} at {reading.confidence:.2f}")
    return draft


def _understood_as(draft: Draft, issue: str) -> Draft:
    known = {**draft.state.facts, "understood": issue}
    return draft.set(issue=issue, guess="", facts=known, misunderstood=0).because(f"the matter is {issue}")


def _comfort(draft: Draft) -> Draft:
    """The conflict steps that this turn earns, together in the opening bubble."""
    state, reading, numbers = draft.state, draft.reading, draft.numbers
    begins = draft.felt.starts_conflict(numbers) and state.conflict is Conflict.NONE
    heated = begins or draft.felt.own >= numbers.conflict_starts_at
    issue_known = bool(state.issue)
    temper = conflict.temper_of(
        at=state.conflict, heated=heated, abusive=reading.emotion == "abusive", issue_known=issue_known,
        heat=state.heat, ends_below=numbers.conflict_ends_below,
    )  # fmt: skip
    steps = conflict.TABLE[state.conflict, temper]
    draft = replace(draft, temper=temper).set(conflict=steps.rests_at)
    if reading.safety:
        return draft.say("safety", "safety.first", bubble=COMFORT_BUBBLE).say(
            "empathise", "empathise.safety", bubble=COMFORT_BUBBLE
        )
    if steps.said:
        draft = draft.because(f"conflict step: {', '.join(steps.said)} ({temper.value})")
    for step in steps.said:
        draft = _say_step(draft, step, issue_known)
    return draft


def _say_step(draft: Draft, step: str, issue_known: bool) -> Draft:
    cause = {"cause": f"@cause.{draft.state.issue if issue_known else 'unknown'}"}
    if step == "boundary":
        now = draft.world.now.isoformat()
        return draft.set(abused_at=now).say("boundary", "boundary.calm", bubble=COMFORT_BUBBLE)
    if step == "accept":
        return draft.say("accept", "accept.plain", cause, bubble=COMFORT_BUBBLE)
    if step == "listen":
        return _listen(draft, issue_known)
    feeling = draft.reading.emotion
    may_apologise = draft.state.apologised < 1 + min(draft.state.unresolved, 1)
    if feeling in _FAULT_FEELINGS and may_apologise:
        draft = draft.set(apologised=draft.state.apologised + 1).do("apology")
        return draft.say("empathise", f"empathise.{feeling}.sorry", cause, bubble=COMFORT_BUBBLE)
    return draft.say("empathise", f"empathise.{feeling}.plain", cause, bubble=COMFORT_BUBBLE)


def _listen(draft: Draft, issue_known: bool) -> Draft:
    if issue_known:
        order = offers.params_of(facts.look_up_order(draft))
        key = "listen.order" if "placed" in order and draft.playbook.verified else "listen.plain"
        return draft.say("listen", key, order, bubble=COMFORT_BUBBLE)
    if draft.state.invited or draft.state.questions >= draft.numbers.questions_per_episode:
        return draft.say("listen", "listen.noted", bubble=COMFORT_BUBBLE)
    draft = draft.say("listen", "listen.invite", question=True, bubble=COMFORT_BUBBLE)
    return draft.set(
        invited=True, asked_now="invitation", questions=draft.state.questions + 1,
        stage=Stage.EXPLORE if draft.state.stage is Stage.IDLE else draft.state.stage,
    )  # fmt: skip


def _while_waiting(draft: Draft, signal: Signal) -> Draft:
    """A human is awaited: the bot reassures, notes what is said, and lets the customer leave the queue."""
    if signal is Signal.SETTLED:
        draft = draft.set(owner=Owner.BOT, handover_reason="").do("leave_queue")
        return courtesy.settle(draft.because("settled while waiting"))
    if signal is Signal.BYE:
        return courtesy.close(draft.set(owner=Owner.BOT, handover_reason="").do("leave_queue"))
    return draft.say("listen", "listen.waiting").because("a human is awaited")


def _move(draft: Draft, signal: Signal) -> Draft:
    name = TABLE[draft.state.stage, signal]
    draft = draft.because(f"{draft.state.stage.value} + {signal.value}: {name}")
    if name in ("explore", "offer") and not draft.book.is_issue(draft.state.issue):
        name = "unclear" if signal is Signal.UNCLEAR else "clarify"
        return courtesy.clarify(draft, "clarify.open") if name == "clarify" else courtesy.unclear(draft)
    if draft.temper is Temper.COOLED:
        draft = draft.because("heat fell: the conflict is over")
    return MOVES[name](draft)
