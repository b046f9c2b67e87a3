"""Which one is wanted instead: colour, size and the like, told once a swap lies open or is booked.

It is a detail of what is under way, however it is put ("make sure it says black", "change the size to 38"): it goes
into the request, or to the people who carry it out.
"""

from __future__ import annotations

import re

from dialogues.circumstances import collecting
from dialogues.draft import Draft
from dialogues.phrases.clauses import asks, clauses_of, wants
from dialogues.phrases.script import size
from dialogues.state import WORDS_AT_MOST, Stage

VARIANT = "variant"  # the fact
_NEXT = " · "  # between what was told at one time and what was added later
SWAPPING = "return_exchange"
REPLACING = frozenset({"exchange", "reship"})  # the port's actions by which another one comes
_NAMES_ONE = re.compile(
    r"[黑白红紅蓝藍绿綠灰粉棕米紫黄黃银銀橙橘]色|[黑白红紅蓝藍绿綠灰棕紫](?:的|那[个個款])|颜色|顏色|款式|型号|型號|尺[寸码碼]"
    r"|[一-鿿]{2}色(?![差号號])|[大小細细][一两兩半][个個]?(?:码|碼|号|號)|[大中小](?:码|碼|号|號)|\d{2}(?:\.5)?\s*[码碼]|(?:要|[改换換]成?)\s*\d{2}(?:\.5)?\s*[号號]"
    r"|(?:要|穿|是|[改换換发發寄拿]成?)\s*(?:\d{2}(?:\.5)?(?=的|吧|\W|$)|(?:3[2-9]|4\d)[号號])|^(?:3[2-9]|4\d)(?:\.5)?[号號]"
    r"|\b(?:black|white|red|blue|green|gr[ae]y|navy|pink|brown|beige|yellow|purple|orange|silver)\b|\bcolou?rs?\b"
    r"|\bsizes?(?: \d{1,2}(?:\.5)?)?\b|\b(?:small|medium|large|x-?large|bigger|smaller|larger)\b"
    r"|(?<![a-z'’])(?:x{0,3}[sl]|m|[2-5]xl)(?:码|碼|号|號)?(?![a-z'’])|\b(?:model|version)\b"
    r"|\b(?:a|an|to|for|in|need|want|send|get) \d{1,2}(?:\.5)?(?= instead| please|[?!.,]|$)"
    r"|^(?:the )?\d{2}(?:\.5)?(?= please|$)|(?:^|有(?:没|沒)?有?)\d{2}(?:\.5)?(?:(?=有|的|[吗嗎呢没沒]|$)|[号號](?=有|[吗嗎]))"
    r"|\bthe \d{2}(?:\.5)?(?= in stock| available)",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"换|換|要|想|\b(?:swap|exchange|change|want|need|like|prefer|replace|have|get|instead|for|to)\b", re.IGNORECASE
)
_IN_STOCK = re.compile(
    r"有[^，,。]{0,8}[吗嗎没沒]|有(?:没|沒)有|(?:有|现|現)(?:货|貨)|\b(?:in stock|available|have|got)\b", re.IGNORECASE
)
# Names none: "what sizes are there?".
_ANY = re.compile(r"颜色|顏色|款式|型号|型號|尺[寸码碼]|(?:sizes?|colou?rs?|model|version)", re.IGNORECASE)
_BARE = 4  # words or Chinese characters that are only a name: "size 43?"
FIGURES = re.compile(
    r"\d+|(?<![a-z])(?:xs|s|m|l|xl|xxl)(?![a-z])|[黑白红紅蓝藍绿綠灰粉棕米紫黄黃]|black|white|red|blue|green|gr[ae]y|navy|pink"
)
_LETTERS = frozenset({"xs", "s", "m", "l", "xl", "xxl"})
# What may stand beside a mere name: "size 43?", 「42有吗」.
_BESIDE = re.compile(
    r"(?:有|没|沒|吗|嗎|呢|吧|要|换|換|的|成|\b(?:have|got|in|a|the|any|please|is|there|do|you)\b|[\s?？])*",
    re.IGNORECASE,
)
# Issues in whose words such a detail is told.
_TOLD_AS = frozenset({"order_change", "return_exchange", "product_question"})


