"""Whom of us a customer wants to hear from, and how and when they can be reached: told people, and said back."""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.handover import HEAD
from dialogues.phrases.clauses import asks, clauses_of, is_request
from dialogues.phrases.complaints import VERDICTS
from dialogues.phrases.days import NAMES_TIME
from dialogues.phrases.script import joined
from dialogues.reading import Reading

TOLD = "listen.waiting_told"  # the wording
SAID_BACK_AT_MOST = 80  # characters
_CALL = re.compile(
    r"(?:打|致)(?:个|個|通)?(?:电话|電話)?(?:给|給|到|俾|畀|去)?(?:我|这支|這支|这个|這個)|(?:回|覆)(?:我)?(?:个|個)?(?:电|電)"
    r"|\b(?:ring|call|phone|text) (?:me|my)\b|\bcall(?:ed)? back\b",
    re.IGNORECASE,
)
_PERSON = re.compile(rf"{HEAD}|\b(?:manager|supervisor|boss)\b", re.IGNORECASE)
# A number to ring, with its extension; a card's is longer.
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[\s-])\(?\+?\d(?:[\s()-]{0,2}\d){6,11}(?![\s-]?\d)|(?:分机|分機|内线|內線|\bext(?:ension)?\b)\W*\d+",
    re.IGNORECASE,
)
# "By ten", "after the meeting": when it suits, in whatever words.
_SUITS = re.compile(
    r"(?:才|都|不|没|沒|唔|可以|方便|有空|得閒)[^，]{0,4}(?:接|听|聽|方便|有空|得閒)|\b(?:free|available|reach me|get hold of me|pick up)\b",
    re.IGNORECASE,
)
_OF_PEOPLE = (_CALL, _PERSON, _NUMBER, _SUITS)


def words(reading: Reading, *, waiting: bool) -> str:
    """What a message tells of it, in the customer's own words; "" where it only wants a person, or nothing of that.

    ``waiting``: people are awaited, so that a time by itself is one for them.
    """
    if reading.choice or reading.emotion == "abusive":
        return ""
    parts = [part for part in clauses_of(reading.text) if _is_told(part)]
    if not waiting and not any(each.search(part) for each in _OF_PEOPLE for part in parts):
        return ""
    found = [part for part in parts if any(each.search(part) for each in (*_OF_PEOPLE, NAMES_TIME))]
    return joined(found, reading.text)[:SAID_BACK_AT_MOST]


def _is_told(clause: str) -> bool:
    return not (VERDICTS.search(clause) or (asks(clause) and not is_request(clause)))


def said_back(draft: Draft, *, waiting: bool) -> Draft:
    """The draft with it said back as passed on; unchanged where the message tells nothing of it."""
    told = words(draft.reading, waiting=waiting)
    return draft.say("listen", TOLD, {"words": f"={told}"}) if told else draft
