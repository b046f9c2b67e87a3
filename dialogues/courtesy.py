"""The turns around the matter: greeting, thanks, small talk, misunderstanding, another matter, closing."""

from __future__ import annotations

from datetime import timedelta

from dialogues import moves, offers
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.plan import Choice
from dialogues.state import Stage

FREQUENT = ("order_status", "delivery_problem", "refund")


def greet(draft: Draft) -> Draft:
    """Greets and is ready."""
    return draft.say("greet", "greet.hello")


def ready(draft: Draft) -> Draft:
    """Nothing is open: says that it listens."""
    return draft.say("greet", "greet.ready")


def thank(draft: Draft) -> Draft:
    """Answers thanks or good news when nothing is open."""
    return draft.say("thank", "thank.plain")


def aside(draft: Draft) -> Draft:
    """Answers small talk, praise, a suggestion or "are you a robot", and goes on where things were."""
    intent = draft.reading.intent
    if intent in ("praise", "suggestion"):
        draft = draft.say("thank", f"thank.{intent}")
    else:
        draft = draft.say("answer", f"answer.{'bot_identity' if intent == 'bot_identity' else 'chitchat'}")
    return _resume(draft)


def decline(draft: Draft) -> Draft:
    """Says plainly that this is not something the shop does."""
    return _resume(draft.say("decline", "decline.out_of_scope"))


def _resume(draft: Draft) -> Draft:
    """Shows open options again, so that an aside does not lose them."""
    return moves.offer(draft) if draft.state.stage is Stage.OFFER else draft


def listen_in(draft: Draft) -> Draft:
    """A detail without a matter: asks what it is about."""
    draft = draft.set(stage=Stage.EXPLORE)
    return clarify(draft, "clarify.about_what")


def unclear(draft: Draft) -> Draft:
    """Not understood: asks whether the best guess is right; the second time running a human is called."""
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times)
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", f"not understood {times} times running")
    draft = draft.because(f"unsure: {draft.reading.intent} at {draft.reading.confidence:.2f}")
    if draft.book.is_issue(draft.reading.intent) and draft.reading.intent != draft.state.guess:
        return moves.check_understanding(draft, draft.reading.intent)
    return clarify(draft, "clarify.open")


def clarify(draft: Draft, key: str) -> Draft:
    """Asks what the matter is, with the frequent matters to tap."""
    if draft.asks_already:
        return draft
    if draft.state.questions >= draft.numbers.questions_per_episode:
        return hand_over(draft, "missing_facts", "the matter stayed unclear after three questions")
    choices = tuple(Choice(f"issue_title.{i}", f"issue:{i}") for i in FREQUENT if draft.book.is_issue(i))
    draft = draft.say("clarify", key, choices=(*choices, moves.HUMAN), question=True)
    return draft.set(asked_now="clarify", questions=draft.state.questions + 1)


def misheard(draft: Draft) -> Draft:
    """A no in Explore: to a guess it means "not that"; to a question it means that the fact is refused."""
    if draft.state.asked_now != "clarify":
        return skip(draft)
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times, guess="", issue="")
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", f"guessed wrong {times} times running")
    return clarify(draft, "clarify.open")


def skip(draft: Draft) -> Draft:
    """The customer cannot or will not answer: the fact is refused, the matter goes on."""
    state = draft.state
    if not draft.book.is_issue(state.issue):
        return clarify(draft, "clarify.open")
    if state.asked_now and state.asked_now != "clarify":
        draft = draft.set(refused_facts=tuple(dict.fromkeys((*state.refused_facts, state.asked_now))))
        draft = draft.because(f"{state.asked_now} is not to be had")
    return moves.explore(draft)


def park(draft: Draft) -> Draft:
    """Another matter while one is open: noted, and taken up after Confirm."""
    other = draft.reading.intent
    parked = tuple(dict.fromkeys((*draft.state.parked, other)))
    draft = draft.set(parked=parked).say("restate", "restate.parked", {"issue": f"@issue.{other}"})
    draft = draft.because(f"parked {other}")
    if draft.state.stage is Stage.EXPLORE:
        return moves.explore(draft)
    return moves.offer(draft) if draft.state.stage is Stage.OFFER else moves.confirm(draft)


def explain(draft: Draft) -> Draft:
    """Why: the reason, then what can be done."""
    draft = draft.say("explain", f"explain.{draft.state.issue}", offers.params_of(draft))
    return moves.explore(draft) if draft.state.stage is Stage.EXPLORE else moves.offer(draft)


def settle(draft: Draft) -> Draft:
    """Settled: thanks, a later check that things are truly well, and the next parked matter if there is one."""
    hours = draft.playbook.confirm_after_hours if draft.book.is_issue(draft.state.issue) else 24
    due = draft.world.now + timedelta(hours=hours)
    draft = draft.do("followup", kind="outcome_check", due_at=due.isoformat()).ends_as("settled")
    if draft.state.parked:
        return _take_up_parked(draft.say("thank", "thank.settled"))
    draft = draft.say("thank", "thank.settled").say("close", "close.settled")
    return draft.do("close", outcome="settled").set(stage=Stage.CLOSED, asked_now="")


def _take_up_parked(draft: Draft) -> Draft:
    issue, *rest = draft.state.parked
    draft = draft.set(
        issue=issue, parked=tuple(rest), stage=Stage.EXPLORE, options_shown=(), options_refused=(), refusals=0,
        questions=0, asked={}, guess="", refused_facts=(), asked_now="",
        facts={**{k: v for k, v in draft.state.facts.items() if k in ("order_number", "phone_last4")},
               "understood": issue},
    )  # fmt: skip
    draft = draft.say("restate", "restate.next", {"issue": f"@issue.{issue}"})
    return moves.explore(draft.because(f"takes up the parked {issue}"))


def reopen(draft: Draft) -> Draft:
    """Still not well: back to Explore with what is wrong restated; the second time a human."""
    times = draft.state.unresolved + 1
    if not draft.book.is_issue(draft.state.issue):
        return clarify(draft, "clarify.still_wrong")
    draft = draft.set(unresolved=times, stage=Stage.EXPLORE, misunderstood=0).ends_as("reopened")
    if times >= draft.numbers.unresolved_before_human:
        return hand_over(draft, "unresolved", f"still not well, {times} times in this episode")
    draft = draft.say("recover", "recover.not_yet", {"issue": f"@issue.{draft.state.issue}"})
    draft = draft.because(f"still not well: {times} time in this episode")
    if draft.playbook.answers and draft.book.is_issue("delivery_problem") and draft.order:
        draft = draft.set(issue="delivery_problem")
    return moves.explore(draft)


def close(draft: Draft) -> Draft:
    """Goodbye: the episode ends; what was promised stays promised."""
    draft = draft.say("close", "close.goodbye").do("close", outcome="goodbye").ends_as("goodbye")
    return draft.set(stage=Stage.CLOSED, asked_now="")


def stop_contact(draft: Draft) -> Draft:
    """No more messages: everything pending is cancelled at once."""
    draft = draft.do("stop_contact").say("close", "close.stop_contact").ends_as("stopped")
    return draft.set(stage=Stage.CLOSED, asked_now="").because("the customer wants no more messages")
