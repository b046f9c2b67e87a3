"""Somebody died: the customer is met as a mourner, and asked for nothing that can be spared."""

from __future__ import annotations

import re

from dialogues.draft import COMFORT_BUBBLE, Draft

BEREAVED = "bereaved"  # the fact
_KIN_ZH = "妈|媽|母亲|母親|爸|父亲|父親|爷爷|爺爺|奶奶|外公|外婆|姥姥|姥爷|阿公|阿嬤|阿嫲|老公|老婆|先生|太太|丈夫|妻子|儿子|兒子|女儿|女兒|哥哥|弟弟|姐姐|妹妹|家人|老人|老人家"
_KIN_EN = (
    r"mother|mum|mom|mam|father|dad|husband|wife|partner|son|daughter|brother|sister|grand\w+|nan|nana|granny|uncle|aunt"
    r"|friend|baby|dog|cat|he|she"
)
_DIED = re.compile(
    rf"去世|过世|過世|往生|离世|離世|病逝|逝世|辞世|辭世|丧事|喪事|(?:{_KIN_ZH})[^，,。]{{0,5}}(?:走了|没了|不在了|过身|過身)"
    rf"|\bpassed away\b|\bbereave\w*|\bfuneral\b|\b(?:{_KIN_EN})(?:'?s|'ve| has| have| had| just| sadly| suddenly| recently)* "
    r"(?:died|passed|dead)\b|\bdeath of my\b|\blost my (?:mother|mum|mom|father|dad|husband|wife|son|daughter)\b",
    re.IGNORECASE,
)


def told(draft: Draft) -> dict[str, str]:
    """The fact that somebody died, where the message tells it."""
    return {BEREAVED: "yes"} if not draft.reading.choice and _DIED.search(draft.reading.text) else {}


def is_new(draft: Draft) -> bool:
    """True in the turn that tells it."""
    return BEREAVED in draft.learnt


def is_known(draft: Draft) -> bool:
    """True from that turn on, while the episode lasts."""
    return BEREAVED in draft.state.facts


def condole(opening: Draft) -> Draft:
    """A word of sympathy, and that nothing need be explained."""
    opening = opening.say("empathise", "empathise.grief", bubble=COMFORT_BUBBLE)
    return opening if opening.is_handed_over else opening.say("accept", "accept.grief", bubble=COMFORT_BUBBLE)
