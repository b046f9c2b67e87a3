"""By when, or for what, the customer needs it: heard once, and carried into answer, offer, request and brief."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from dialogues.draft import Draft
from dialogues.phrases.clauses import clauses_of
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
    r"|\bin time\b|\bbefore\b|\bneed\w*\b|\bdeadline\b|\burgent\w*|\bhurry\b|\bwill (?:it|they|the|my)\b|\bmake it\b"
    r"|\bby (?:the|then|mon|tue|wed|thu|fri|sat|sun|noon|to|this|next|end|christmas|easter|\d|my|our|her|his)\w*",
    re.IGNORECASE,
)
# "I have to send it back before Friday": it is not the thing that is needed by then.
_GOES_BACK = re.compile(
    r"退|寄回|取走|收走|上门取|上門取|取件|收件"
    r"|\breturn|\bsend\b.{0,20}\bback\b|\brefund|\bcollect|\bpick(?:ed)?\b.{0,12}\bup\b|\bmoney\b",
    re.IGNORECASE,
)
_BY_NOW = re.compile(
    r"(?:今天|今日|现在|現在|而家)?(?:都|已经|已經).{0,8}[号號日]了|(?:今天|今日|现在|現在)[^，]{0,6}[号號日]了"
    r"|\b(?:it'?s|it is|today'?s|today is)\b.{0,20}\b(?:already|now)\b",
    re.IGNORECASE,
)
COMPARED = frozenset({"answer.in_time", "answer.tight", "answer.tight_hour", "answer.too_late"})
# "I leave in 40 minutes", 「我還有半小時就要出門」: not how long somebody waited, nor when we should call.
_SPAN_HAN = (
    r"(\d+(?:\.\d+)?|[二三四五六]?十[一二三四五六七八九]?|[半一二两兩三四五六七八九])\s*[个個]?(半)?"
    r"(分钟|分鐘|小时|小時|钟头|鐘頭)"
)
_SPAN_EN = (
    r"(\d+(?:\.\d+)?|half an?|an?|one|two|three|four|five|ten|fifteen|twenty|thirty|forty|a couple of)[ -]?"
    r"(?:more )?(min(?:ute)?s?|hours?|hrs?)\b"
)
_SPANS = tuple(re.compile(words, re.IGNORECASE) for words in (
    rf"(?:还有|還有|只有|只剩|还剩|還剩|再过|再過|(?<!超)[过過])\s*{_SPAN_HAN}",
    rf"{_SPAN_HAN}\s*(?:之?[后後内內]|以[内內]|就(?:要|得|走|出))",
    rf"\b(?:in|within|have|got|only|just|next)\s+(?:(?:about|around|only|just|the next|less than|under)\s+)*{_SPAN_EN}",
    rf"\b{_SPAN_EN}\s+(?:left|to go|until|before|till)\b",
))  # fmt: skip
_OURS = re.compile(
    r"打|电话|電話|回电|回電|联系|聯絡|回复|回覆|\b(?:call|ring|phone|reply|contact|write|answer)\b", re.IGNORECASE
)
_NO_USE = re.compile(
    r"有(?:什么|什麼|啥|咩|个鬼|個鬼|屁)用|(?:那|根本|又|完全)?(?:没|沒|冇)(?:什么|什麼|有)?用了?(?:$|[，,。.!！啊呀吧])|(?:根本|已经|已經|那就|就)?(?:来不及|來不及|赶不上|趕不上)(?:了|啊|$)"
    r"|\bwhat(?:'s| is| good is|ever)? (?:the )?(?:use|good|point)\b|\b(?:no (?:use|good) to me|too late (?:for|by then)|far too late|pointless)\b",
    re.IGNORECASE,
)
_NUMBERS = {
    "half": 0.5, "半": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "three": 3, "four": 4, "five": 5,
    "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3,
    "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_HURRIED = frozenset({"speed", "certainty"})


def told(draft: Draft) -> dict[str, str]:
    """The day, or the minute (ISO), by which it is needed and the occasion, where the message tells them."""
    reading = draft.reading
    if reading.choice:
        return {}
    text = "，".join(clause for clause in clauses_of(reading.text) if not _GOES_BACK.search(clause))
    if moment := _moment(text, draft.world.now):
        return {NEEDED_BY: moment.isoformat(timespec="minutes")}
    in_time = bool(_IN_TIME.search(text))
    hurried = in_time or not _HURRIED.isdisjoint(reading.needs)
    occasion = next((name for name, words in _PATTERNS.items() if words.search(text)), "")
    if not hurried and occasion != "waiting":
        return {}
    found = {OCCASION: occasion} if occasion else {}
    day = coming_day(reading, draft.world.today)
    if day and (occasion or in_time):
        found[NEEDED_BY] = day
    return found


def _moment(text: str, now: datetime) -> datetime | None:
    """The time until which they can wait, told in minutes or hours from now; None where nothing is."""
    for clause in clauses_of(text):
        found = next(filter(None, (span.search(clause) for span in _SPANS)), None)
        if found and not _OURS.search(clause):
            *number, unit = found.groups()
            hours = _size(number[0].lower()) + (0.5 if number[1:] == ["半"] else 0)
            return now + (timedelta(minutes=hours) if unit[0] in "分mM" else timedelta(hours=hours))
    return None


def _size(number: str) -> float:
    """A number in figures or words: 40, 半, 四十五, "half an"."""
    if re.fullmatch(r"[\d.]+", number):
        return float(number)
    if "十" in number:
        tens, _, ones = number.partition("十")
        return 10 * _NUMBERS.get(tens, 1) + _NUMBERS.get(ones, 0)
    return _NUMBERS.get(number, 0) or _NUMBERS.get(number.split()[0], 0)


def is_by_the_hour(draft: Draft) -> bool:
    """True when they can wait until an hour of the day only."""
    return "T" in draft.state.facts.get(NEEDED_BY, "")


def coming_day(reading: Reading, today: date) -> str:
    """The first day from today on that the message names, as an ISO date; "" for none.

    "It's the 28th already" tells no day that is to come.
    """
    past = [clause for clause in clauses_of(reading.text) if _BY_NOW.search(clause)]
    for found in reading.entities:
        if found.text and any(found.text in clause for clause in past):
            continue
        exact = found.kind == "date" and re.match(r"\d{4}-\d\d-\d\d", found.value)
        if exact and date.fromisoformat(exact.group()) >= today:
            return exact.group()
    return ""


def words(draft: Draft) -> dict[str, str]:
    """What it is needed for, as parameters of a text that restates it; {} when that is not known."""
    facts = draft.state.facts
    if is_by_the_hour(draft):
        return {"need": "@needed.hour", **when(draft)}
    if occasion := facts.get(OCCASION, ""):
        return {"need": f"@needed.{occasion}"}
    return {"need": "@needed.day", **when(draft)} if NEEDED_BY in facts else {}


def when(draft: Draft) -> dict[str, str]:
    """The day or the time by which it is needed, for the wording. Raises KeyError where that is not known."""
    return {NEEDED_BY: f"{'time' if is_by_the_hour(draft) else 'date'}:{draft.state.facts[NEEDED_BY]}"}


def is_missed_by(draft: Draft, moment: datetime) -> bool:
    """True when something that is done by that moment comes after the day or the time by which it is needed."""
    needed = draft.state.facts.get(NEEDED_BY, "")
    if not needed or needed[:10] < draft.world.today.isoformat():
        return False
    if is_by_the_hour(draft):
        return moment > datetime.fromisoformat(needed)
    return moment.date().isoformat() > needed[:10]


def comes_to_nothing(text: str) -> bool:
    """True for "what use is the day after tomorrow?": what is arranged does not help."""
    return bool(_NO_USE.search(text))


def is_new(draft: Draft) -> bool:
    """True in the turn that tells it."""
    return OCCASION in draft.learnt or NEEDED_BY in draft.learnt


def against(draft: Draft, order: Order) -> str:
    """Whether the order comes in time, "" where nobody knows: a day that went by without it says nothing.

    ``in_time``, ``tight`` (on the very day), ``tight_hour`` (that day, and needed by an hour of it), ``too_late``.
    """
    day = draft.state.facts.get(NEEDED_BY, "")[:10]
    today = draft.world.today.isoformat()
    comes = today if order.status == "out_for_delivery" else order.eta[:10]
    if not day or comes < today or not order.is_coming:
        return ""
    if comes == day and is_by_the_hour(draft):
        return "tight_hour"
    return "in_time" if comes < day else "tight" if comes == day else "too_late"
