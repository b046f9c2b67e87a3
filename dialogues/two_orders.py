"""Two of their orders in one message: each is told of, or each keeps the matter that is raised about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogues.draft import Draft
from dialogues.phrases import which_order
from dialogues.phrases.clauses import clauses_of
from dialogues.playbook import Book
from dialogues.reading import Order, Reading
from dialogues.state import WORDS_AT_MOST
from dialogues.values import changed

STATUS = "order_status"
TOLD_AT_MOST = 3  # orders in one reply
_ALL = re.compile(
    r"[两兩二三几幾]\s*[个個]?(?:单|單|笔|筆|件|样|樣|张|張|份|个|個)|(?:订单|訂單|东西|東西|包裹)?都(?:到|发|發|在|送|寄|是)|所有的?(?:订单|訂單)|全部(?:订单|訂單)"
    r"|\b(?:both|all|two|three|each)\b(?: of)?(?: (?:my|the|these|those|them))*|\b(?:my|the) (?:orders|parcels|packages|deliveries)\b",
    re.IGNORECASE,
)
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
    "refund": re.compile(r"退款|退钱|退錢|退[了的]?(?:钱|錢)|\brefund|\bmoney back\b", re.IGNORECASE),
    "order_cancel": re.compile(r"取消|\bcancel", re.IGNORECASE),
    "repair_warranty": re.compile(r"维修|維修|保修|保固|修一?下|\brepair|\bwarranty\b", re.IGNORECASE),
    "return_exchange": re.compile(r"退货|退貨|换|換|\b(?:return|exchange|swap)\b", re.IGNORECASE),
    "order_change": re.compile(r"改(?:地址|成|到|一下|收件)|\bchange (?:the )?(?:address|size|colou?r)\b"
        r"|新地址|\b(?:i'?ve|we'?ve|have|just) moved\b|\b(?:new|different|another) address\b"
        r"|\b(?:should|must|needs? to|has to) (?:go|come|be (?:sent|delivered)) (?:there|to)\b", re.IGNORECASE,
    ),
    "item_problem": re.compile(
        r"坏|壞|裂|碎|破|(?<!不)错|(?<!不)錯|少了|少一|漏|色差|不对|不對|不亮|不转|不轉|不动|不動"
        r"|\b(?:brok\w*|crack\w*|wrong|missing|faulty|damaged|smashed|leak\w*|torn|scratch\w*)\b|\bsent\b.{0,20}\b(?:not|instead)\b|n't work",
        re.IGNORECASE,
    ),
    "order_status": re.compile(
        r"到哪|在哪|哪[里裡儿]了|什么时候|什麼時候|啥时候|几时|幾時|多久|[到发發寄送来來]了?(?:没|沒|吗|嗎)|还没|還沒|物流|路上"
        r"|\bwhere(?:'?s| is| are| has| have)\b|\bwhen\b|\b(?:arriv|ship|track|deliver|dispatch)\w*|\b(?:coming|not here|still waiting|on (?:its|their|the) way)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip


def asked_after(draft: Draft) -> Sequence[Order]:
    """The orders that a question after more than one means: those it names, else all; () where one is meant."""
    reading, orders = draft.reading, draft.world.orders
    if reading.choice or not draft.proven or "order_number" in draft.state.facts or len(orders) < 2:
        return ()
    named = which_order.pointed_at(orders, reading.text)
    found = named if len(named) > 1 else orders if _ALL.search(reading.text) and not named else ()
    return found[:TOLD_AT_MOST]


def parted(draft: Draft) -> Draft:
    """The draft in which a message about two orders is one about the first matter; the second is not lost.

    A mere question where the other one is, is answered beside the rest (``beside``); any other second matter is parked
    with its order. Nothing is parted where the words about one of them raise no matter, or the customer may not hear of
    orders.
    """
    reading, book = draft.reading, draft.book
    vague = reading.unsure and reading.intent in ("order_status", "delivery_problem") and not reading.choice
    if vague and book.is_issue(STATUS) and _ALL.search(reading.text) and MATTERS[STATUS].search(reading.text):
        return changed(draft, reading=changed(reading, intent=STATUS, unsure=False))
    parts = _parts(draft) if draft.proven and not reading.choice else []
    raised = [(matter, text, order) for text, order in parts if (matter := matter_of(text, reading.intent))]
    if len(parts) != 2 or len(raised) != 2 or not all(book.is_issue(matter) for matter, _, _ in raised):
        return draft
    asked = [book.of(matter).answers for matter, _, _ in raised]
    if all(asked):
        return draft  # asked of both in one go
    turned = asked[0] or (raised[1][0] == reading.intent != raised[0][0] and not asked[1])
    (matter, text, _), (other, words, order) = reversed(raised) if turned else raised
    sure = not reading.unsure or matter == reading.intent
    heard = changed(reading, text=text, also=(), **({} if sure and other != reading.intent else {"intent": matter}))
    draft = changed(draft, reading=changed(heard, unsure=False))
    if book.of(other).answers:
        return changed(draft, beside=order)
    state = draft.state
    parked = tuple(dict.fromkeys((*state.parked, other)))
    draft = draft.set(parked=parked, stories={**state.stories, other: f"{words[:WORDS_AT_MOST]} {order.number}"})
    return draft.because("parked", issues=other)


def with_second(reading: Reading, book: Book) -> Reading:
    """The reading with the second matter that is joined to the first in so many words, though it was not heard."""
    first, *rest = _JOINED.split(reading.text, maxsplit=1)
    raised = [matter_of(part, "") for part in (first, *rest)]
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
    """True where the words name this matter and no other; a "when" or "where" may be asked of any."""
    words = part_about(issue, text)
    return {name for name, each in MATTERS.items() if each.search(words)} - {STATUS} == {issue}


def _parts(draft: Draft) -> list[tuple[str, Order]]:
    """The runs of clauses that are about one order each, in order: each begins with its thing, or leads up to it.

    What is said before another order is named than the one at hand is about that.
    """
    parts: list[tuple[str, Order]] = []
    before, at_hand = "", draft.order if draft.state.lies_open else None
    for clause in clauses_of(draft.reading.text):
        order = which_order.named(draft.world.orders, clause)
        if order and at_hand and order != at_hand and not parts and matter_of(before, ""):
            parts.append((before.strip(), at_hand))
            before = ""
        if order and not (parts and parts[-1][1] == order):
            parts.append((f"{before} {clause}".strip(), order))
            before = ""
        elif parts:
            parts[-1] = (f"{parts[-1][0]}, {clause}", parts[-1][1])
        else:
            before = f"{before} {clause}"
    return parts if len({order.number for _, order in parts}) == len(parts) else []


def matter_of(text: str, heard: str) -> str:
    """The matter that the words raise: the one that was heard where they fit it, else the first that fits."""
    fitting = [issue for issue, words in MATTERS.items() if words.search(text)]
    return heard if heard in fitting else next(iter(fitting), "")
