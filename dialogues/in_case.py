"""What is asked of a case that is not so: "what if it doesn't come?", "what if I broke it myself?", "if I cancel, …?"

It is answered for that case, or said not to be known: never for what is so now, and nothing is opened or done by it.
"""

from __future__ import annotations

import re

from dialogues import asked_too, by_when, offering, particulars, remedies
from dialogues.draft import Draft
from dialogues.eoac import Signal
from dialogues.meaning import ON_THE_WAY
from dialogues.phrases.clauses import clauses_of, puts_case, questions_of, sets_condition
from dialogues.values import changed

# The case that what is promised or awaited does not come about.
_FAILS = re.compile(
    r"(?<![要能会會好是係可])[不唔](?:来|來|到|了|行|成|及|好|给|給)|没|沒|未|冇|晚|丢|丟|赶|趕|迟|遲|误|誤"
    r"|\b(?:it|that|this|they|those|he|she|you|(?:the|your|my|our) \w+(?: \w+)?)\b(?:.{0,12}(?:n'?t|not|never|late|longer|lost|fails?|missing)\b)"
    r"|\b(?:nobody|no one) (?:comes|turns|shows|calls|rings|writes|answers|does)\b|\bnothing (?:comes|happens|arrives)\b",
    re.IGNORECASE,
)
# The same without a word that supposes it: 「赶不上怎么办」.
_FALLS_SHORT = re.compile(
    r"[不没沒][^，,。不]{0,4}(?:怎么办|怎麼辦|咋办|咋辦|怎么弄|点算|點算)"
    r"|[来來到送赶趕修](?:不|没|沒)[了到来來上及好]{0,2}[^，,。不]{0,2}(?:[退换換](?![货貨]|到)|取消)"
)
# The case that they did it themselves.
_OWN_DOING = re.compile(
    r"自己(?:弄|摔|搞|碰|不小心|拆|用|的)|我(?:自己)?(?:弄|摔|搞|碰|拆|不小心)|人为|人為"
    r"|\b(?:my (?:own )?fault|(?:was|did|broke|done|do) (?:it )?(?:by )?(?:me|myself)\b|(?:was|were) me\b|i (?:broke|dropped|spilled|spilt|overloaded|damaged|bent|opened|misused)\b)",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"丢|丟|不见|不見|找不到|遗失|遺失|\b(?:lost|missing|stolen|never (?:turns up|found))\b", re.IGNORECASE
)
_AGAIN = re.compile(
    r"[又再也](?:是)?(?:坏|壞|错|錯|漏|裂|破|不对|不對|有问题|有問題)"
    r"|\b(?:wrong|broken|faulty|damaged|leaks?|breaks?|cracks?|missing|doesn'?t (?:work|fit))\b.{0,16}\b(?:again|too|as well|either)\b",
    re.IGNORECASE,
)
_MENDING = "repair_warranty"
_DECIDES = frozenset({Signal.CHOSE, Signal.YES, Signal.UNDO, Signal.INSTEAD})


def answered(draft: Draft, signal: Signal) -> Draft | None:
    """The draft that says what happens in the case that is asked about; None where none is.

    What is asked beside it is answered first.
    """
    reading, state = draft.reading, draft.state
    if reading.choice or signal in _DECIDES or not (state.lies_open and draft.has_issue):
        return None
    if not (puts_case(reading.text) or particulars.supposes(reading)):
        return by_when.otherwise(draft) if _FALLS_SHORT.search(reading.text) else None
    questions = questions_of(reading.text)
    case = next((each for each in questions if puts_case(each)), "")
    others = [each for each in questions if each != case] if case else []
    for number, other in enumerate(others):
        draft = asked_too.with_answer(draft, other, f"beside.{number}")
    told = _told(changed(draft, reading=changed(reading, text=case or reading.text)))
    return changed(told, reading=reading)


def _told(draft: Draft) -> Draft:
    issue, text = draft.state.issue, draft.reading.text
    if issue in ON_THE_WAY and _LOST.search(text):
        return _as("lost", draft)
    again = bool(_AGAIN.search(text))
    supposed = [each for each in clauses_of(text) if puts_case(each) or sets_condition(each)] or [text]
    if not again and any(map(_FAILS.search, supposed)) and (otherwise := by_when.otherwise(draft)):
        return otherwise
    if issue == _MENDING and _OWN_DOING.search(text):
        return _as("own_doing", draft)
    if (again or remedies.THE_NEW.search(text)) and any(option.is_remedy for option in draft.playbook.options):
        return _as("again", draft)
    told = particulars.told(draft) or asked_too.looked_up(draft, "knowledge")
    return told if told.calls else offering.and_on(told)


def _as(case: str, draft: Draft) -> Draft:
    return offering.and_on(draft.say("answer", f"answer.if_not.{case}").because("otherwise"))
