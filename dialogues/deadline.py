"""By when, or for what, the customer needs it: heard once, and carried into answer, offer, request and brief."""

from __future__ import annotations

import re
from datetime import date

from dialogues.draft import Draft
from dialogues.reading import Order, Reading

NEEDED_BY, OCCASION = "needed_by", "occasion"  # the facts
# What it is needed for: the end of the wording key ``needed.*``.
_OCCASIONS = {
    "birthday": "生日|满月|滿月|寿|壽|周岁|週歲|birthday|b-?day",
    "wedding": "婚礼|婚禮|结婚|結婚|婚宴|wedding|anniversary",
    "trip": "出差|旅行|旅游|旅遊|出国|出國|出门|出門|飞机|飛機|航班|机票|機票|登机|登機|高铁|高鐵|露营|露營|爬山"
            r"|\btrip\b|\bflights?\b|\bfly(?:ing)?\b|travel|vacation|on holiday|camping|leav(?:e|ing) (?:on|for|tomorrow)",
    "party": r"派对|派對|聚会|聚會|年会|年會|宴会|宴會|\bparty\b|\bevent\b|christening|ceremony",
    "exam": r"考试|考試|高考|面试|面試|开学|開學|比赛|比賽|演出|\bexams?\b|interview|\brace\b|marathon|\bconcert\b|school starts",
    "holiday": "过年|過年|春节|春節|中秋|端午|圣诞|聖誕|母亲节|母親節|父亲节|父親節|christmas|thanksgiving|mother's day|easter|diwali",
    "waiting": "断粮|斷糧|断奶|斷奶|没奶|沒奶|没得吃|沒得吃|饿|餓|急用|急着用|急著用|等着用|等著用|等着吃|等著吃|救命|急需|断药|斷藥|吃完了"
               r"|run(?:ning)? out|ran out|hungry|nothing to (?:eat|feed)|urgently|desperately|medication|insulin|formula",
}  # fmt: skip
_PATTERNS = {name: re.compile(words, re.IGNORECASE) for name, words in _OCCASIONS.items()}
_IN_TIME = re.compile(
    r"赶|趕|来得及|來得及|来不来得及|來不來得及|之前|以前|前(?:要|能|得|一定|必)|就要|要用|急|等着|等著|到得了|收得到"
    r"|\bin time\b|\bby\b|\bbefore\b|\bneed\w*\b|\bdeadline\b|\burgent\w*|\bhurry\b|\bwill (?:it|they|the|my)\b|\bmake it\b",
    re.IGNORECASE,
)
COMPARED = frozenset({"answer.in_time", "answer.tight", "answer.too_late"})
_HURRIED = frozenset({"speed", "certainty"})


def told(draft: Draft) -> dict[str, str]:
    """The day (ISO) by which it is needed and the occasion, where the message tells them."""
    reading = draft.reading
    if reading.choice:
        return {}
    hurried = bool(_IN_TIME.search(reading.text)) or not _HURRIED.isdisjoint(reading.needs)
    occasion = next((name for name, words in _PATTERNS.items() if words.search(reading.text)), "")
    if not hurried and occasion != "waiting":
        return {}
    found = {OCCASION: occasion} if occasion else {}
    day = coming_day(reading, draft.world.now.date())
    if day and (occasion or _IN_TIME.search(reading.text)):
        found[NEEDED_BY] = day
    return found


def coming_day(reading: Reading, today: date) -> str:
    """The first day from today on that the message names, as an ISO date; "" for none."""
    for found in reading.entities:
        exact = found.kind == "date" and re.match(r"\d{4}-\d\d-\d\d", found.value)
        if exact and date.fromisoformat(exact.group()) >= today:
            return exact.group()
    return ""


def words(draft: Draft) -> dict[str, str]:
    """What it is needed for, as parameters of a text that restates it; {} when that is not known."""
    facts = draft.state.facts
    if occasion := facts.get(OCCASION, ""):
        return {"need": f"@needed.{occasion}"}
    if day := facts.get(NEEDED_BY, ""):
        return {"need": "@needed.day", NEEDED_BY: f"date:{day}"}
    return {}


def is_new(draft: Draft) -> bool:
    """True in the turn that tells it."""
    return OCCASION in draft.learnt or NEEDED_BY in draft.learnt


def against(draft: Draft, order: Order) -> str:
    """Whether the order comes in time: ``in_time``, ``tight`` (on the very day), ``too_late``; "" where nobody knows."""
    day = draft.state.facts.get(NEEDED_BY, "")
    if not day or not order.eta or not order.is_coming:
        return ""
    comes = order.eta[:10]
    return "in_time" if comes < day else "tight" if comes == day else "too_late"
