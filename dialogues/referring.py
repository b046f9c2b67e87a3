"""Referral: what is asked and no way out covers is said back, and put to a colleague in the customer's own words."""

from __future__ import annotations

import re

from dialogues import asked_for, asking, facts, offers
from dialogues.confirming import told_promise
from dialogues.draft import Draft
from dialogues.phrases import portions
from dialogues.phrases.accepting import acceptance
from dialogues.phrases.clauses import clauses_of
from dialogues.phrases.script import HAN
from dialogues.playbook import Option
from dialogues.state import Stage

TEAM = "duty_team"  # the way out by which people are asked
DECIDE, FIND_OUT = "offer.referred", "offer.to_find_out"  # the wording
# Words that say nothing of what is wanted: "can I have something else instead?".
_SAYS_NOTHING = re.compile(
    r"[我你您妳们們佢他她的了吗嗎呢吧啊呀啦喇吓请請想要能可以不唔会會就那这這个個给給畀帮幫别別其他它办辦法方案选選擇择有没沒还還换換点點什么麼怎样樣行一下到底么得快解决決处處理弄搞东東西事情再先？?，,。.!！\s]"
    r"|\b(?:can|could|would|will|you|i|we|u|do|does|have|has|is|are|be|there|any|anything|something|else|other|another"
    r"|ways?|options?|choices?|alternatives?|instead|please|just|want|need|like|get|give|me|my|an?|the|of|to|for|what|how"
    r"|different|better|possible|help|it|this|that|these|those|ones?|about|now|then|so|and|ok|okay|sort\w*|fix\w*|done|answer|solution)\b",
    re.IGNORECASE,
)
# What wants to be told something, not something to be done.
_WANTS_TO_KNOW = re.compile(
    r"知道|告诉|告訴|问|問|查|确认|確認|解释|解釋|说明|說明|看(?:看|一下)|答(?:复|覆)"
    r"|\b(?:know|tell|see|hear|find out|understand|check|explain|ask(?:ing)?|look|remind|confirm|believe|talk|speak)\b",
    re.IGNORECASE,
)
# "Could the driver leave it in the shed?", 「師傅可以搬上樓嗎」: asked of those who come, not of us.
_OF_OTHERS = re.compile(
    r"(?:快递|快遞|司机|司機|师傅|師傅|物流|配送|送货|送貨|外送)[^，,。]{0,6}(?:能|可以|可不可以|帮|幫|會不會|会不会)[^，,。]{0,3}(?:放|搬|拿|送上|抬|帶|带|等|打)"
    r"|\b(?:can|could|would|will) (?:they|he|she|(?:the|a|your|my) (?:driver|courier|postman|post(?:al)? \w+|delivery \w+|neighbou?r|engineer|plumber|fitter))"
    r" (?:leave|carry|take|bring|drop|put|wait|ring|call|phone|knock|fit|install|pick|hand)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(r"答|回|知道|消息|\b(?:answer|hear|reply|tell|know)\b", re.IGNORECASE)
_ZH_AT_LEAST, _EN_AT_LEAST = 3, 2  # Chinese characters or words that say what is wanted


def asked_beyond(draft: Draft) -> str:
    """What this turn asks for and none of the ways out is, in the customer's words; "" where nothing is."""
    reading = draft.reading
    if reading.choice or not draft.has_issue:
        return ""
    if is_of_a_part(draft):
        return reading.text
    clauses = clauses_of(reading.text)
    wished = next((clause for clause in clauses if _is_beyond(draft, clause) or _OF_OTHERS.search(clause)), "")
    return reading.text[reading.text.find(wished) :] if wished else ""


def _is_beyond(draft: Draft, clause: str) -> bool:
    if not asked_for.wishes(clause) or _WANTS_TO_KNOW.search(clause):
        return False
    return _says_something(clause) and not any(option.is_named_in(clause) for option in _within_reach(draft))


def _within_reach(draft: Draft) -> list[Option]:
    """What can be had of the open matter, or of what it may turn into."""
    issues = [issue for issue in (draft.state.issue, *draft.playbook.becomes) if draft.book.is_issue(issue)]
    there = [draft.set(issue=issue) for issue in issues]
    return [
        option for each in there for option in each.playbook.options
        if (option.port or each.state.issue == draft.state.issue) and offers.is_possible(each, option)
    ]  # fmt: skip


def _says_something(text: str) -> bool:
    rest = _SAYS_NOTHING.sub(" ", text)
    han = len(HAN.findall(rest))
    return han >= _ZH_AT_LEAST or len(re.findall(r"[a-z']{2,}", rest, re.IGNORECASE)) >= _EN_AT_LEAST


def is_of_a_part(draft: Draft) -> bool:
    """True for a wish about a part of the order at hand: every way out is about the whole of it."""
    text, order = draft.reading.text, draft.order
    if draft.reading.choice or not draft.has_issue or draft.state.facts.get("fault") == "missing":
        return False
    if portions.of_the_price(text):  # where something off it is a way out, people say how much
        return not any(option.is_remedy and not option.port for option in draft.playbook.options)
    quantity = order.quantity if order else 1
    return portions.wanted_of(text, max(quantity, portions.pieces_of(order.item) if order else 1))


def is_asked_of_others(text: str) -> bool:
    """True for "could the driver leave it in the shed?"."""
    return bool(_OF_OTHERS.search(text))


def put_part(draft: Draft) -> Draft | None:
    """A wish about a part of the order is put to people; None where the turn has none."""
    return refer(draft, draft.reading.text) if is_of_a_part(draft) else None


def refer(draft: Draft, words: str, key: str = DECIDE) -> Draft | None:
    """Asks whether a colleague is to be asked in these words: one tap or a yes does it. None where nobody can be.

    Who is being asked already has these words as well.
    """
    if not words or not draft.has_issue:
        return None
    team = offers.still_possible(draft, TEAM)
    draft = facts.keep(draft, {asked_for.REFERRED: asked_for.to_the_point(words)}).because("refers")
    if (asked := draft.option(TEAM)) in draft.done:
        of_the_answer = key == FIND_OUT and _NEWS.search(words)
        return told_promise(draft if of_the_answer else asked_for.echoed(draft, asked_for.REFERRED), asked)
    if team is None or team.promise is None:
        return None
    on_table = offers.open_options(draft) if key == FIND_OUT else ()
    choices = offers.as_choices((team, *(each for each in on_table if each != team)), draft)
    choices = (*choices, *(() if on_table else (asking.OTHERWISE,)))
    if (on_table or draft.in_conflict) and not any(option.handover for option in on_table):
        choices = (*choices, asking.HUMAN)
    _, told = draft.when(team.promise)
    said = {"words": f"={draft.state.facts[asked_for.REFERRED]}", "due": f"time:{told.isoformat()}"}
    if not draft.too_upset_for_offers:
        draft = draft.say("answer" if key == FIND_OUT else "offer", key, said, choices=choices)
    elif draft.may_ask:
        draft = draft.say("clarify", key, said, choices=choices, question=True)
    else:
        return None
    return draft.set(
        stage=Stage.OFFER, asked_now="choice", options_open=(team.id,),
        options_shown=tuple(dict.fromkeys((*draft.state.options_shown, team.id))),
    )  # fmt: skip


def put_beyond(draft: Draft) -> Draft | None:
    """What is asked beside the ways out of an open matter goes to a colleague; None where nothing is."""
    return refer(draft, asked_beyond(draft)) if draft.state.lies_open else None


def asked_beside(draft: Draft, picked: Option) -> Draft | None:
    """The draft in which people are to be asked beside what is picked; None where they are not.

    "Fine, do that; and chase the courier" while it was put to them that a colleague is asked; "and ask about the
    electrician".
    """
    text, team = draft.reading.text, draft.option(TEAM)
    if draft.reading.choice or picked.id == TEAM or team is None or team in draft.done:
        return None
    if draft.state.options_open == (TEAM,) and asked_for.REFERRED in draft.state.facts:
        said = acceptance(text)
        return draft if team.is_named_in(text) or (said is not None and said.opens) else None
    named = (clause for clause in clauses_of(text) if team.is_named_in(clause) and not picked.is_named_in(clause))
    words = next((clause for clause in named if _says_something(clause)), "")
    return facts.keep(draft, {asked_for.REFERRED: asked_for.to_the_point(words)}) if words else None
