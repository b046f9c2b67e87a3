"""What kind of danger a message speaks of, told from its words, so that the safety line says what helps there."""

from __future__ import annotations

import re

DESPAIR, BODY, FIRE, THING, OTHER = "despair", "body", "fire", "thing", "first"
_SIGNS = (
    (DESPAIR, re.compile(
        r"自杀|自殺|轻生|輕生|寻短|尋短|寻死|尋死|不想活|活不下去|活着没|活著沒|活着还有|活著還有|结束.{0,4}生命|結束.{0,4}生命"
        r"|一死了之|死了算|想死|去死|割腕|跳楼|跳樓|跳下去|天台|烧炭|燒炭|上吊|安眠药|安眠藥|伤害自己|傷害自己|自残|自殘|自伤|自傷"
        r"|唔想生存|唔想做人|不想做人|生无可恋|生無可戀|\bmy ?self\b|\bmy (?:own )?life\b|suicid|self[- ]harm|\bend it\b"
        r"|want to die|better off (?:dead|without)|wish i (?:was|were) dead|see the point|(?:point|reason) (?:in |to )?(?:liv|go)"
        r"|want to (?:live|be alive|be here|go on)", re.IGNORECASE)),
    (BODY, re.compile(
        r"过敏|過敏|肿|腫|喘|呼吸|窒息|噎|吞|中毒|吐血|呕吐|嘔吐|流血|割|划伤|劃傷|刮伤|刮傷|扎|刺|玻璃|骨折|晕|暈|昏|药|藥|烫|燙|灼"
        r"|allerg|swell|swollen|rash|breath|chok|swallow|poison|vomit|bleed|blood|\bcut|glass|broken? (?:arm|leg|bone)|faint"
        r"|dizz|burn(?:t|ed)? (?:my|his|her|their|on)|scald|medicine|tablet|pill", re.IGNORECASE)),
    (FIRE, re.compile(
        r"烟|煙|火|烧|燒|焦|爆|电击|電擊|触电|觸電|漏电|漏電|短路|鼓包|膨胀|膨脹|燃气|燃氣|瓦斯|煤气|煤氣|一氧化碳|电到|電到"
        r"|smok|fire|flame|burning|spark|shock|electr|explod|\bgas\b|carbon monoxide|bulg|overheat|melt", re.IGNORECASE)),
    (THING, re.compile(
        r"裂|碎|破|断|斷|掉下|掉出|漏|松动|鬆動|松了|鬆了|卡不住|扣不|锁不|鎖不|倒了|塌|尖|毛刺|铁锈|鐵鏽|发霉|發霉|变质|變質|虫|蟲|异物|異物|敢用|敢再用|安全吗|安全嗎"
        r"|crack|shatter|snap|broke|loose|buckle|latch|collaps|sharp|splinter|mould|mold|rust|\bbug|foreign|safe to|unsafe|click",
        re.IGNORECASE)),
)  # fmt: skip


def kind_of(text: str) -> str:
    """``despair``, ``body``, ``fire``, ``thing``, or ``first`` where the words do not tell: the end of a safety line's key."""
    return next((kind for kind, words in _SIGNS if words.search(text)), OTHER)


_CHILD = re.compile(
    "孩子|宝宝|寶寶|婴儿|嬰兒|小孩|女儿|女兒|儿子|兒子|新生儿|新生兒|[一两兩二三四五]岁|[一兩二三四五]歲|\\bbaby\\b|newborn|toddler"
    "|\\b(?:my|our) (?:child|kid|son|daughter|little one|grandson|granddaughter)\\b|car seat|high ?chair|\\bcot\\b|pram|stroller",
    re.IGNORECASE,
)


def for_a_child(text: str) -> bool:
    """True when something that may be unsafe is spoken of, and a child: then it is better not used."""
    return bool(_CHILD.search(text)) and _matches(THING, text)


def _matches(kind: str, text: str) -> bool:
    return any(each == kind and words.search(text) for each, words in _SIGNS)
