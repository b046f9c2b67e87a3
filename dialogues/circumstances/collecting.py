"""When something may be collected: heard in the customer's words, and carried into the request and its promise."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogues.circumstances import deadline
from dialogues.draft import Draft
from dialogues.phrases.clauses import asks, clauses_of
from dialogues.phrases.days import NAMES_TIME
from dialogues.phrases.script import joined
from dialogues.playbook import Option, Promised
from dialogues.reading import Reading
from dialogues.state import WORDS_AT_MOST
from dialogues.values import changed

PICKUP, PICKUP_DAY = "pickup_when", "pickup_day"  # the facts
COLLECTING = frozenset({"pickup", "repair_quote"})  # promises of a collection
_COLLECTION = re.compile(
    r"收|取|来|來|上门|上門|到府|在家|有空|[没沒]空|得[闲閒]|出差|返工|上班|方便|(?:改|换|換|挪|推|约|約)[到成在]?"
    r"|\b(?:courier|driver|collect\w*|pick\w*|come|comes|home|work|there|suits?|available|free|around|away|out|in|reschedul\w*|move|change|make it)\b",
    re.IGNORECASE,
)
# Words that speak of a collection before any was offered: "Thursday would suit me for a pick-up", 「周四在家可以来取」.
_OF_A_COLLECTION = re.compile(
    r"取件|收件|[来來](?:取|收)|上门|上門|到府|(?:才|都|会|會|只有?).{0,6}在家|在家(?:等|$)"
    r"|\b(?:collect(?:ed|ion)?|pick(?:ed)?[ -]?up|pick (?:it|them) up|suits?)\b"
    r"|\b(?:i'?m|i am|we'?re|we are|i'?ll be|be) (?:only )?(?:at home|home|in|free|available|around)\b",
    re.IGNORECASE,
)
# Where it is to be collected: "from my mum's, 12 High Street, Bath BA1 5NN".
_NAMES_PLACE = re.compile(
    r"\b(?:collect|pick\w*|come)\b.{0,24}\b(?:from|at|to) (?:my|our|the|\d)|\b\d{1,4}[a-z]? (?:[a-z]+ ){1,3}(?:street|st|road|rd|lane|avenue|ave|close|drive|way|row|place|court|terrace|square|gardens?|hill|park)\b"
    r"|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b|[一-鿿](?:路|街|道|巷|弄|村|区|區)\S{0,8}\d+\s*(?:号|號|弄|巷|楼|樓)",
    re.IGNORECASE,
)
_NOT_THEN = re.compile(
    r"[不没沒别別唔冇]|再(?:说|說|看|讲|講|定)|有事|出差|返工|上班|\b(?:not|no|never|away)\b|n'?t\b", re.IGNORECASE
)
_FROM_OR_UNTIL = re.compile(r"[前后後](?!天)|(?:点|點|半)到|\b(?:before|after|until|till|from|by)\b", re.IGNORECASE)
# A time and hardly a word beside it: "i said after 5", 「下班后，六点以后」.
_BARE = re.compile(
    r"(?:(?:like |as )?(?:i|we) (?:said|told you)|only|but|and|on|in the|next|this|any time|anytime|not|\s)*"
    r"(?:(?:after|from|before|till|until) \d{1,2}(?::\d\d)?(?: ?[ap]m)?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|tomorrow|mornings?|afternoons?|evenings?|weekends?|please|\s)+"
    r"|(?:我)?(?:说|說|讲|講)?(?:过|過|的|了|是|要|只)*(?:(?:周|週|星期|禮拜|礼拜)[一二三四五六日天末]|明天|后天|後天|[聽听后後]日|上午|下午|晚上|早上"
    r"|[\d一二两兩三四五六七八九十]{1,2}\s*(?:点|點)(?:半)?|以后|以後|之后|之後|后|後|才行|才可以|的|啊|呀|啦|喇|囉|吧|得)+",
    re.IGNORECASE,
)


def told(draft: Draft) -> dict[str, str]:
    """When a courier may come to collect it, in the customer's words, once a collection lies open or is booked."""
    text = draft.reading.text
    options, said = _collections(draft), _COLLECTION
    if not options and draft.has_issue and not (draft.state.options_shown or draft.state.options_done):
        options, said = draft.playbook.options, _OF_A_COLLECTION
    promised = next((option.promise for option in options if option.promise and option.promise.key in COLLECTING), None)
    if promised is None:
        return {}
    clauses = clauses_of(text)
    times = [each for each in clauses if NAMES_TIME.search(each)]
    of_it = said.search(text) or any(map(_BARE.fullmatch, times))
    if not times or not of_it or deadline.comes_to_nothing(text):
        return {}
    free = [each for each in times if not _is_ruled_out(each)]
    known = set(NAMES_TIME.findall(draft.state.facts.get(PICKUP, "")))
    if free and known.issuperset(NAMES_TIME.findall("，".join(free))) and not _NAMES_PLACE.search(text):
        return {}  # "right, Tuesday": that is known
    heard = _of_clauses(draft.reading, free or times)
    day = deadline.coming_day(heard, draft.world.today) or _week_begins(heard)
    if not free:
        day = _day_after(day) if day == _day_told(draft, promised) else ""
    times = free or times
    told = [each for each in clauses if (each in times or _NAMES_PLACE.search(each)) and not asks(each)]
    return {PICKUP: joined(told or times, like=text)[:WORDS_AT_MOST], **({PICKUP_DAY: day} if day else {})}


def _day_told(draft: Draft, promised: Promised) -> str:
    """The day by which the customer was, or would be, told that it is collected, as an ISO date."""
    return (draft.due_of(promised.key) or draft.when(promised)[1].isoformat())[:10]


def _week_begins(reading: Reading) -> str:
    """The Monday of a week that is named as a whole ("next week"), as an ISO date; "" for none."""
    weeks = (re.fullmatch(r"(\d{4})-W(\d\d)", found.value) for found in reading.entities if found.kind == "date")
    week = next(filter(None, weeks), None)
    return date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat() if week else ""


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day else ""


def is_moved(draft: Draft) -> bool:
    """True for "don't come tomorrow, Wednesday will do": another time is told, and nothing called off."""
    when = told(draft).get(PICKUP, "")
    return bool(when) and not all(map(_is_ruled_out, clauses_of(when)))


def _is_ruled_out(clause: str) -> bool:
    """True for a day on which nobody is to come; "not before five" is a time all the same."""
    return bool(_NOT_THEN.search(clause)) and not _FROM_OR_UNTIL.search(clause)


def _of_clauses(reading: Reading, clauses: list[str]) -> Reading:
    """The reading with those of its entities that stand in these clauses, or of which it is not known where."""
    kept = tuple(found for found in reading.entities if any(found.text in clause for clause in clauses))
    return changed(reading, entities=kept)


def _collections(draft: Draft) -> tuple[Option, ...]:
    """What lies open or is done of the open matter."""
    names = (*draft.state.options_open, *draft.state.options_done) if draft.has_issue else ()
    return tuple(option for name in names if (option := draft.playbook.option(name)))
