"""What must always hold of a turn, each rule told on its own and seen from outside: from turn, plan and states.

A check looks at one transition and says what is wrong, or nothing. None of them asks the code that it checks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from dialogues.handover import REASONS
from dialogues.plan import Effect, Plan
from dialogues.reading import Reading
from dialogues.state import Owner, Stage, State
from tests.dialogues.abstract import REFUSALS, Letter, Step, Walk, full_key_of, levelled, steps_from
from tests.dialogues.build import SHIPPED, answered, reading, tap

OPENS = ("listen", "empathise", "accept", "boundary", "safety")
COUNTED = ("listen", "ask", "clarify")
NEGATIVE = {"angry": 10, "abusive": 10, "frustrated": 10, "disappointed": 9, "anxious": 9, "confused": 6}
SORRY = ("recover.survey", "recover.slipping", "recover.broken", "fallback")
SECRETS = (SHIPPED.item, SHIPPED.tracking, "399", f"date:{SHIPPED.eta}", f"date:{SHIPPED.placed}")
TURNS_TO_A_HUMAN = 6


def _effects(plan: Plan, name: str) -> tuple[Effect, ...]:
    return tuple(effect for effect in plan.effects if effect.name == name)


def _new_episode(step: Step) -> bool:
    return step.after.episode != step.before.episode


def no_offer_before_the_facts(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """1. No offer while a required fact is neither known nor refused."""
    if "offer" not in plan.act_names():
        return
    after = plan.state
    for fact in step.walk.book.of(after.issue).facts:
        if fact.required and fact.name not in after.facts and fact.name not in after.refused_facts:
            yield f"offers while {fact.name} is open"


def high_feelings_are_met_first(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """2. A reply to a turn whose own feeling brings heat to 18 or more opens with a conflict step."""
    own = NEGATIVE.get(said.emotion, 0) * said.intensity
    if own >= 18 and step.before.owner is not Owner.HUMAN and plan.acts and plan.acts[0].name not in OPENS:
        yield f"opens with {plan.acts[0].name} though heat is {own}"


def questions_are_few(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """3. One question a turn, three an episode, none whose answer is known."""
    asked = [act for act in plan.acts if act.question]
    if len(asked) > 1:
        yield f"{len(asked)} questions: {[act.key for act in asked]}"
    counted = sum(act.question and not act.free and act.name in COUNTED for act in plan.acts)
    so_far = 0 if _new_episode(step) else step.before.questions
    if plan.state.questions != so_far + counted:
        yield f"{so_far} questions and {counted} more make {plan.state.questions}"
    if so_far + counted > 3:
        yield f"{so_far + counted} questions in the episode"
    for act in asked:
        if known := [name for name in act.facts if name in plan.state.facts and act.name == "ask"]:
            yield f"asks for {known}, which is known"


def apologies_are_few(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """4. One apology an episode, unless a new fault appears."""
    now = sum(act.key.endswith(".sorry") or act.key in SORRY for act in plan.acts)
    so_far = 0 if _new_episode(step) else step.before.apologised
    if now > 1:
        yield "two apologies in one reply"
    if now and so_far + now > 1 + plan.state.faults:
        yield f"apology number {so_far + now} after {plan.state.faults} new faults"
    if plan.state.apologised != so_far + now:
        yield f"{so_far} apologies and {now} more make {plan.state.apologised}"


def nothing_ends_by_itself(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """5. No close without Confirm or goodbye; no promise forgotten."""
    before, after = step.before, plan.state
    closes = after.stage is Stage.CLOSED and before.stage is not Stage.CLOSED
    by_the_customer = said.intent in ("goodbye", "stop_contact", "resolved")
    confirmed = before.stage in (Stage.ACTION, Stage.CONFIRM) or said.choice == "confirm:settled"
    if closes and not (by_the_customer or confirmed):
        yield f"closes at {before.stage.value} after {step.letter.name}"
    taken_back = [effect.data for effect in _effects(plan, "withdraw")]
    withdrawn = {before.name_of(data["key"], data.get("order_number", "")) for data in taken_back}
    if lost := set(before.promised) - set(after.promised) - withdrawn:
        yield f"forgets the promise {lost}"
    checks = [effect for effect in _effects(plan, "followup") if effect.data["kind"] == "promise_check"]
    if len(checks) != len(_effects(plan, "promise")):
        yield "a promise without a check"


def one_speaks(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """6. Exactly one speaker: none of our words while a human holds the conversation, and no taking it from them."""
    if step.before.owner is Owner.HUMAN and plan.acts:
        yield f"speaks while a human does: {plan.act_names()}"
    if step.before.owner is Owner.HUMAN and plan.state.owner is not Owner.HUMAN:
        yield f"takes the conversation from a human to {plan.state.owner.value}"
    if step.before.owner is not Owner.HUMAN and plan.state.owner is Owner.HUMAN:
        yield "puts a human in charge whom nobody asked"


def every_turn_is_answered(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """7. Every customer turn gets a reply or has a human owner."""
    if step.before.owner is not Owner.HUMAN and not plan.acts:
        yield f"says nothing to {step.letter.name} at {step.before.stage.value}"


def a_person_when_asked_for(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """8. ``request_human`` works from every state in one turn."""
    if (said.intent == "request_human" or said.choice == "human") and plan.state.owner is Owner.BOT:
        yield f"no human after {step.letter.name} at {step.before.stage.value}"


def handovers_are_explained(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """9. Every handover has a reason and a notice."""
    if step.before.owner is not Owner.BOT or plan.state.owner is Owner.BOT:
        return
    handed = _effects(plan, "handover")
    if len(handed) != 1:
        yield f"{len(handed)} handovers"
    for effect in handed:
        if effect.data["reason"] not in REASONS or effect.data["reason"] != plan.state.handover_reason:
            yield f"a handover for {effect.data['reason']!r}, remembered as {plan.state.handover_reason!r}"
        if not effect.data["brief"]:
            yield "a handover without a brief"
    if "handover" not in plan.act_names():
        yield "a handover without a notice"


def silence_is_kept(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """11. ``stop_contact`` leaves no follow-up pending, and none but a new promise's check comes later."""
    planned = [effect.data["kind"] for effect in _effects(plan, "followup")]
    if said.intent == "stop_contact":
        if not _effects(plan, "stop_contact"):
            yield "the wish for silence is not carried out"
        stopped = [n for n, effect in enumerate(plan.effects) if effect.name == "stop_contact"]
        later = [effect for effect in plan.effects[max(stopped, default=0) :] if effect.name == "followup"]
        if any(effect.data["kind"] != "promise_check" for effect in later):
            yield f"plans {planned} in the same breath"
        if not plan.state.contact_stopped:
            yield "the wish for silence is not remembered"
    elif step.before.contact_stopped and set(planned) - {"promise_check"}:
        yield f"plans {planned} though the customer wants no messages"


