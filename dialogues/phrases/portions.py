"""A part of what was ordered, or of its price: "just the two broken ones", "I keep the four", 「只退一半」."""

from __future__ import annotations

import re

from dialogues.phrases.clauses import clauses_of

_PART = re.compile(
    r"(?:剩下|剩余|剩餘|其余|其餘|其他|其它|另外|好的|没坏的?|沒壞的?|完好的?)(?:那|的|几|幾|[一两兩二三四五六七八九\d])?[^，,。]{0,5}(?:留|不用?(?:退|换|換|寄|收)|不(?:动|動))"
    r"|(?:留(?:下|着|著)?|不(?:退|换|換))(?:其余|其餘|剩下|其他|另外|好的|没坏|沒壞)"
    r"|(?:只|就|单|單|仅|僅|淨係)(?:想|要|需|需要|帮我|幫我|给我|給我)*(?:退|换|換|修|补|補|取消|赔|賠|寄|收)(?:款|货|貨)?(?:其中|[那这這]?(?:[个個]|[几幾][个個])?(?:坏|壞|破|碎|裂|错|錯)|部分)"
    r"|(?:坏|壞|破|碎|裂)(?:了|掉|咗)?的?(?:[那这這])?[一两兩二三四五六七八九\d][一-鿿]{1,2}(?:就|就行|就好)"
    r"|\bkeep(?:ing)? (?:the |my |those |these )?(?:others?|rest|remain\w+|good|undamaged|intact|unbroken|surviv\w+|two|three|four|five|six|seven|eight|nine|ten|eleven|\d+)\b"
    r"|\b(?:take|send|give|hand|return|ship)\w* (?:back )?(?:the )?(?:others|rest|surviv\w+|good ones)\b"
    r"|\b(?:just|only) (?:for )?(?:the|that|those|these) (?:\w+ ){0,2}?(?:broken|damaged|cracked|faulty|chipped|smashed|defective|bad|wrong)\b"
    r"|\b(?:only|just) (?:a )?part of\b|\bnot the (?:whole|entire)\b",
    re.IGNORECASE,
)
# A part of the price.
_HALF = re.compile(
    r"(?:退|赔|賠|付|给|給|補|补)(?:我)?[^，,。]{0,3}(?:一半|部分|[一两兩二三四五六七八九]成)"
    r"|\bhalf (?:of )?(?:the|my|it|its|price|money|back|off)\b",
    re.IGNORECASE,
)
_REMEDY = re.compile(
    r"退|换|換|补|補|寄|发|發|赔|賠|修|取消"
    r"|\b(?:replac\w*|refund\w*|swap\w*|exchang\w*|send\w*|return\w*|cancel\w*|repair\w*|money back|new|keep\w*|want|need)\b",
    re.IGNORECASE,
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "pair": 2, "dozen": 12, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
    "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_PIECES = "[个個只隻件条條双雙支枝瓶盒包本张張片块塊把袋罐粒入]"
_OF_A_SET = re.compile(
    rf"(\d+|[二两兩三四五六七八九十]){_PIECES}|\b(\d+|{'|'.join(filter(str.isascii, _NUMBERS))})\b", re.IGNORECASE
)
# How many of them: "one" is mostly no number ("a new one"), and 「一个」 too.
_COUNTED = re.compile(
    rf"(?:[只就其单單][^，,。]{{0,6}}|[那这這])([一1]){_PIECES}|([2-9]\d?|[两兩二三四五六七八九十]){_PIECES}"
    r"|\b(?:(?:just|only|the) (one)(?! (?:that i|i) (?:order|want|bought))|(one) of|(?:that|this) (one) (?!please|then|instead|now|too|is|was|for|of|in|with|and|if|or|as|back|to)(?=[a-z]{3})|(one) (?=[a-z]+ (?:replac|refund|swap|exchang|return|back)))\b"
    r"|\b([2-9]|two|three|four|five|six|seven|eight|nine|ten)\b(?! (?:\w+ )?(?:days?|weeks?|months?|hours?|minutes?|years?|times)\b)",
    re.IGNORECASE,
)  # fmt: skip


def wanted_of(text: str, pieces: int) -> bool:
    """True when something is wanted to be done with a part of what is made of that many pieces."""
    clauses = clauses_of(text)
    counted = (_counted(clause) for clause in clauses if _REMEDY.search(clause))
    return any(map(_PART.search, clauses)) or any(0 < number < pieces for number in counted)


def of_the_price(text: str) -> bool:
    """True for "half the money back"."""
    return any(map(_HALF.search, clauses_of(text)))


def pieces_of(item: str) -> int:
    """Of how many pieces a set is made, as its name tells; 1 where it does not."""
    found = _OF_A_SET.search(item)
    return _number(found) if found else 1


def _counted(clause: str) -> int:
    """How many the clause speaks of; 0 for none."""
    found = _COUNTED.search(clause)
    return _number(found) if found else 0


def _number(found: re.Match[str]) -> int:
    word = next(filter(None, found.groups())).lower()
    return int(word) if word.isdecimal() else _NUMBERS[word]
