"""A first matter that was heard unsurely, or as a mere yes, and that the words name all the same.

"Too small", 「那就退款吧」, 「43码？」: whoever writes little means what they bought; one word of it is enough.
"""

from __future__ import annotations

import re

from dialogues import asked_for, order_at_hand, owning
from dialogues.circumstances import variant
from dialogues.draft import Draft
from dialogues.eoac import OVER
from dialogues.phrases import which_matter
from dialogues.phrases.clauses import asks, clauses_of, parted
from dialogues.phrases.script import size
from dialogues.phrases.weighed import FAULT, LATE
from dialogues.values import changed

LIKELY = 0.45  # from which a hearing counts that the words bear out
_BRIEF = 6  # Chinese characters or words
_REMEDIES = frozenset({"refund", "return_exchange", "order_cancel", "repair_warranty"})
_FAULTS = frozenset({FAULT, LATE})
# Heard for a wish that answers nothing: no way out was put to them yet.
_MERE_ACTS = frozenset({"affirm", "provide_info", "thank", "ask_alternative", "deny", "unresolved"})
# That it does not fit, as a whole clause: 「小了」, 「鞋子大了一码」, "they're too tight".
_MISFIT = re.compile(
    r"(?:鞋子?|衣服|上衣|外套|[裤褲裙]子?|尺[寸码碼]|[码碼号號]数?|买|買|穿(?:着|著|起来|起來)?|有点|有點|太|偏|都|也|真的|又)*"
    r"[小大紧緊窄肥瘦宽寬长長短](?:了|啦|咗)(?:一|半|两|兩|点|點|[码碼号號]|些|啊|呀|吧)*"
    r"|.{0,4}(?:穿不[上下进進]|不合[身脚腳适適]|[挤擠]脚)(?:了|啊|呀)?"
    r"|(?:it'?s|it is|they'?re|they are|(?:the )?shoes?)?\s*(?:are |is |a (?:bit|size|little) |far |way |much )*"
    r"(?:too (?:small|big|large|tight|loose|long|short|narrow|wide)|do(?:es)?n'?t fit(?: me)?)",
    re.IGNORECASE,
)


def named_outright(draft: Draft) -> Draft:
    """The draft in which a first matter that the words name, and no other, is taken for surely heard."""
    reading = draft.reading
    fresh = draft.state.stage in OVER or not (draft.has_issue or draft.state.guess)
    heard = reading.unsure or reading.intent in _MERE_ACTS
    if reading.choice or not (fresh and heard):
        return draft
    issue = _as_heard(draft) or _told_of(reading.text) or (variant.SWAPPING if _is_misfit(draft) else "")
    if not draft.book.is_issue(issue) or issue in reading.denied:
        return draft
    also = tuple(each for each in reading.also if each != issue)
    return changed(draft, reading=changed(reading, intent=issue, unsure=False, also=also)).because(
        "named_outright", issue=issue
    )


def _as_heard(draft: Draft) -> str:
    """What was heard, where the words name it and no other, or ask what an article may answer."""
    reading = draft.reading
    if (
        reading.negated
        or reading.denied
        or not reading.unsure
        or not draft.book.is_issue(reading.intent)
        or reading.confidence < LIKELY
    ):
        return ""
    if draft.book.of(reading.intent).knowledge and reading.puts_question and owning.unkept(draft) is None:
        return reading.intent
    named = which_matter.named_in(reading.text)
    if reading.intent in _FAULTS:
        named -= _REMEDIES  # a fault and its remedy both named is the fault
    return reading.intent if named == {reading.intent} else ""


def _told_of(text: str) -> str:
    """The one remedy that is wished for, or the fault that is told; "" where none is, or several."""
    told = parted(text)[0]
    wished = which_matter.named_in("，".join(filter(asked_for.wishes, told)))
    if len(wished) == 1 and wished <= _REMEDIES:
        return next(iter(wished))
    faults = which_matter.named_in("，".join(part for part in told if not asks(part))) - _REMEDIES
    return FAULT if faults == {FAULT} else ""


def _is_misfit(draft: Draft) -> bool:
    """True for "too small", and for a mere "size 43?", from who has what they bought."""
    order = order_at_hand.look_up(draft).order
    if order is None or order.status != "delivered":
        return False
    parts = clauses_of(draft.reading.text)
    if any(map(_MISFIT.fullmatch, parts)):
        return not any(map(asks, parts))
    return size(draft.reading.text) <= _BRIEF and variant.names_only(draft.reading.text)
