"""Files sent along: a photo or a document tells something by being sent; the rest needs a person's ears or eyes."""

from __future__ import annotations

from dialogues import exploring
from dialogues.asking import HUMAN, clarify
from dialogues.because import because
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.reading import SEEN
from dialogues.state import Stage

_HEARD = ("voice", "video", "sticker")
# Moves in front of which a file is thanked for: those that go on with the matter.
_THANKED_BEFORE = frozenset({"explore", "park", "look", "offer", "confirm", "remind", "choose", "unclear"})


def shows(draft: Draft) -> bool:
    """True when a photo or a document came with this turn."""
    return not SEEN.isdisjoint(draft.reading.enclosed)


def is_beyond_us(draft: Draft) -> bool:
    """True when the turn is nothing but what the assistant can neither read nor look at."""
    reading = draft.reading
    return bool(reading.enclosed) and not reading.text.strip() and not shows(draft)


def beyond_us(draft: Draft) -> Draft:
    """Says so plainly and offers a person; the second time running the person is called."""
    times = draft.state.misunderstood + 1
    draft = draft.set(misunderstood=times)
    if times >= draft.numbers.misunderstood_before_human:
        return hand_over(
            draft, "misunderstood", because("sent_beyond", enclosed=draft.reading.enclosed[-1], times=times)
        )
    kind = next((kind for kind in _HEARD if kind in draft.reading.enclosed), "file")
    draft = draft.say("answer", f"answer.sent.{kind}", choices=(HUMAN,))
    return exploring.resume(draft) if draft.state.stage is Stage.OFFER else draft


def thanked(draft: Draft, move: str) -> Draft:
    """The draft with thanks for what was shown, where the matter goes on."""
    if move not in _THANKED_BEFORE or not shows(draft):
        return draft
    return draft.say("thank", f"thank.{'photo' if 'photo' in draft.reading.enclosed else 'document'}")


def about_what(draft: Draft) -> Draft:
    """Something was shown and no matter is open: asks what it is about."""
    return clarify(draft, "clarify.about_what")
