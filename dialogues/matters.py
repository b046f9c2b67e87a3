"""From one matter to the next: parked and taken up, settled or not yet, and how it went."""

from __future__ import annotations

import re

from dialogues import amending, asking, confirming, exploring, facts, offering, owning
from dialogues.because import because
from dialogues.circumstances import deadline
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.eoac import WORKED_ON
from dialogues.episodes import new_episode
from dialogues.escalate import hand_over
from dialogues.meaning import CHANGE, LATE, ON_THE_WAY
from dialogues.order_at_hand import VERIFYING
from dialogues.phrases import which_matter, which_order
from dialogues.phrases.days import NAMES_DAY
from dialogues.state import Stage
from dialogues.two_orders import with_number
from dialogues.values import changed

PARKED = "restate.parked"  # the wording
# A customer who presses has refused nothing; one who tried what is offered has.
_TRIED = re.compile(
    r"试过|試過|试了|試了|没用|沒用|不管用|冇用|唔得|不行|弄过|弄過"
    r"|\b(?:tried|already|did that|does ?n[o']?t work|did ?n[o']?t (?:work|help)|no use|useless)\b",
    re.IGNORECASE,
)


def park(draft: Draft) -> Draft:
    """Another matter while one is open: noted, and taken up after Confirm; at once where the first is under way."""
    other = draft.reading.choice.removeprefix("issue:") or draft.reading.intent
    if not draft.book.is_issue(other):
        return exploring.resume(draft)
    if _is_answered(draft):
        order = order_of(draft, other)
        facts = {"order_number": order} if order else {}
        fresh = new_episode(draft.state, issue=other, parked=draft.state.parked, conflict=draft.state.conflict,
                            stories=draft.state.stories)  # fmt: skip
        fresh = changed(fresh, facts={**fresh.facts, **facts})
        draft = changed(draft.do("close", outcome="else"), state=fresh)
        return exploring.explore(draft.because("on_to", issue=other))
    if other == CHANGE and (passed_on := amending.pass_on(draft)):
        return passed_on
    if _gives_way(draft, other) or _comes_first(draft, other) or _has_its_turn(draft, other):
        return take_up_parked(draft.set(parked=tuple(dict.fromkeys((other, *draft.state.parked)))))
    parked = tuple(dict.fromkeys((*draft.state.parked, other)))
    draft = draft.set(parked=parked).say("restate", *called(draft, other, PARKED))
    return exploring.resume(draft.because("parked", issues=other))


def _comes_first(draft: Draft, other: str) -> bool:
    """True for a mere question ("I just want to know where it is") while nothing was offered for the open matter."""
    return draft.state.stage is Stage.EXPLORE and draft.book.of(other).answers


def _has_its_turn(draft: Draft, other: str) -> bool:
    """True once the first matter is under way and not said to go wrong: there is nothing left to wait for."""
    state = draft.state
    at_work = state.stage in WORKED_ON and bool(state.options_done) and not state.unresolved
    return at_work and not draft.reading.unsure and other not in ON_THE_WAY


def called(draft: Draft, issue: str, key: str) -> tuple[str, dict[str, str]]:
    """The wording key and its parameters that name a parked matter: by its thing, where that is another one's."""
    order = draft.world.order(order_of(draft, issue)) if draft.proven else None
    if order and order.item and order != draft.order:
        return f"{key}_of", {"item": order.item}
    if key == PARKED and (day := _day_of(draft, issue)):
        return f"{key}_by", {"issue": f"@issue.{issue}", "day": f"date:{day}"}
    return key, {"issue": f"@issue.{issue}"}


def _day_of(draft: Draft, issue: str) -> str:
    """The day that the words about a parked matter name ("my coupon runs out on the 30th"), as an ISO date; else ""."""
    words = which_matter.part_about(issue, draft.reading.text)
    return deadline.coming_day(draft.reading, draft.world.today) if NAMES_DAY.search(words) else ""


def _is_answered(draft: Draft) -> bool:
    """True when a mere question was answered and nothing else is under way: the next matter need not wait."""
    playbook, state = (draft.playbook if draft.has_issue else None), draft.state
    asked_only = playbook is not None and (playbook.knowledge or playbook.answers)
    return asked_only and state.stage is Stage.CONFIRM and not state.options_done and not state.unresolved


def _gives_way(draft: Draft, other: str) -> bool:
    """True where only an answer is awaited and something is to be done now: "can I send it back then?"."""
    book, state = draft.book, draft.state
    asked_only, done_for = book.of(state.issue), book.of(other)
    to_be_done = not (done_for.knowledge or done_for.answers or done_for.rule or draft.reading.unsure)
    return (asked_only.knowledge or asked_only.answers) and to_be_done and not state.options_done


def settle(draft: Draft) -> Draft:
    """Settled: thanks, a later check that things are truly well, and the next parked matter if there is one."""
    draft = confirming.well(draft)
    if draft.state.parked:
        return take_up_parked(draft)
    ask_score = confirming.may_survey(draft)
    draft = draft.do("close", outcome="settled").set(stage=Stage.CLOSED, asked_now="", options_open=())
    return confirming.survey(draft) if ask_score else draft


def later(draft: Draft) -> Draft:
    """What is done is fine so far: it is checked later, and the next parked matter is taken up if there is one."""
    return take_up_parked(draft) if draft.state.parked else confirming.noted(draft)


