"""A promise that was not kept, when the customer comes back to it: what was promised and that it was not kept is owned.

A promise that slipped has a new time that was told; one whose time went by without a word has none.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogues.draft import COMFORT_BUBBLE, MATTER_BUBBLE, Draft
from dialogues.episodes import CALL_BACK
from dialogues.phrases.complaints import says_promised
from dialogues.reading import NEGATIVE
from dialogues.values import changed

OWNED = "recover.unkept"  # the wording
_JUST_TOLD = timedelta(hours=1)
# Promises to tell somebody something, which nobody waits for once the matter is settled; what is to be done stays owed.
_TO_BE_TOLD = frozenset({
    "courier_report", "duty_team", "phone_call", "product_answer", "refund_report", "payment_report", "points_report",
    "price_report", "walk_through", "account_help",
})  # fmt: skip


def unkept(draft: Draft) -> tuple[str, str] | None:
    """The promise of the open matter, or of a person for the wait, that was not kept, with the time first told.

    None where all were kept, or it was owned.
    """
    state, now = draft.state, draft.world.now
    options = (*reversed(draft.done), *draft.playbook.options) if draft.has_issue else ()
    for key in dict.fromkeys([*(option.promise.key for option in options if option.promise), CALL_BACK]):
        if first := state.slipped.get(state.name_of(key, draft.number)):
            return key, first
        if (told := draft.due_of(key)) and datetime.fromisoformat(told) < now:
            return key, told
    return None


def is_raised(draft: Draft) -> bool:
    """True when the customer holds a promise against us that was not kept: with feeling, again, or in so many words."""
    reading = draft.reading
    if reading.choice or unkept(draft) is None:
        return False
    return reading.emotion in NEGATIVE or reading.repeat or says_promised(reading.text)


def owned(draft: Draft, *, raised: bool) -> Draft:
    """The draft with what was promised and that it was not kept; unchanged where everything was.

    ``raised``: it opens the reply, as the customer's own view of it.
    """
    found = unkept(draft)
    if found is None:
        return draft
    key, due = found
    words = {"promised": f"@promised.{key}", "issue": f"@issue.{draft.state.issue or 'unknown'}", "due": f"time:{due}"}
    name, bubble = ("accept", COMFORT_BUBBLE) if raised else ("recover", MATTER_BUBBLE)
    draft = draft.say(name, f"{OWNED}.{'sorry' if draft.may_apologise else 'plain'}", words, bubble=bubble)
    return changed(draft, state=draft.state.with_owned(key, draft.number)).because("unkept", due=due)


def is_owned_now(draft: Draft) -> bool:
    """True where this reply owns it."""
    return any(act.key.startswith(OWNED) for act in draft.acts)


def no_longer_owed(draft: Draft) -> Draft:
    """The draft without the word that was promised on a matter of which the customer says unasked that it is settled.

    Who says "all good" on being told of it, or asked whether it is fine until then, waits for it.
    """
    reading, state = draft.reading, draft.state
    if reading.choice or reading.unsure or state.asked_now == "confirm" or not draft.has_issue:
        return draft
    for option in draft.done:
        if option.promise is None or option.promise.key not in _TO_BE_TOLD:
            continue
        told = draft.due_of(option.promise.key)
        if told and draft.when(option.promise)[1] - datetime.fromisoformat(told) > _JUST_TOLD:
            draft = draft.withdraw(option.promise.key)
    return draft
