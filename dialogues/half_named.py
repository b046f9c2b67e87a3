"""A way out that is named by half: it is asked about before it is done. "Maybe the refund", "which one is that?"."""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.money import moves_money
from dialogues.offers import open_options, still_possible
from dialogues.phrases import manners, which_order
from dialogues.phrases.clauses import GIVEN_UP, asks, asks_if_possible, clauses_of, is_request, sets_condition
from dialogues.phrases.naming import SENTENCES, SHORT, SHOWN, WAVERS, named_among
from dialogues.phrases.ordinals import ONE_OF, position
from dialogues.phrases.refusing import TELLS, says_no
from dialogues.phrases.script import size
from dialogues.picking import (
    ASKED,
    BESIDE,
    OPEN,
    at_place,
    is_beside,
    is_elsewhere,
    opened_with,
    taken_up,
    within_reach,
)
from dialogues.playbook import Option
from dialogues.state import Stage
from dialogues.values import changed

# "I want to keep it. Which one is that?"
_WHICH = re.compile(
    r"\bwhich (?:one|option|button|of (?:these|them|those)|do i|should i)\b|哪(?:一)?[个個种種项項]|(?:选|選|按|点|點)哪",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"什[么麼]意思|是什[么麼]|係咩|乜嘢|\bwhat(?:'s| is| does)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r"\bkeep (?:it|them|the|my|this)\b|留着|留著|留下|(?:东西|東西|货|貨)?(?:还|還)(?:是)?要", re.IGNORECASE
)
_PARTS_WITH = frozenset({"create", "cancel", "create_with_return"})  # actions after which the thing is not theirs
_BARE_NO = re.compile(r"(?:不是|没有|沒有|没|沒|不|唔係|冇|no|nope)(?:的|啊|呀)?", re.IGNORECASE)
# "You choose", 「哪个比较好」: the choice is left to us.
_LEAVES_IT = re.compile(
    r"[你您妳](?:们|們)?(?:就|来|來)?(?:(?:帮|幫|替|给|給)我?(?:来|來)?(?:选|選|挑|定|决定|決定|拿主意|做主|作主)|(?:定|决定|決定|做主|作主|拿主意)(?:吧|就|好|$)|看着办|看著辦"
    r"|(?:觉得|覺得|建议|建議|推荐|推薦)(?:呢|哪|怎|我?(?:选|選))|有(?:什么|什麼)(?:建议|建議))"
    r"|(?:哪|怎么|怎麼|怎样|怎樣|点样|點樣)(?:一)?(?:个|個|种|種|样|樣|弄|办|辦|选|選|处理|處理|搞)?(?:会|會)?(?:比较|比較|更|最)(?:好|合适|合適|划算|省事|快)|(?:随便|隨便|无所谓|無所謂)(?:你|您|哪|都|吧|啦|$)"
    r"|\b(?:you|u) (?:choose|pick|decide)\b|\bup to you\b|\bwhat(?:ever)? (?:do |would )?(?:you|u) (?:think|recommend|suggest|advise|reckon)\b"
    r"|\bwhich (?:one |of (?:them|these|those) |option )?(?:is|would be|'s) (?:the )?(?:best|better|easiest|quickest)\b"
    r"|\bwhich (?:one |option )?(?:do|would|should) (?:you|u|i) (?:recommend|suggest|take|pick|choose|advise)\b|\b(?:i )?don'?t mind\b",
    re.IGNORECASE,
)
# "Can I have something off?": what lies open is asked for in the form of a question.
_MAY_I = re.compile(
    r"^(?:那|就|还|還)?(?:能|可以|可不可以|能不能|得唔得)[^，,。]*[吗嗎不呢?？]*$|^(?:so |then |and )*(?:can|could|may) i\b",
    re.IGNORECASE,
)


def half_named(draft: Draft) -> Option | None:
    """The way out that is to be asked about, not done: named "maybe", or one that moves money, among other words."""
    state, reading = draft.state, draft.reading
    if state.asked_now not in OPEN or not draft.has_issue or reading.choice:
        return None
    if reading.conditional and not _named_apart(draft):
        return None
    if manners.only_thanks(reading.text):
        return None
    if about := _asked_about(draft) or taken_up(draft):
        return about
    if is_elsewhere(draft) and reading.intent != "ask_alternative":
        return None
    if which_order.meant(draft.world.orders, reading.text) not in (None, draft.order):
        return None
    if lead := opened_with(draft):
        return lead
    kept = "，".join(each for each in clauses_of(reading.text) if not says_no(GIVEN_UP.sub("", each)))
    named = named_among(open_options(draft), kept, wavering=True)
    asked_if = any(map(asks_if_possible, clauses_of(kept)))
    for reach in (within_reach(draft), _other_remedies(draft) if asked_if else ()):
        named = named or named_among(reach, SHOWN.sub("", kept), wavering=True)
    asked = [each for each in clauses_of(kept) if _MAY_I.search(each)]
    if not named and (wished := [each for each in open_options(draft) if any(map(each.is_named_in, asked))]):
        return wished[0] if len(wished) == 1 else None
    asked_about = bool(WAVERS.search(kept)) or is_beside(draft) or asked_if
    return named[0] if len(named) == 1 and (asked_about or moves_money(named[0])) else None


def _named_apart(draft: Draft) -> bool:
    """True where a sentence of its own names a way out: "send a new one. What if the old one turns up?"."""
    sentences = [each for each in SENTENCES.split(draft.reading.text) if not sets_condition(each)]
    return bool(named_among(open_options(draft), "".join(sentences)))


def asked_for_fit(draft: Draft) -> Option | None:
    """The way out that fits what is told beside "which one is that?": named, or the best that leaves them the thing."""
    reading = draft.reading
    if draft.state.stage is not Stage.OFFER or reading.choice or not _WHICH.search(reading.text):
        return None
    told = "，".join(part for part in clauses_of(reading.text) if not asks(part))
    real = [option for option in open_options(draft) if option.port]
    if named := named_among(real, told):
        return named[0] if len(named) == 1 else None
    kept = [option for option in real if option.action not in _PARTS_WITH]
    return kept[0] if _KEEPS.search(told) and kept and len(kept) < len(real) else None


def leaves_choice(draft: Draft) -> bool:
    """True for "you choose", said while several ways out lie open."""
    text = draft.reading.text
    lies_open = draft.state.stage is Stage.OFFER and draft.state.asked_now in (ASKED, BESIDE)
    return lies_open and not draft.reading.choice and size(text) <= SHORT and bool(_LEAVES_IT.search(text))


def only_tells(text: str) -> bool:
    """True for "I haven't used any", 「不是，是没煮熟」: by its form a no, and it tells how things are."""
    parts = [part for part in clauses_of(text) if not _BARE_NO.fullmatch(part)]
    told = [bool(TELLS.search(part)) for part in parts if size(part) > 2]
    wished = any(is_request(part) or asks(part) or says_no(TELLS.sub("", part)) for part in parts)
    return any(told) and not wished


def _asked_about(draft: Draft) -> Option | None:
    """The way out whose place is named in "what does the first one mean?"."""
    text = draft.reading.text
    places = [position(changed(draft.reading, text=found.group())) for found in ONE_OF.finditer(text)]
    return at_place(draft, places[0]) if len(places) == 1 and size(text) <= SHORT and _WHAT_IS.search(text) else None


def _other_remedies(draft: Draft) -> tuple[Option, ...]:
    """What the shop could do of the open matter, and was not refused."""
    refused = draft.state.options_refused
    real = [option for option in draft.playbook.options if option.port and option.id not in refused]
    return tuple(option for option in real if still_possible(draft, option.id))
