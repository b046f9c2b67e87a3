"""The turns around the matter: greeting, thanks, small talk, misunderstanding, another matter, closing."""

from __future__ import annotations

import re
from datetime import datetime

from dialogues import asking, confirming, danger, exploring, notes, offering, offers, passing, story, which_order
from dialogues.because import because
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.episodes import new_episode
from dialogues.escalate import hand_over
from dialogues.facts import VERIFYING
from dialogues.reading import NEGATIVE
from dialogues.state import Stage
from dialogues.understanding import LATE
from dialogues.values import changed

# A customer who presses has refused nothing; one who tried what is offered has.
_TRIED = re.compile(
    r"试过|試過|试了|試了|没用|沒用|不管用|冇用|唔得|不行|弄过|弄過"
    r"|\b(?:tried|already|did that|does ?n[o']?t work|did ?n[o']?t (?:work|help)|no use|useless)\b",
    re.IGNORECASE,
)
# Advice that is asked of a shop now and then: declined, with where to ask.
_ADVICE = {
    "medical": re.compile(
        "药|藥|剂量|劑量|症状|症狀|看医生|看醫生|发烧|發燒|血压|血壓|孕妇能|孕婦能|副作用|治疗|治療|去医院|去醫院|看急诊|看急診|挂号|掛號"
        r"|\b(?:doctor|medicine|medication|dose|dosage|symptoms?|painkillers?|ibuprofen|paracetamol|blood pressure"
        r"|hospital|side effects?|diagnos\w*|treat(?:ment)? (?:for|of))\b", re.IGNORECASE,
    ),
    "legal": re.compile(
        "律师函|律師函|打官司|起诉书|起訴書|法律上|合同|合約|继承|繼承|离婚|離婚|遗嘱|遺囑|劳动仲裁|勞動仲裁"
        r"|\b(?:sue|lawsuit|legal advice|contract|divorce|inherit\w*|landlord|tenancy|will and testament)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip


def greet(draft: Draft) -> Draft:
    """Greets and is ready."""
    return draft.say("greet", "greet.hello").set(asked_now="")


def withdraw(draft: Draft) -> Draft:
    """Nothing is wanted after all: nothing is done, and whether that is right is asked."""
    draft = draft.set(options_open=()).say("answer", "answer.left_as_it_is")
    return confirming.confirm(draft.because("withdrawn"))


def ready(draft: Draft) -> Draft:
    """Nothing is open: says that it listens."""
    return draft.say("greet", "greet.ready").set(asked_now="")


def no_need(draft: Draft) -> Draft:
    """A no when nothing is open: fine. Said once more it is not understood."""
    if draft.state.asked_now == "nothing":
        return unclear(draft)
    return ready(draft).set(asked_now="nothing")


def thank(draft: Draft) -> Draft:
    """Answers thanks or good news when nothing is open."""
    return draft.say("thank", "thank.plain").set(asked_now="")


def welcome(draft: Draft) -> Draft:
    """Thanks while a matter is open: you are welcome, and on with it: the ways out, or is it truly well?"""
    draft = draft.say("thank", "thank.plain")
    if draft.state.stage is Stage.OFFER and not draft.done:
        return offering.offer(draft, restate="", key="offer.nothing_yet")
    return exploring.resume(draft)


def aside(draft: Draft) -> Draft:
    """Answers small talk, praise, a suggestion or "are you a robot", and goes on where things were."""
    intent = draft.reading.intent
    if intent in ("praise", "suggestion"):
        draft = draft.say("thank", f"thank.{intent}", bubble=COMFORT_BUBBLE)
        if _asks_for_a_parcel(draft):
            return exploring.explore(draft.set(issue="order_status").because("on_to", issue="order_status"))
    else:
        draft = draft.say("answer", f"answer.{'bot_identity' if intent == 'bot_identity' else 'chitchat'}")
    return _keep_open(draft)


def _asks_for_a_parcel(draft: Draft) -> bool:
    """True for "thanks for last time, and where is the lamp?" while nothing is open and something is on its way."""
    idle = not draft.state.lies_open and draft.book.is_issue("order_status")
    coming = draft.proven and any(order.is_coming for order in draft.world.orders)
    return idle and coming and draft.reading.asks in ("where", "when")


def is_reassured(draft: Draft) -> bool:
    """True for "nobody was hurt" while that was asked about: nothing is refused by it."""
    state, reading = draft.state, draft.reading
    asked = bool(state.asked.get(danger.CAUTION)) and state.lies_open and draft.has_issue and not reading.choice
    return asked and danger.is_unhurt(reading.text)


def reassured(draft: Draft) -> Draft:
    """Glad of it, and on with the matter."""
    draft = draft.set(misunderstood=0).say("listen", "listen.unhurt", bubble=COMFORT_BUBBLE)
    return exploring.resume(draft.because("unhurt"))


def decline(draft: Draft) -> Draft:
    """Says plainly that this is not something the shop does; a wish for medical or legal advice learns where to ask."""
    return _keep_open(draft.say("decline", f"decline.{advice_asked(draft.reading.text) or 'out_of_scope'}"))


def advice_asked(text: str) -> str:
    """Which advice a message asks for, ``medical`` or ``legal``; "" for none."""
    return next((kind for kind, words in _ADVICE.items() if words.search(text)), "")


def _keep_open(draft: Draft) -> Draft:
    """Shows open options again, so that an aside does not lose them."""
    return exploring.resume(draft) if draft.state.stage is Stage.OFFER else draft


def about_what(draft: Draft) -> Draft:
    """A detail without a matter: asks what it is about."""
    return asking.clarify(draft, "clarify.about_what")


def unclear(draft: Draft) -> Draft:
    """Not understood: asks whether the best guess is right; the second time running a human is called.

    What only tells more of the matter that is open asks for nothing: it is said back.
    """
    if draft.has_issue and draft.state.lies_open and draft.state.asked_now != "clarify" and story.told(draft.reading):
        if draft.state.asked_now == "confirm" and draft.reading.emotion in NEGATIVE:
            return reopen(draft)  # asked whether it is well, who tells what it came to says that it is not
        return exploring.resume(offering.said_back(draft) or draft).set(misunderstood=0)
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times)
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", because("not_understood", times=times))
    draft = draft.because("unsure", intent=draft.reading.intent, sure=draft.reading.confidence)
    if draft.has_issue and draft.state.lies_open:
        return _open_still(draft)
    guesses = (draft.reading.intent, draft.reading.runner_up)
    guess = next((each for each in guesses if draft.book.is_issue(each) and each != draft.state.guess), "")
    if guess:
        return asking.check_understanding(draft, guess)
    return asking.clarify(draft, "clarify.open")


def _open_still(draft: Draft) -> Draft:
    """Not understood while something is open: says so, and what is open can be tapped, or a person called."""
    if not draft.may_ask:
        return hand_over(draft, "misunderstood", because("not_understood_asked"))
    on_table = offers.open_options(draft) if draft.state.stage is Stage.OFFER else ()
    choices = offers.as_choices(on_table, draft) or confirming.ANSWERS
    human = () if any(option.handover for option in on_table) else (asking.HUMAN,)
    draft = draft.say("clarify", "clarify.open", choices=(*choices, *human), question=True)
    return draft.set(asked_now="choice" if on_table else "confirm")


def misheard(draft: Draft) -> Draft:
    """A no in Explore: to a guess it means "not that"; to a question it means that the fact is refused."""
    if draft.state.asked_now != "clarify":
        return exploring.skip(draft)
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times, guess="", issue="", understood="")
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(draft, "misunderstood", because("guessed_wrong", times=times))
    return asking.clarify(draft, "clarify.open")