def promises_are_covered(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """12. No promise without a succeeded action or an owner; nothing is said to be done that was not."""
    done = [act.key.removeprefix("act.") for act in plan.acts if act.name == "act"]
    broken = [name.replace("undo.", "undone:").removesuffix(":") for name in step.letter.broken]
    for name in broken:
        if name in done or (name.startswith("undone:") and "undone" in done):
            yield f"says that {name} is done, and it failed"
    for effect in _effects(plan, "promise"):
        call_back = effect.data["key"] == "call_back" and plan.state.owner is not Owner.BOT
        if not effect.data["owner"] or not (done or call_back):
            yield f"promises {effect.data['key']} for nothing done"
        if step.letter.broken and not call_back:
            yield f"promises {effect.data['key']} after a failure"
        if effect.data["told_due_at"] < effect.data["due_at"]:
            yield "tells an earlier time than it means"


def same_again(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """14. The same inputs give the same decision, also after a journey through JSON."""
    ports = dict.fromkeys(step.letter.broken, False)
    state = State.from_dict(json.loads(json.dumps(step.before.to_dict())))
    if answered(state, said, step.around, ports, book=step.walk.book) != plan:
        yield "another decision for the same turn"


def orders_stay_private(step: Step, said: Reading, plan: Plan) -> Iterator[str]:
    """15. Nothing about an order is shown to, or done for, an unverified customer."""
    if step.before.verified or plan.state.verified or step.around.linked:
        return
    shown = [value for act in plan.acts for params in (act.params, *(c.params for c in act.choices))
             for value in params.values()]  # fmt: skip
    if leaked := [value for value in shown if any(secret in value for secret in SECRETS)]:
        yield f"shows {leaked}"
    if "order_number" in {name for act in plan.acts for name in act.params}:
        yield "names the order"


Check = Callable[[Step, Reading, Plan], Iterator[str]]
CHECKS: Mapping[int, Check] = {
    1: no_offer_before_the_facts, 2: high_feelings_are_met_first, 3: questions_are_few, 4: apologies_are_few,
    5: nothing_ends_by_itself, 6: one_speaks, 7: every_turn_is_answered, 8: a_person_when_asked_for,
    9: handovers_are_explained, 11: silence_is_kept, 12: promises_are_covered, 14: same_again, 15: orders_stay_private,
}  # fmt: skip
SELDOM = {14: 7}  # costs a decision of its own: every so many transitions


def wrong_with(step: Step, number: int = 0) -> list[str]:
    """What is wrong with a transition, each with the number of its rule."""
    if step.plan is None or step.letter.said is None:
        return []
    return [
        f"{n}: {wrong}" for n, check in CHECKS.items() if number % SELDOM.get(n, 1) == 0
        for wrong in check(step, step.letter.said, step.plan)
    ]  # fmt: skip


_REFUSING = tuple(Letter(name, tap(name) if ":" in name else reading(name)) for name in REFUSALS)
FOR_EVER = 99


def _refusals_at(state: State) -> tuple[str, ...]:
    """Only what is asked can be tapped; what was settled and not asked about again is not refused by a mere "no"."""
    asked = state.stage in (Stage.ACTION, Stage.CONFIRM)
    return REFUSALS if asked else REFUSALS[:-1]


def turns_until_a_human(walk: Walk, state: State, known: dict[tuple[object, ...], int]) -> int:
    """10. The longest run of refusals and "still not fixed" from a state until a human has it; six turns are allowed.

    ``known`` keeps what was found: here every field of the abstract state tells states apart.
    """
    key = full_key_of(state)
    if key not in known:
        known[key] = FOR_EVER  # found again on the way: a circle
        letters = [letter for letter in _REFUSING if letter.name in _refusals_at(state)]
        after = [levelled(step.after) for step in steps_from(walk, state, letters)]
        known[key] = 1 + max(
            0 if then.owner is not Owner.BOT else turns_until_a_human(walk, then, known) for then in after
        )  # fmt: skip
    return known[key]
