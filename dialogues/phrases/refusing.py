"""Words that rule out, decline or put off: each kind once, for all who look for it."""

from __future__ import annotations

import re

# What somebody says who does not want something; what it is follows.
WANTS_NOT = "不要|不想|不用|不必|不需要|别|別|唔要|唔好|唔使|唔駛|唔想"
_NO = r"不|别|別|没|沒|未|唔|勿|莫|咪|\b(?:not|no|never|without|stop)\b|n't\b|\bdont\b"
_WAITS = r"\b(?:wait|hold|before|until)\b"
# "Can you or can't you", which rules nothing out: 「得唔得」, 「能不能」, 「有没有」.
_A_NOT_A = re.compile(r"([一-鿿])(?:不|唔)\1|有[没沒冇]有?|係咪")

# A "not" of any kind. What stands beside a title that is picked must not hold one, nor a "wait".
NO = re.compile(_NO, re.IGNORECASE)
NO_OR_WAIT = re.compile(rf"{_NO}|先等|{_WAITS}", re.IGNORECASE)
# Where money moves, whatever else may hold it back: "keep it", "only if", 「先」.
RATHER_NOT = re.compile(rf"{_NO}|留着|留著|先|等|停|{_WAITS}|\b(?:keep|forget|unless|only)\b", re.IGNORECASE)
# What tells of something that was not: it holds nothing back.
TELLS = re.compile(
    r"[没沒](?!说|說|想|要|打算|决定|決定|确定|確定|同意|让|讓|叫)|冇"
    r"|\b(?:have|has|did|was|were|had)n'?t\b(?! (?:want|ask|say|mean|agree))|\bnever (?:use|wear|open|arriv|work)\w*",
    re.IGNORECASE,
)


def without_a_not_a(text: str) -> str:
    """The text without the "not" of questions that put both ways."""
    return _A_NOT_A.sub(" ", text)


def says_no(text: str) -> bool:
    """True when a "not" stands in the text, but for a question that puts both ways."""
    return bool(NO.search(without_a_not_a(text)))


def says_rather_not(text: str) -> bool:
    """True when anything in the text holds back, but for a question that puts both ways."""
    return bool(RATHER_NOT.search(without_a_not_a(text)))