def park(draft: Draft) -> Draft:
    """Another matter while one is open: noted, and taken up after Confirm."""
    other = draft.reading.choice.removeprefix("issue:") or draft.reading.intent
    if not draft.book.is_issue(other):
        return exploring.resume(draft)
    if _is_answered(draft):
        order = _order_of(draft, other)
        facts = {"order_number": order} if order else {}
        fresh = new_episode(draft.state, issue=other, parked=draft.state.parked, conflict=draft.state.conflict,
                            stories=draft.state.stories)  # fmt: skip
        fresh = changed(fresh, facts={**fresh.facts, **facts})
        draft = changed(draft.do("close", outcome="else"), state=fresh)
        return exploring.explore(draft.because("on_to", issue=other))
    parked = tuple(dict.fromkeys((*draft.state.parked, other)))
    draft = draft.set(parked=parked).say("restate", "restate.parked", {"issue": f"@issue.{other}"})
    return exploring.resume(draft.because("parked", issues=other))


def _is_answered(draft: Draft) -> bool:
    """True when a mere question was answered and nothing else is under way: the next matter need not wait."""
    playbook, state = (draft.playbook if draft.has_issue else None), draft.state
    asked_only = playbook is not None and (playbook.knowledge or playbook.answers)
    return asked_only and state.stage is Stage.CONFIRM and not state.options_done and not state.unresolved


def explain(draft: Draft) -> Draft:
    """Why: what staff found out, or the reason; then what can be done."""
    if told := notes.tellable(draft.state.note, draft.state.locale):
        return exploring.resume(draft.say("explain", "handover.note", {"note": f"={told}"}))
    if not draft.has_issue:
        return asking.clarify(draft, "clarify.about_what")
    return exploring.resume(draft.say("explain", f"explain.{draft.state.issue}", offers.params_of(draft)))


