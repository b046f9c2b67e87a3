"""Which one is wanted instead: colour, size and the like, told once a swap lies open or is booked.

It is a detail of what is under way, however it is put ("make sure it says black", "change the size to 38"): it goes
into the request, or to the people who carry it out.
"""

from __future__ import annotations

import re

from dialogues import collecting
from dialogues.clauses import asks_if_possible, clauses_of, wants
from dialogues.draft import Draft
from dialogues.reading import NEGATIVE
from dialogues.state import WORDS_AT_MOST, Stage

VARIANT = "variant"  # the fact
SWAPPING = "return_exchange"
REPLACING = frozenset({"exchange", "reship"})  # the port's actions by which another one comes
_NAMES_ONE = re.compile(
    r"[黑白红紅蓝藍绿綠灰粉棕米紫黄黃银銀橙橘]色|[黑白红紅蓝藍绿綠灰棕紫](?:的|那[个個款])|颜色|顏色|款式|型号|型號|尺[寸码碼]"
    r"|[一-鿿]{2}色(?![差号號])|[大小細细][一两兩半][个個]?(?:码|碼|号|號)|[大中小](?:码|碼|号|號)|\d{2}(?:\.5)?\s*[码碼]|(?:要|[改换換]成?)\s*\d{2}(?:\.5)?\s*[号號]"
    r"|\b(?:black|white|red|blue|green|gr[ae]y|navy|pink|brown|beige|yellow|purple|orange|silver)\b|\bcolou?rs?\b"
    r"|\bsizes?\b|\b(?:small|medium|large|x-?large|bigger|smaller|larger)\b|(?<![a-z'’])(?:x{0,3}[sl]|m|[2-5]xl)(?![a-z'’])|\b(?:model|version)\b"
    r"|\b(?:a|an|to|for|in|need|want) \d{1,2}(?:\.5)?(?= instead| please|[?!.,]|$)",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"换|換|要|想|\b(?:swap|exchange|change|want|need|like|prefer|replace|have|get|instead|for|to)\b", re.IGNORECASE
)
# Issues in whose words such a detail is told.
_TOLD_AS = frozenset({"order_change", "return_exchange", "product_question"})


def told(draft: Draft) -> dict[str, str]:
    """Which one is wanted, in the customer's words, added to what was told before."""
    known = draft.state.facts.get(VARIANT, "")
    if fresh := _fresh(draft, known):
        return {VARIANT: " · ".join(filter(None, (known, "，".join(fresh))))[-WORDS_AT_MOST:]}
    return {}


def is_told(draft: Draft) -> bool:
    """True when this turn tells more of which one is wanted."""
    return bool(_fresh(draft, draft.state.facts.get(VARIANT, "")))


def _fresh(draft: Draft, known: str) -> list[str]:
    if draft.reading.choice or not _awaited(draft) or _is_another_matter(draft):
        return []
    when = collecting.told(draft).get(collecting.PICKUP, "")
    named = [each for each in clauses_of(draft.reading.text) if _NAMES_ONE.search(each) and each not in when]
    first = not draft.state.options_open and draft.booked is None  # a swap is asked for: what is wrong is told as well
    wanted = [each for each in named if wants(each) and (not first or _INSTEAD.search(each))]
    return [words for each in wanted if (words := _words(each)) not in known]


def _words(clause: str) -> str:
    """The clause, or of a question only which one it names: "is there no 22?" is not said back as what is wanted."""
    found = _NAMES_ONE.search(clause) if asks_if_possible(clause) else None
    return found.group() if found else clause


def _awaited(draft: Draft) -> bool:
    """True while another one may come: a swap is asked for, lies open, or is booked."""
    if draft.state.issue == SWAPPING and draft.state.stage in (Stage.IDLE, Stage.EXPLORE):
        return True
    booked = draft.booked
    on_table = [draft.option(name) for name in draft.state.options_open]
    return any(option is not None and option.action in REPLACING for option in (booked, *on_table))


def _is_another_matter(draft: Draft) -> bool:
    """True for a complaint, a "why", or a matter that was surely heard and in whose words it is not told."""
    reading = draft.reading
    if reading.asks == "why" or (reading.emotion in NEGATIVE and reading.intensity >= 2):
        return True
    sure = draft.book.is_issue(reading.intent) and not reading.unsure
    return sure and reading.intent not in (*_TOLD_AS, draft.state.issue)