def told(draft: Draft) -> dict[str, str]:
    """Which one is wanted, in the customer's words, added to what was told before."""
    known = draft.state.facts.get(VARIANT, "")
    if fresh := _fresh(draft, known):
        stands = [each for each in known.split(_NEXT) if each and not _takes_its_place(fresh, each)]
        return {VARIANT: _NEXT.join((*stands, "，".join(fresh)))[-WORDS_AT_MOST:]}
    return {}


def _takes_its_place(fresh: list[str], before: str) -> bool:
    """True where a size or a colour that was told before is told anew: "no, the 36" after "the 37"."""
    kinds = {_kind(figure) for figure in FIGURES.findall(before.lower())}
    return bool(kinds) and kinds <= {_kind(figure) for figure in FIGURES.findall("，".join(fresh).lower())}


def _kind(figure: str) -> str:
    return "number" if figure.isdigit() else "letter" if figure in _LETTERS else "colour"


def is_told(draft: Draft) -> bool:
    """True when this turn tells more of which one is wanted."""
    return bool(_fresh(draft, draft.state.facts.get(VARIANT, "")))


def _fresh(draft: Draft, known: str) -> list[str]:
    if draft.reading.choice or not _awaited(draft) or _is_another_matter(draft):
        return []
    when = collecting.told(draft).get(collecting.PICKUP, "")
    named = [each for each in clauses_of(draft.reading.text) if _NAMES_ONE.search(each) and each not in when]
    first = not draft.state.options_open and draft.booked is None  # a swap is asked for: what is wrong is told as well
    open_still = draft.booked is None  # whoever asks for one before the swap is booked wants that one
    telling = [each for each in named if _tells_which(each) or (open_still and asks_if_there(each))]
    wanted = [each for each in telling if not first or _INSTEAD.search(each) or names_only(each)]
    return [words for each in wanted if (words := _words(each)) not in known and not is_known(words, known)]


def is_known(text: str, known: str) -> bool:
    """True when the text names sizes and colours, and no other than those of what was told."""
    named = set(FIGURES.findall(text.lower()))
    return bool(named) and named <= set(FIGURES.findall(known.lower()))


def is_named(draft: Draft) -> bool:
    """True when this turn tells which one is wanted, anew or once more."""
    return is_told(draft) or says_again(draft)


def says_again(draft: Draft) -> bool:
    """True for "43, don't get it wrong" once that was told."""
    known = draft.state.facts.get(VARIANT, "")
    named = [each for each in clauses_of(draft.reading.text) if _NAMES_ONE.search(each)]
    return bool(named) and not draft.reading.choice and all(is_known(each, known) for each in named)


def asks_if_there(clause: str) -> bool:
    """True for a question whether the one that it names is in stock: that alone does not say that it is wanted."""
    return asks(clause) and bool(_IN_STOCK.search(clause)) and bool(_NAMES_ONE.search(clause))


def names_only(text: str) -> bool:
    """True for "size 43?" and 「42有吗」: which one, and hardly a word beside it."""
    parts = clauses_of(text)
    return bool(parts) and all(
        (found := _NAMES_ONE.search(part)) is not None
        and not _ANY.fullmatch(found.group())
        and bool(_BESIDE.fullmatch(part.replace(found.group(), " ", 1)))
        for part in parts
    )


def _tells_which(clause: str) -> bool:
    """True for what tells or requests, and for "43?", a question by its mark alone."""
    found, bare = _NAMES_ONE.search(clause), clause.rstrip("?？ ")
    only_named = found is not None and size(bare) <= _BARE and not asks(bare) and not _ANY.fullmatch(found.group())
    return wants(clause) or only_named


def _words(clause: str) -> str:
    """The clause, or of a question only which one it names: "is there no 22?" is not said back as what is wanted."""
    found = _NAMES_ONE.search(clause) if asks(clause) else None
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
    if reading.asks == "why" or reading.hurts:
        return True
    sure = draft.book.is_issue(reading.intent) and not reading.unsure
    return sure and reading.intent not in (*_TOLD_AS, draft.state.issue)
