"""What a turn tells and means: the facts in it, the signal at this stage, and which issue is open after it."""

from __future__ import annotations

from dialogues import facts, offers
from dialogues.draft import Draft
from dialogues.eoac import OPENING, Signal, signal_of
from dialogues.episodes import new_episode
from dialogues.state import Stage
from dialogues.values import changed


def understand(draft: Draft) -> tuple[Draft, Signal]:
    """The draft with what the turn tells, and what it means at this stage."""
    draft = _needs(draft)
    found = facts.told(draft)
    option = offers.picked(draft)
    signal = signal_of(draft.state, draft.reading, draft.book, frozenset(found), option.id if option else "")
    if draft.state.stage is Stage.CLOSED and signal in OPENING:
        draft = changed(draft, state=new_episode(draft.state)).because("a new matter: a new episode")
        draft = _needs(draft)
    draft = facts.keep(draft, found)
    draft = _take_issue(draft, signal)
    draft = _park_others(draft)
    return facts.keep(draft, facts.told(draft)), signal


def _needs(draft: Draft) -> Draft:
    """The needs heard in this episode, the latest first."""
    return draft.set(needs=tuple(dict.fromkeys((*draft.reading.needs, *draft.state.needs))))


def _take_issue(draft: Draft, signal: Signal) -> Draft:
    """Settles which issue is open after this turn."""
    state, reading = draft.state, draft.reading
    if draft.book.is_issue(reading.intent) and not reading.choice:
        draft = draft.set(stories={**state.stories, reading.intent: reading.text[: facts.WORDS_AT_MOST]})
    if signal is Signal.ISSUE and reading.choice:
        tapped = reading.choice.removeprefix("issue:")
        return _agreed(draft, tapped) if draft.book.is_issue(tapped) else draft
    if signal is Signal.YES and state.asked_now == "clarify" and state.guess:
        return _agreed(draft, state.guess)
    if signal is Signal.ISSUE and reading.intent != state.issue:
        return draft.set(issue=reading.intent).because(f"heard {reading.intent} at {reading.confidence:.2f}")
    return draft


def _agreed(draft: Draft, issue: str) -> Draft:
    return draft.set(issue=issue, understood=issue, guess="").because(f"the customer agrees: {issue}")


def _park_others(draft: Draft) -> Draft:
    """Further issues of the same message are taken up after Confirm."""
    others = [issue for issue in draft.reading.also if draft.book.is_issue(issue) and issue != draft.state.issue]
    fresh = tuple(issue for issue in dict.fromkeys(others) if issue not in draft.state.parked)
    if not fresh:
        return draft
    return draft.set(parked=(*draft.state.parked, *fresh)).because(f"parked {', '.join(fresh)}")