def take_up_parked(draft: Draft) -> Draft:
    """The next matter that was noted: an episode of its own, about the same order."""
    issue, *rest = draft.state.parked
    undone = draft.state.stage in (Stage.EXPLORE, Stage.OFFER) and not draft.state.options_done
    if undone and draft.has_issue:
        rest.append(draft.state.issue)  # nothing was done yet: it comes back afterwards
        draft = _remembering_its_order(draft)
    words = called(draft, issue, "restate.first" if undone else "restate.next")
    known = {name: value for name, value in draft.state.facts.items() if name in VERIFYING}
    if order := order_of(draft, issue):
        known["order_number"] = order
    stories = {name: words for name, words in draft.state.stories.items() if name in (issue, *rest)}
    fresh = new_episode(draft.state, issue=issue, parked=tuple(rest), understood=issue, facts=known,
                        conflict=draft.state.conflict, stories=stories)  # fmt: skip
    draft = changed(draft, state=fresh)
    draft = facts.keep(draft, facts.heard(draft)).say("restate", *words)
    return exploring.explore(draft.because("taken_up", issue=issue))


def _remembering_its_order(draft: Draft) -> Draft:
    """The draft whose open matter can be found again with its order: the words that raised it may not name that."""
    state, number = draft.state, draft.number
    story = state.stories.get(state.issue, "")
    named = [order.number for order in which_order.pointed_at(draft.world.orders, story)]
    if not number or named == [number]:
        return draft
    return draft.set(stories={**state.stories, state.issue: with_number(story, number)})


def order_of(draft: Draft, issue: str) -> str:
    """The order that a parked matter is about where its words name just one beside the order at hand; else ""."""
    story, at_hand = draft.state.stories.get(issue, ""), draft.number
    if noted := next((order.number for order in draft.world.orders if order.number in story), ""):
        return noted if noted != at_hand else ""
    if "order_number" in draft.learnt:
        return at_hand  # named in this very turn
    others = [order.number for order in which_order.pointed_at(draft.world.orders, story) if order.number != at_hand]
    return others[0] if len(others) == 1 else ""


def something_else(draft: Draft) -> Draft:
    """There is something else: the parked matter, or an open question what it is."""
    if draft.state.parked:
        return take_up_parked(draft)
    draft = changed(draft.do("close", outcome="else"), state=new_episode(draft.state))
    return asking.clarify(draft.because("something_else"), "clarify.what_else")


def _not_as_told(draft: Draft) -> str:
    sorry = draft.may_apologise and draft.temper in UNCOMFORTED
    return "recover.put_right.sorry" if sorry else "recover.put_right.plain"


def reopen(draft: Draft) -> Draft:
    """Still not well: back to Explore with what is wrong restated; the second time a human."""
    if not draft.has_issue:
        told = _told_before(draft)  # "it still won't": of what was asked
        return exploring.explore(draft.agreed(told)) if told else asking.clarify(draft, "clarify.still_wrong")
    if confirming.WITHDRAWN in draft.state.asked and not draft.done and draft.reading.choice:
        return something_else(draft)  # nothing was done that could have failed
    draft = confirming.anew(draft)
    draft = owning.owned(draft, raised=True)
    times = draft.state.unresolved + 1
    offered = draft.state.stage is Stage.OFFER
    nothing_tried = offered and not draft.state.options_done and not _TRIED.search(draft.reading.text)
    passed_by = draft.state.options_open if offered and not nothing_tried else ()
    draft = draft.set(
        unresolved=times, stage=Stage.EXPLORE, options_open=(), faults=draft.state.faults + 1,
        options_refused=tuple(dict.fromkeys((*draft.state.options_refused, *passed_by))),
    ).ends_as("reopened")  # fmt: skip
    if times >= draft.numbers.unresolved_before_human:
        return hand_over(draft, "unresolved", because("unresolved", times=times))
    draft = draft.because("not_well", times=times)
    if right := amending.put_right(draft.say("recover", _not_as_told(draft))):
        return right
    answered_only = draft.state.note == "" and not (draft.done or offered or draft.playbook.knowledge)
    if answered_only and not draft.playbook.answers:
        return exploring.explore(draft.say("recover", "recover.at_once"))
    if nothing_tried:
        return offering.offer(draft.say("recover", "recover.at_once"), restate="")
    sorry = draft.may_apologise and draft.temper in UNCOMFORTED and not owning.is_owned_now(draft)
    draft = draft.say(
        "recover", "recover.sorry" if sorry else "recover.not_yet", {"issue": f"@issue.{draft.state.issue}"}
    )
    if draft.playbook.answers and draft.order and draft.book.is_issue(LATE):
        draft = draft.set(issue=LATE)
    return exploring.explore(draft)


def _told_before(draft: Draft) -> str:
    """The matter that was asked about, else the last of which they told though it was hardly heard; "" for none."""
    matters = (draft.state.guess, *reversed(tuple(draft.state.stories)))
    return next((each for each in matters if draft.book.is_issue(each)), "")


def score(draft: Draft) -> Draft:
    """The survey's answer: a low one is heard by a person."""
    given = draft.reading.choice.removeprefix("score:") or draft.reading.first("score")
    draft = draft.is_of_kind("ultimate").set(asked_now="").because("score", score=given)
    if given.isdecimal() and int(given) <= draft.numbers.survey_low_at:
        draft = draft.set(faults=draft.state.faults + 1).say("recover", "recover.survey")
        return hand_over(draft, "survey", because("low_score", score=given))
    return draft.say("thank", "survey.thanks")
