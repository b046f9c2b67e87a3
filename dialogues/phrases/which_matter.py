"""Which matter the words name, and where a message joins two of them."""

from __future__ import annotations

import re

from dialogues.playbook import Book
from dialogues.reading import Reading
from dialogues.values import changed

STATUS, LATE = "order_status", "delivery_problem"
_JOINED = re.compile(
    r"同埋|还有|還有|另外|以及|顺便|順便|顺带|順帶|对了|對了|而且|同时|同時|第二|2[.、)]|\b(?:and )?(?:also|plus|secondly|another thing|besides|on top of that|btw|by the way)\b"
    r"|\b(?:and )?(?:i|can you|could you|please) (?:also|too)\b",
    re.IGNORECASE,
)
# What is raised about a thing, told from its own clause; the first that fits.
MATTERS = {
    "payment_problem": re.compile(
        r"(?:扣|收|刷|付|碌)(?:了|咗|我)*[^，,。]{0,6}(?:两次|兩次|2次|两笔|兩筆)|(?:扣|收|刷|付|碌)多(?:了|咗)|多(?:扣|收|刷|碌|付)|重(?:复|複|覆)(?:扣|收|刷|付)"
        r"|\b(?:charged|billed|debited|paid)\b.{0,20}\b(?:twice|two times|double)\b|\b(?:double|duplicate|second|extra)[ -]?(?:charge|payment)|\bcharged (?:me )?double\b",
        re.IGNORECASE,
    ),
    "price_promotion": re.compile(
        r"(?:优惠|優惠|折价|折價|折扣|现金|現金)(?:券|码|碼)|(?<![a-z])券|折\s*\d+|满减|滿減|\b(?:coupon|voucher|promo(?:tion)?|discount)s?(?: code)?\b", re.IGNORECASE,
    ),
    "invoice": re.compile(r"发票|發票|收据|收據|统编|統編|开票|開票|\b(?:invoice|receipt|vat)\b", re.IGNORECASE),
    "membership": re.compile(r"积分|積分|点数|點數|会员|會員|\b(?:points|membership|loyalty)\b", re.IGNORECASE),
    "refund": re.compile(r"退款|退钱|退錢|退[了的]?(?:钱|錢)|(?:想|要|帮我|幫我|给我|給我|还是|還是|直接|那就)退(?:掉|了|吧|$)|\brefund|\bmoney back\b|\b(?:want|need|give me) (?:all )?(?:of )?my money\b", re.IGNORECASE),
    "order_cancel": re.compile(r"取消|\bcancel", re.IGNORECASE),
    "repair_warranty": re.compile(r"维修|維修|保修|保固|修一?下|\brepair|\bwarranty\b", re.IGNORECASE),
    "return_exchange": re.compile(
        r"退货|退貨|换|換|(?:太|偏|有点|有點|尺[码碼寸])[大小]|[大小](?:了|咗)|\b(?:return|exchange|swap)\b"
        r"|\btoo (?:big|small|large|tight|loose|long|short)\b|n[o']?t fit\b", re.IGNORECASE,
    ),
    "order_change": re.compile(r"改(?:地址|成|到|一下|收件)|\bchange (?:the )?(?:address|size|colou?r)\b"
        r"|新地址|\b(?:i'?ve|we'?ve|have|just) moved\b|\b(?:new|different|another) address\b"
        r"|\b(?:should|must|needs? to|has to) (?:go|come|be (?:sent|delivered)) (?:there|to)\b", re.IGNORECASE,
    ),
    "item_problem": re.compile(
        r"坏|壞|裂|碎|破|掉[漆色皮毛渣]|脱[胶线皮]|脫[膠線皮]|开[线胶]|開[線膠]|起[皮球毛]|变形|變形|[划刮劃]痕|异味|異味|发霉|發霉|生锈|生鏽|(?<!不)错|(?<!不)錯|少了|少一|漏|色差|不对|不對|不亮|不转|不轉|不动|不動"
        r"|\b(?:brok\w*|crack\w*|wrong|missing|faulty|damaged|smashed|leak\w*|torn|scratch\w*)\b|\bsent\b.{0,20}\b(?:not|instead)\b|n't work",
        re.IGNORECASE,
    ),
    "order_status": re.compile(
        r"到哪|在哪|哪[里裡儿]了|什么时候|什麼時候|啥时候|几时|幾時|多久|[到发發寄送来來]了?(?:没|沒|吗|嗎)|还没|還沒|物流|路上"
        r"|\bwhere(?:'?s| is| are| has| have)\b|\bwhen\b|\b(?:arriv|ship|track|deliver|dispatch)\w*|\b(?:coming|not here|still waiting|on (?:its|their|the) way)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip


def with_second(reading: Reading, book: Book) -> Reading:
    """The reading with the second matter that is joined to the first in so many words, though it was not heard."""
    first, *rest = _JOINED.split(reading.text, maxsplit=1)
    raised = [matter_of(part, LATE if reading.intent == LATE else "") for part in (first, *rest)]
    if not raised[0] and not reading.unsure:
        raised[0] = reading.intent  # heard, in words of its own
    if not all(raised) or len(set(raised)) != 2 or reading.intent not in raised:
        return reading
    other = next(matter for matter in raised if matter != reading.intent)
    if not book.is_issue(other) or book.of(other).answers or other in (*reading.also, *reading.denied):
        return reading
    return changed(reading, also=(*reading.also, other))


def part_about(issue: str, text: str) -> str:
    """What a message that joins two matters says of this one; the whole of any other message."""
    parts = _JOINED.split(text, maxsplit=1)
    about = [part for part in parts if matter_of(part, issue) in (issue, "")]
    return about[0].strip(" ，,。.;；") if len(parts) == 2 and len(about) == 1 else text


def named_alone(issue: str, text: str) -> bool:
    """True where the words name this matter and no other."""
    return named_in(part_about(issue, text)) == {issue}


def named_in(text: str) -> set[str]:
    """The matters that the words name; a "when" or "where" may be asked of any."""
    return {name for name, each in MATTERS.items() if each.search(text)} - {STATUS}


def matter_of(text: str, heard: str) -> str:
    """The matter that the words raise: the one that was heard where they fit it, else the first that fits.

    That it has not come is asked and complained of in the same words.
    """
    fitting = [issue for issue, words in MATTERS.items() if words.search(text)]
    found = heard if heard in fitting else next(iter(fitting), "")
    return LATE if (found, heard) == (STATUS, LATE) else found