def remind(draft: Draft) -> Draft:
    """The same matter again while it is being worked on: what was promised stands; nothing promised: it is not well."""
    if amended := offering.amend(draft):
        return amended
    if promised := confirming.told_promise(passing.told_booked(draft)):
        return confirming.confirm(promised)
    if exploring.asks_anew(draft):
        return exploring.from_articles(draft)
    return exploring.answer(draft) if _answered_only(draft) else reopen(draft)


def _answered_only(draft: Draft) -> bool:
    return draft.has_issue and draft.playbook.answers and draft.order is not None and draft.proven


def settle(draft: Draft) -> Draft:
    """Settled: thanks, a later check that things are truly well, and the next parked matter if there is one."""
    draft = confirming.well(draft)
    if draft.state.parked:
        return take_up_parked(draft)
    ask_score = confirming.may_survey(draft)
    draft = draft.do("close", outcome="settled").set(stage=Stage.CLOSED, asked_now="", options_open=())
    return confirming.survey(draft) if ask_score else draft


def take_up_parked(draft: Draft) -> Draft:
    """The next matter that was noted: an episode of its own, about the same order."""
    issue, *rest = draft.state.parked
    if draft.state.stage is Stage.OFFER and not draft.state.options_done:
        rest.append(draft.state.issue)  # nothing was done yet: it comes back afterwards
        draft = _remembering_its_order(draft)
    known = {name: value for name, value in draft.state.facts.items() if name in VERIFYING}
    if order := _order_of(draft, issue):
        known["order_number"] = order
    stories = {name: words for name, words in draft.state.stories.items() if name in (issue, *rest)}
    fresh = new_episode(draft.state, issue=issue, parked=tuple(rest), understood=issue, facts=known,
                        conflict=draft.state.conflict, stories=stories)  # fmt: skip
    draft = changed(draft, state=fresh).say("restate", "restate.next", {"issue": f"@issue.{issue}"})
    return exploring.explore(draft.because("taken_up", issue=issue))


def _remembering_its_order(draft: Draft) -> Draft:
    """The draft whose open matter can be found again with its order: the words that raised it may not name that."""
    state, number = draft.state, draft.state.facts.get("order_number", "")
    story = state.stories.get(state.issue, "")
    named = [order.number for order in which_order.pointed_at(draft.world.orders, story)]
    if not number or named == [number]:
        return draft
    return draft.set(stories={**state.stories, state.issue: f"{story} {number}".strip()})


def _order_of(draft: Draft, issue: str) -> str:
    """The order that a parked matter is about where its words name just one beside the order at hand; else ""."""
    story, at_hand = draft.state.stories.get(issue, ""), draft.state.facts.get("order_number", "")
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


def reopen(draft: Draft) -> Draft:
    """Still not well: back to Explore with what is wrong restated; the second time a human."""
    if not draft.has_issue:
        return asking.clarify(draft, "clarify.still_wrong")
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
    if nothing_tried:
        return offering.offer(draft.say("recover", "recover.at_once"), restate="")
    sorry = draft.may_apologise and draft.temper in UNCOMFORTED
    draft = draft.say(
        "recover", "recover.sorry" if sorry else "recover.not_yet", {"issue": f"@issue.{draft.state.issue}"}
    )
    if draft.playbook.answers and draft.order and draft.book.is_issue(LATE):
        draft = draft.set(issue=LATE)
    return exploring.explore(draft)


def score(draft: Draft) -> Draft:
    """The survey's answer: a low one is heard by a person."""
    given = draft.reading.choice.removeprefix("score:") or draft.reading.first("score")
    draft = draft.is_of_kind("ultimate").set(asked_now="").because("score", score=given)
    if given.isdecimal() and int(given) <= draft.numbers.survey_low_at:
        draft = draft.set(faults=draft.state.faults + 1).say("recover", "recover.survey")
        return hand_over(draft, "survey", because("low_score", score=given))
    return draft.say("thank", "survey.thanks")


def close(draft: Draft) -> Draft:
    """Goodbye: the episode ends; what was promised stays promised."""
    if draft.has_issue and draft.state.stage is Stage.OFFER and not draft.done:
        draft = draft.say("answer", "answer.nothing_yet").because("nothing_yet")
    draft = draft.say("close", "close.goodbye").do("close", outcome="goodbye").ends_as("goodbye")
    return draft.set(stage=Stage.CLOSED, asked_now="", options_open=())


def stop_contact(draft: Draft) -> Draft:
    """No more messages: everything pending is cancelled at once."""
    owed = any(datetime.fromisoformat(due) > draft.world.now for due in draft.state.promised.values())
    key = "close.stop_contact_owed" if owed else "close.stop_contact"
    draft = draft.say("close", key).do("close", outcome="stopped").ends_as("stopped")
    draft = draft.set(stage=Stage.CLOSED, asked_now="", options_open=())
    return draft.because("silence")
