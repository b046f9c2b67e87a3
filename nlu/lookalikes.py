"""What only looks like a detail: a house number, a size, "a little", a count of people, a train.

Read from folded, lower-cased text: Chinese in Simplified form.
"""

from __future__ import annotations

import re

from nlu.grammar import Match
from nlu.hearing import Entity

_BEFORE_HOUSE = re.compile("[路街道巷弄段村里]\\s*$")
_AFTER_HOUSE = re.compile("\\s*[0-9一二三四五六七八九十]*\\s*(?:[楼樓室栋棟座]|单元|單元|之[0-9])")
# 「小一号」 is a size, 「5号线」 and 「5号电池」 no day.
_SIZED = re.compile(r"(?:第|[大小细肥瘦宽窄长短码加减])[了个点]?\s*$")
_OF_A_SIZE = re.compile(r"\s*(?:的?(?:鞋|码|尺|线|店|口|门|仓|柜|车|客服|电池|球|链接|桌|员|机)|[a-z])")
# "the 2nd time": an ordinal is a day where nothing but the sentence's small words follow it.
_STANDS_ALONE = re.compile(
    r"\s*(?:$|[^\w\s]|(?:of|at|in|and|or|is|was|were|will|would|i|it|we|they|my|our|for|to|so|please|pls|morning|afternoon|evening"
    r"|by|before|as|if|not|still|now|when|already|then|this|next|because|you|he|she|thanks|ok|works?)\b)"
)
# 「便宜一点」 is no hour, 「两点建议」 neither.
_A_LITTLE = re.compile(r"\s*(?:前|之前|以前|左右|整|到|来|送|出|走|要|就|开|关|见|吧|$|[,，。.!！?？])")
_POINTS = re.compile(r"\s*(?:建议|意见|要求|问题|原因|理由|疑问|说明|不|需要|想)")
_BY = re.compile(r"(?:到|在|等|过|约|是|[今明后昨]天|[今明]日|(?:周|星期|礼拜).|[号日])\s*$")
# Counts of what is no goods: people, time, talk. 「两件事」, 「三个人」, "x12" in a longer code.
_NO_GOODS = re.compile(
    r"\s*(?:多|半)?\s*(?:人|礼拜|星期|周|月|小时|钟|字|事|问题|办法|选择|可能|意思|地方|原因|理由|电话|晚上|早上|客服|同事|员工|师傅"
    r"|消息|信息|短信|留言|建议|截图|图|照片|客户|朋友|孩子|小孩|老人|单|订单|快递员|字|平台|号|编号|数字|选项|方案|要求)"
)
# 「一分没加」, 「十分满意」, 「一分钱」 are no marks given.
_GIVEN = re.compile(r"(?:打|给|评|得|值|只有?|最多|顶多|就|才|满|我)\s*$")
_ENDS = re.compile(r"\s*(?:$|[吧啦了喔哦呢吗嘛耶]|不能再|[,，。.!！?？~～]|\s)")
# A train or a flight, which looks like a number of ours.
_TRAVEL = re.compile(
    r"(?:高铁|动车|火车|列车|车次|航班|班机|飞机|机票|车票|flights?|trains?|bus|coach)\W{0,3}(?:no\.?|number|号)?\W{0,2}$"
)
_TRIP = re.compile(r"\s*(?:次(?!数)|航班|班机|列车)")


def is_day(match: Match, folded: str) -> bool:
    """False for what only looks like a day: a house number, a size, "the 2nd time"."""
    before, tags = folded[: match.start], [piece.tag for piece in match.pieces]
    if _BEFORE_HOUSE.search(before) or _AFTER_HOUSE.match(folded, match.end):
        return False
    if tags == ["NUM", "DATEUNIT"]:
        return not (_SIZED.search(before) or _OF_A_SIZE.match(folded, match.end))
    return tags != ["THE", "NUM", "ORDINAL"] or bool(_STANDS_ALONE.match(folded, match.end))


def is_hour(match: Match, folded: str) -> bool:
    """False for 「便宜一点」 and 「两点建议」, and for the end of 「周三下午」: Chinese says 「下午三点」."""
    number, *rest = match.pieces
    if number.tag == "NUM" and [piece.tag for piece in rest] == ["PART"] and not rest[0].text.isascii():
        return False
    if number.tag != "NUM" or number.text.isascii() or [piece.text for piece in rest] != ["点"]:
        return True
    if _POINTS.match(folded, match.end):
        return False
    return number.text != "一" or bool(_BY.search(folded[: match.start]) or _A_LITTLE.match(folded, match.end))


def counts_goods(match: Match, folded: str) -> bool:
    """False for a number of people, weeks or matters, for "the second one", and for "x12" within a longer code."""
    if folded[: match.start].endswith("第") or _NO_GOODS.match(folded, match.end):
        return False
    beside = folded[max(0, match.start - 1) : match.start] + folded[match.end : match.end + 1]
    return match.name != "after" or not any(char.isascii() and char.isalnum() for char in beside)


def is_mark(match: Match, folded: str) -> bool:
    """False for 「一分没加」 and 「十分满意」."""
    if match.pieces[-1].text != "分" or match.pieces[0].text.isascii():
        return True
    return bool(_GIVEN.search(folded[: match.start]) or _ENDS.match(folded, match.end))


def is_of_a_trip(code: Entity, folded: str) -> bool:
    """True for the number of a train or a flight."""
    named = _TRAVEL.search(folded[: code.start]) or _TRIP.match(folded, code.end)
    return bool(named) and code.kind in ("order_number", "tracking_number")
