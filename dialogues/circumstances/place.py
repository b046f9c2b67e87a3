"""Where the customer has things sent: what an article tells of another place's prices does not hold there.

The shop's articles are written for a home of their own, told by their language or by the money in them.
"""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.phrases.clauses import clauses_of

PLACE = "place"  # the fact: a key of _NAMES
_NAMES = {
    "HK": r"香港|九龙|九龍|新界|\bhong ?kong\b", "MO": r"澳门|澳門|\bmaca[ou]\b",
    "TW": r"台湾|台灣|臺灣|\btaiwan\b", "CN": r"大陆|大陸|内地|內地|中国|中國|\b(?:mainland )?china\b",
    "GB": r"英国|英國|\b(?:uk|u\.k\.|united kingdom|england|scotland|wales|britain|northern ireland)\b",
    "IE": r"爱尔兰|愛爾蘭|(?<!northern )\bireland\b",
    "SG": r"新加坡|\bsingapore\b",
    "MY": r"马来西亚|馬來西亞|大马|大馬|\bmalaysia\b",
    "JP": r"日本|\bjapan\b",
    "US": r"美国|美國|\b(?:usa|u\.s\.a?\.?|united states|america)\b",
    "CA": r"加拿大|\bcanada\b",
    "AU": r"澳洲|澳大利亚|澳大利亞|\baustralia\b",
    "EU": r"欧洲|歐洲|欧盟|歐盟|德国|德國|法国|法國"
          r"|\b(?:eu|europe|germany|france|spain|italy)\b",
}  # fmt: skip
_PATTERNS = {code: re.compile(words, re.IGNORECASE) for code, words in _NAMES.items()}
# A place counts where something is sent there or somebody lives there: not "my flight to Japan".
_SENT_THERE = re.compile(
    r"送|寄|运|運|配|收货|收貨|邮费|郵費|我在|人在|住|发到|發到|订|訂"
    r"|\b(?:deliver\w*|ship\w*|send|sending|post|postage|live|living|based|i'?m in|order\w*)\b",
    re.IGNORECASE,
)
_ZONES = {
    "Asia/Hong_Kong": "HK", "Asia/Macau": "MO", "Asia/Taipei": "TW", "Asia/Shanghai": "CN", "Asia/Urumqi": "CN",
    "Europe/London": "GB", "Europe/Dublin": "IE", "Asia/Singapore": "SG", "Asia/Kuala_Lumpur": "MY",
    "Asia/Tokyo": "JP",
}  # fmt: skip
_MONEY = {"TW": r"NT\$", "GB": "£", "CN": r"¥|\d\s*元", "HK": r"HK\$"}
_PAID_IN = {"HKD": "HK", "TWD": "TW", "CNY": "CN", "GBP": "GB"}
_HOMES = {"en": "GB", "zh-CN": "CN", "zh-TW": "TW"}


def told(draft: Draft) -> dict[str, str]:
    """The place that the message names as where things go."""
    for clause in clauses_of(draft.reading.text):
        named = [code for code, words in _PATTERNS.items() if words.search(clause)]
        if len(named) == 1 and _SENT_THERE.search(clause):
            return {PLACE: named[0]}
    return {}


def where(draft: Draft) -> str:
    """Where things go: as the customer said, else where the order was paid, else by their clock; "" for not known."""
    paid = _PAID_IN.get(draft.order.currency, "") if draft.order else ""
    return draft.state.facts.get(PLACE, "") or paid or _ZONES.get(draft.world.timezone, "")


def qualified(draft: Draft, quote: str) -> Draft:
    """The draft with a word that what was quoted holds elsewhere, where it does and does not speak of their place."""
    here, locale = where(draft), draft.state.locale
    money = next((code for code, mark in _MONEY.items() if re.search(mark, quote)), "")
    home = money or _HOMES.get(locale, "")
    asked = PLACE in draft.learnt
    if not here or here == home or not (money or asked) or _PATTERNS[here].search(quote):
        return draft
    return draft.say("answer", "answer.elsewhere", {"home": f"@place.{home}", "place": f"@place.{here}"})
