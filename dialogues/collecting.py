"""When something may be collected: heard in the customer's words, and carried into the request and its promise."""

from __future__ import annotations

import re

from dialogues import deadline
from dialogues.clauses import clauses_of
from dialogues.draft import Draft
from dialogues.state import WORDS_AT_MOST

PICKUP, PICKUP_DAY = "pickup_when", "pickup_day"  # the facts
COLLECTING = frozenset({"pickup", "repair_quote"})  # promises of a collection
NAMES_TIME = re.compile(
    r"(?:周|週|星期|禮拜|礼拜)[一二三四五六日天末]|明天|后天|後天|聽日|上午|下午|晚上|中午|早上|平日|工作日|[\d一二两兩三四五六七八九十]{1,2}\s*(?:点|點(?!数|數)|号|號)"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tomorrow|mornings?|afternoons?|evenings?|weekends?|weekdays?"
    r"|after \d|before \d)",
    re.IGNORECASE,
)
_COLLECTION = re.compile(
    r"收|取|来|來|上门|上門|到府|在家|\b(?:courier|driver|collect\w*|pick\w*|come|comes|home|work|there|suits?)\b",
    re.IGNORECASE,
)
# A time and hardly a word beside it: "i said after 5", 「下班后，六点以后」.
_BARE = re.compile(
    r"(?:(?:like |as )?(?:i|we) (?:said|told you)|only|but|and|on|in the|next|this|any time|anytime|not|\s)*"
    r"(?:(?:after|from|before|till|until) \d{1,2}(?::\d\d)?(?: ?[ap]m)?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|tomorrow|mornings?|afternoons?|evenings?|weekends?|please|\s)+"
    r"|(?:我)?(?:说|說|讲|講)?(?:过|過|的|了|是|要|只)*(?:(?:周|週|星期|禮拜|礼拜)[一二三四五六日天末]|明天|后天|後天|上午|下午|晚上|早上"
    r"|[\d一二两兩三四五六七八九十]{1,2}\s*(?:点|點)(?:半)?|以后|以後|之后|之後|后|後|才行|才可以|的|啊|呀)+",
    re.IGNORECASE,
)


def told(draft: Draft) -> dict[str, str]:
    """When a courier may come to collect it, in the customer's words, once a collection lies open or is booked."""
    state = draft.state
    names = (*state.options_open, *state.options_done) if draft.has_issue else ()
    options = [option for name in names if (option := draft.playbook.option(name))]
    if not any(option.promise and option.promise.key in COLLECTING for option in options):
        return {}
    times = [each for each in clauses_of(draft.reading.text) if NAMES_TIME.search(each)]
    of_it = _COLLECTION.search(draft.reading.text) or any(map(_BARE.fullmatch, times))
    if not times or not of_it or deadline.comes_to_nothing(draft.reading.text):
        return {}
    day = deadline.coming_day(draft.reading, draft.world.today)
    return {PICKUP: "，".join(times)[:WORDS_AT_MOST], **({PICKUP_DAY: day} if day else {})}
