"""How a message names a way out: by its title on the screen, in the customer's own words, by a place among words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dialogues.phrases.clauses import (
    asks_if_possible,
    clauses_of,
    is_given_up,
    is_request,
    only_asks,
    parted,
    sets_condition,
    wants,
)
from dialogues.phrases.days import NAMES_TIME
from dialogues.phrases.ordinals import LONE_DIGIT, ONE_OF, position
from dialogues.phrases.refusing import NO_OR_WAIT
from dialogues.phrases.script import size
from dialogues.phrases.willing import is_plain_yes
from dialogues.playbook import Option, compiled
from dialogues.reading import Reading
from dialogues.values import changed

_BRACKETS = re.compile(r"[(（].*?[)）]")
_PARAM = re.compile(r"\{\w+\}")
_PRICE = r"(?:\W*[a-z]{0,3}\W{0,2}\d[\d.,]*(?:\s*(?:元|块|塊|[a-z]{3}(?![a-z])))?)?\W*"
# "A new one by Wednesday is too late", 「换新的要三天太慢了」: named, and not good enough.
_TOO_LATE = re.compile(
    r"\b(?:too (?:late|long|slow)|no good|not soon enough)\b|(?:太晚|太慢|太久|来不及|來不及|等不了|等不及|等唔切)[了啦啊呀吧喇]?$",
    re.IGNORECASE,
)
WAVERS = re.compile(r"要不(?!要)|要么|或者|或许|或許|不如|\b(?:maybe|perhaps|might|could maybe)\b", re.IGNORECASE)
# "That full refund just now? I'll have that": a question by its form alone.
SHOWN = re.compile(
    r"呢(?=\W+(?:我|就|还是|還是)?(?:要|选|選)(?:那|这|這|它))"
    r"|\?(?=\W*i(?:'ll| will|'d)? (?:have|take|want|like) (?:that|it)\b)",
    re.IGNORECASE,
)
_BIDS = re.compile(r"[一-鿿](?:啦|吧|囉|啰)$")  # 「催物流啦」: it bids us do it
SENTENCES = re.compile(r"(?<=[.。!！?？;；\n])")
SHORT, LONG = 16, 45  # Chinese characters or words: a clause, and a message, that can name a way out plainly
LONE = 2  # words or Chinese characters: beside a place in a list they are its echo, "the second one, refund"


def title_pattern(title: str) -> str:
    """How customers type a title: in any punctuation, with or without its price, what stands in brackets left out."""
    parts = [r"\W*".join(re.findall(r"\w", part)) for part in _PARAM.split(_BRACKETS.sub("", title))]
    return rf"(?<![a-z]){_PRICE.join(parts)}(?![a-z])"


def titled(options: Iterable[Option], text: str) -> list[Option]:
    """The options whose title the text holds; what stands beside it rules nothing out, asks nothing, ties nothing."""
    return [option for option in options if (rest := beside(option, text)) is not None and _is_plain(rest)]


def beside(option: Option, text: str) -> str | None:
    """What a text says beside the option's title; None where it does not hold the title."""
    for each in option.titles:
        if found := compiled(each).search(text):
            return f"{text[: found.start()]} {text[found.end() :]}"
    return None


def named_among(options: Sequence[Option], text: str, *, wavering: bool = False) -> list[Option]:
    """The options that a clause names which wants something: it asks nothing, but as a request, and sets no condition.

    Beside a question in the same sentence only a request names one: "the extra charge, when will I get it back?" tells
    what is asked about. Whether it can be had is a question, and no yes to it: that names one only ``wavering``.
    Of several, what another clause rules out is not meant: "chase it or send a new one; no, not a new one".
    """
    if size(text) > LONG:
        return []
    wanted, ruled_out = parted(text)
    asked_about = {
        clause
        for sentence in SENTENCES.split(text) if any(map(only_asks, parts := clauses_of(sentence)))
        for clause in parts if not (is_request(clause) or _BIDS.search(clause))
    }  # fmt: skip
    plain = [
        clause for clause in wanted
        if clause not in asked_about and size(clause) <= SHORT and not sets_condition(clause)
        and not _TOO_LATE.search(clause) and not is_given_up(clause) and wants(clause)
        and (wavering or not (WAVERS.search(clause) or asks_if_possible(clause)))
    ]  # fmt: skip
    found = told_in_most([option for option in options if any(map(option.is_named_in, plain))], plain)
    left = [option for option in found if not any(map(option.is_named_in, ruled_out))]
    return found if len(found) == 1 else left


def told_in_most(options: list[Option], clauses: list[str]) -> list[Option]:
    """Without what only a part of another's words names: "extra charge" in "refund the extra charge"."""
    told = {option.id: [span for clause in clauses for span in option.told_in(clause)] for option in options}

    def is_part(option: Option) -> bool:
        others = [span for other in options if other is not option for span in told[other.id]]
        return all(any(span != other and span in other for other in others) for span in told[option.id])

    return [option for option in options if not is_part(option)]


def place_beside(reading: Reading) -> tuple[int, str]:
    """The place in a list that a message names, and its other words: "the first one, chase the courier"."""
    parts = [changed(reading, text=clause) for clause in clauses_of(reading.text)]
    place = next(filter(None, (position(reading), *map(position, parts))), 0)
    kept = "，".join(ONE_OF.sub(" ", part.text) for part in parts if not LONE_DIGIT.fullmatch(part.text))
    return place, kept


def opening(reading: Reading) -> tuple[int, tuple[str, ...]]:
    """The place that opens a message, at most a yes before it, and what is added: "Fine. 1. Can they come Friday?".

    (0, ()) where nothing is added, or where only something is asked in the same breath: "the second one, how long?".
    """
    parts = clauses_of(reading.text)
    while len(parts) > 1 and is_plain_yes(parts[0]):
        parts = parts[1:]
    lead, added = (parts[0], tuple(parts[1:])) if parts else ("", ())
    place = position(changed(reading, text=lead))
    if not added or not place or any(position(changed(reading, text=part)) for part in added):
        return 0, ()
    after = reading.text.split(lead, 1)[1]
    if re.match(r"[.,]\d", after):
        return 0, ()  # a figure: 1.5, 2,000
    by_itself = bool(re.match(r"\s*[.。!！;；\n]", after))
    tells = any(wants(part.rstrip("?？ ")) or NAMES_TIME.search(part) for part in added)
    return (place, added) if by_itself or tells else (0, ())


def _is_plain(rest: str) -> bool:
    rest = rest.replace("’", "'")
    hinders = sets_condition(rest) or any(each.search(rest) for each in (NO_OR_WAIT, _TOO_LATE, WAVERS))
    return size(rest) <= SHORT and wants(rest.strip()) and not hinders
