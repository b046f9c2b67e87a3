"""Which place in a list an answer names: a lone digit, or an ordinal among few words."""

from __future__ import annotations

import re

from dialogues.reading import Reading

LONE_DIGIT = re.compile(r"\s*([1-9])\s*[.!)。]?\s*")
# A place in a list and hardly a word beside it.
_PLACE = re.compile(
    r"(?:那|就|我|选|選|要|嗯|好的?|行|方案|选项|選項|fine|ok(?:ay)?|yes|i'?ll take|let'?s (?:do|take|go with)|the"
    r"|option|number|no\.?|choice|[\s,，.。!！、])*"
    r"(?:第?\s*(?P<han>[一二三四五12345])\s*[个個种種项項条條號号]?"
    r"|(?P<word>one|two|three|first|second|third|fourth|fifth|[1-5](?:st|nd|rd|th)))"
    r"(?:\s*(?:one|option|way|choice|please|pls|thanks|thank you|吧|啊|呀|啦|喇|好了|就好|谢谢|謝謝|唔該)"
    r"|[\s,，.。!！~])*",
    re.IGNORECASE,
)
_PLACES = {
    "one": 1, "two": 2, "three": 3, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5,
}  # fmt: skip
# "press the first one for me, would you": a place named once among a few words, compared with nothing.
ONE_OF = re.compile(
    r"第\s*([一二三四五1-5])\s*[个個種种项項]|\b(first|second|third|1st|2nd|3rd) (?:one|option|way|choice)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"差|扣|笔|筆|区别|區別|分别|分別|还是|還是|不要|怎么|怎麼|什么|什麼|哪|如果|不好|坏|壞|破|收到|[?？]"
    r"|\b(?:or|refund the|charge|payment|difference|why|how|what|does|is|broke|broken|arrived|came|got|that you sent)\b",
    re.IGNORECASE,
)
PLACED_IN = 60  # characters


def position(reading: Reading) -> int:
    """The place in a list that an answer names: a lone digit or an ordinal with hardly a word beside it; 0 for none."""
    if place := lone_position(reading):
        return place
    places = {(han or word).lower() for han, word in ONE_OF.findall(reading.text)}
    if len(places) != 1 or len(reading.text) > PLACED_IN or reading.negated or _COMPARES.search(reading.text):
        return 0
    return _number_of(places.pop())


def lone_position(reading: Reading) -> int:
    """The place in a list where the message says no more than that; 0 for none."""
    if lone := LONE_DIGIT.fullmatch(reading.text):
        return int(lone.group(1))
    if found := _PLACE.fullmatch(reading.text.strip()):
        return _number_of(found["han"] or found["word"])
    return 0


def _number_of(place: str) -> int:
    return _PLACES.get(place.lower()) or int(place[0])
