"""What a customer says that they do not mean, told in words: no matter is taken from words that rule it out."""

from __future__ import annotations

import re

from dialogues.phrases import willing
from dialogues.phrases.clauses import clauses_of
from dialogues.phrases.which_matter import MATTERS, STATUS, matter_of
from dialogues.playbook import Book
from dialogues.reading import Reading
from dialogues.values import changed

GIVES_UP = frozenset({"order_cancel", "refund", "return_exchange"})  # nothing is left of it once it is declined
# What stands right before the word that names a matter, where that is ruled out. "I haven't had the refund" does not.
_DENIES = re.compile(
    r"(?:(?<!是)不是|唔係|(?<!想)不想|唔想|(?<!要)不要|唔要|唔好|(?<!用)不用|唔使|(?<![特分区區])[别別]|(?:没|沒)有?(?:要|想|说|說|叫)|冇(?:話|叫|想|要)|(?<=我)[不唔])"
    r"(?:是|係|要|想|说|說|話|问|問|讲|講|再|在|去|來|来|查|給我|给我|幫我|帮我|打)*(?:我的|個|个|訂單|订单)?$"
    r"|(?:\b(?:do|did|was|is)n'?t|\b(?:not|never))"
    r"(?: (?:want(?:ed)?|ask(?:ed|ing)?|say(?:ing)?|said|mean|meant|need|talking|trying|going"
    r"|to|for|about|with|you|a|an|the|my|any|it|that))* $",
    re.IGNORECASE,
)
# 「我是說……」, "I mean …": what follows is meant, and what came before is not.
_MEANS = re.compile(
    r"我(?:是|要|想)?(?:说|說|講|讲|話|问|問)(?:的)?(?:是|係)|我(?:是|係)(?:说|說|講|讲|話|问|問|指)"
    r"|\bi (?:mean|meant)\b|\bi(?:'m| am| was) (?:talking|asking) about\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"[?？]|不是|唔係|\b(?:no|not)\b|n't\b", re.IGNORECASE)


# "You haven't cancelled it, have you?": they fear it, and ask how the order stands.
_FEARS = re.compile(
    r"(?:不会|不會|唔会|唔會|没有?被?|沒有?被?|冇|没把|沒把)[^，,。？?]{0,8}(?:取消|退[^，,。？?]{0,4}[单單]|作废|作廢)[^，,。]{0,4}(?:吧|嘛|吗|嗎|咩|呀|㗎|架|[?？])"
    r"|(?:[订訂张張][单單])[^，,。]{0,4}(?:没事|沒事|冇事|有效|还在|還在|仲喺度|好好的|正常)[^，,。]{0,3}(?:吧|嘛|吗|嗎|咩|㗎|[?？])"
    r"|\b(?:haven'?t|hasn'?t|didn'?t|won'?t|isn'?t|not|don'?t tell me)\b[^.?!]{0,25}\bcancel\w*[^.!]*\?"
    r"|\b(?:is|are) (?:it|that|they|my order|the order) (?:\w+ )?(?:still on|cancelled|canceled|ok|safe)\b[^.!]*\?",
    re.IGNORECASE,
)


def fears(text: str) -> bool:
    """True for "it hasn't been cancelled, has it?"."""
    return bool(_FEARS.search(text))


def reassured(reading: Reading, book: Book) -> Reading:
    """The reading in which a fear that something was given up is a question about the order, not a wish to."""
    if reading.intent not in GIVES_UP or not book.is_issue(STATUS) or not fears(reading.text):
        return reading
    also = tuple(each for each in reading.also if each not in GIVES_UP)
    return changed(reading, intent=STATUS, unsure=False, asks="whether", negated=False, also=also)


def undenied(reading: Reading, book: Book) -> Reading:
    """The reading in which a matter that the words only rule out is not heard; ``denied`` tells which those are.

    What the rest names is heard in its place. Where that is nothing, a wish to give something up is still no wish.
    """
    named = [matter for matter, words in MATTERS.items() if book.is_issue(matter) and words.search(reading.text)]
    denied = tuple(matter for matter in named if _is_denied(reading.text, matter))
    meant = _meant(reading.text)
    if meant:
        denied = tuple(dict.fromkeys((*denied, *(each for each in named if each != matter_of(meant, "")))))
    if not denied:
        return reading
    if meant:
        reading = changed(reading, text=meant)  # what is put aside is neither looked up nor told again
    also = tuple(each for each in reading.also if each not in denied)
    reading = changed(reading, denied=denied, also=also)
    if reading.intent not in denied and book.is_issue(reading.intent):
        return reading
    rest = meant or "，".join(each for each in clauses_of(reading.text) if not any(_is_denied(each, d) for d in denied))
    if (other := matter_of(rest, "")) and book.is_issue(other) and other not in denied:
        return changed(reading, intent=other, unsure=False, also=tuple(each for each in also if each != other))
    if reading.intent in GIVES_UP:
        return changed(reading, intent="deny", unsure=True)
    return changed(reading, denied=()) if reading.intent in denied else reading


def _is_denied(text: str, matter: str) -> bool:
    """True when every clause that names the matter rules it out."""
    named = [(part, found.start()) for part in clauses_of(text) for found in MATTERS[matter].finditer(part)]
    return bool(named) and all(willing.tells(part) and _DENIES.search(part[:start]) for part, start in named)


def _meant(text: str) -> str:
    """What follows "I mean", where something before it is put aside; else ""."""
    found = _MEANS.search(text)
    if found is None or not _NOT_SO.search(text[: found.start()]) or not matter_of(text[found.end() :], ""):
        return ""
    return text[found.end() :]
