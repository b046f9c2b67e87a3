"""Which of their orders a customer means, told in words: by its number's end, the thing, its state, or its age."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from dialogues.phrases.clauses import clauses_of, parted
from dialogues.phrases.script import HAN
from dialogues.reading import Order

_DIGITS = re.compile(r"\d{3,}")
_WORD = re.compile(r"[a-z]{3,}")
_PAY = "付款|付钱|付錢|付过|付過|给钱|俾錢|俾咗錢|結帳|结账|买单"
_UNPAID = re.compile(
    rf"(?:没|沒|未|還沒|还没|冇|唔曾)(?:有)?(?:{_PAY}|付)|待付|\b(?:unpaid|not paid|(?:haven'?t|hasn'?t been|not yet) paid)\b",
    re.IGNORECASE,
)
# What did not happen to a thing rules it out no more than "not paid yet": "the lamp never came".
_RULES_OUT_NOTHING = re.compile(
    rf"{_UNPAID.pattern}|(?:没有|沒有)(?:人)?(?:收到|拿到|到|来|來|送|发|發|寄|动|動|亮|反应|反應|用)"
    r"|\b(?:never|not|isn'?t)\b(?: \w+){0,2}? (?:arriv\w*|came|come|coming|receiv\w*|got|deliver\w*|turn\w*|work\w*|here|shown?|showed|shipped|sent)\b"
    r"|\bdon'?t (?:work|fit|open|charge|turn|close)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    rf"已付|付了|付過|付过|俾咗錢|给了钱|(?:{_PAY})(?:了|过|過)?(?:的|那|嗰)|\b(?:paid for|already paid|the paid)\b",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"(?:已经|已經)?(?:收到|送到|到)(?:了)?的那|收到咗|已签收|已簽收|已送达|已送達|(?:显示|顯示)(?:签收|簽收|送达|送達)|\b(?:marked|says?|shows?|showing|shown|listed)(?: it'?s?| it was| that it was)?(?: as)? delivered\b|\b(?:delivered|arrived|received) (?:one|order|already)\b"
    r"|\bthe one (?:i|that) (?:got|have|arrived|came)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"最近(?:的|那|一|下)|最新|刚(?:刚)?[下买]|剛(?:剛)?[下買]|啱啱買|\b(?:latest|newest|most recent|last order|just (?:ordered|bought|placed))\b",
    re.IGNORECASE,
)
_NOT_IT = r"(?:不是|唔係|\bnot (?:the|my|that|those|about the)\b|\bn't (?:the|my|that|those)\b)"
_ENDS = r"(?:s|es)?(?:的|那[个個件双雙]|嗰[個件對])?(?:啦|喇|啊|呀|喔|哦|欸|耶|了|㗎)*$"
_ALIKE = re.compile(r"的|子|器|机|機")  # parts of names that tell nothing alone


def meant(orders: Sequence[Order], text: str, tracking: str = "") -> Order | None:
    """The one order that the text points at, or None when it points at none or leaves a doubt.

    The strongest sign decides: a tracking number or the end of the number, then the thing, then its state, then its
    age. What stands in a clause that rules something out ("not the lamp") is left out of the choice.
    """
    found = pointed_at(orders, text, tracking)
    return found[0] if len(found) == 1 else None


def named(orders: Sequence[Order], text: str) -> Order | None:
    """The one order whose thing the text names, or None."""
    found = _by_thing(orders, text.casefold())
    return found[0] if len(found) == 1 else None


def ruled_out(order: Order, text: str) -> bool:
    """True where a clause ends in ruling the thing of this order out: "no, not the vest", 「不是背心啦」."""
    parts = sorted(_parts(order.item), key=len, reverse=True)
    thing = "|".join(map(re.escape, parts))
    return bool(parts) and any(
        re.search(rf"{_NOT_IT}[^,，]{{0,6}}?(?:{thing}){_ENDS}", each, re.IGNORECASE) for each in clauses_of(text)
    )


def pointed_at(orders: Sequence[Order], text: str, tracking: str = "") -> tuple[Order, ...]:
    """The orders that the strongest sign in the text points at; all that are meant, in the order given."""
    wanted, ruled_out = parted(text.casefold(), beside=_RULES_OUT_NOTHING)
    for sign in _SIGNS:
        named = _unique(order for clause in wanted for order in sign(orders, clause))
        not_meant = _unique(order for clause in ruled_out for order in sign(orders, clause))
        if tracking and not named:
            named = [order for order in orders if order.tracking == tracking]
        left = [order for order in named if order not in not_meant]
        if not left and not_meant:
            left = [order for order in orders if order not in not_meant]
            left = left if len(left) == 1 else []
        if left:
            return tuple(left)
    return ()


def _unique(orders: Iterable[Order]) -> list[Order]:
    return list({order.number: order for order in orders}.values())


def _by_number(orders: Sequence[Order], text: str) -> list[Order]:
    ends = _DIGITS.findall(text)
    return [order for order in orders if any(order.number.endswith(end) for end in ends)]


def _by_thing(orders: Sequence[Order], text: str) -> list[Order]:
    whole = [order for order in orders if order.item and order.item.casefold() in text]
    if whole:
        return whole
    parts = {order.number: _parts(order.item) for order in orders}
    shared = {part for order in orders for part in parts[order.number]
              if any(part in parts[other.number] for other in orders if other.item != order.item)}  # fmt: skip
    return [order for order in orders if any(_holds(text, part) for part in parts[order.number] - shared)]


@lru_cache(maxsize=1024)
def _parts(item: str) -> frozenset[str]:
    """What a thing may be called for short: pairs of Chinese characters, English words."""
    item = item.casefold()
    han = "".join(HAN.findall(item))
    pairs = {han[i : i + 2] for i in range(len(han) - 1)}
    return frozenset({pair for pair in pairs if not _ALIKE.search(pair[0])} | set(_WORD.findall(item)))


def _holds(text: str, part: str) -> bool:
    return part in text if HAN.match(part) else bool(re.search(rf"(?<![a-z]){re.escape(part)}(?:s|es)?(?![a-z])", text))


def _by_state(orders: Sequence[Order], text: str) -> list[Order]:
    if _UNPAID.search(text):
        return [order for order in orders if order.status == "pending_payment"]
    if _PAID.search(text):
        return [order for order in orders if order.status not in ("pending_payment", "cancelled")]
    if _ARRIVED.search(text):
        return [order for order in orders if order.status == "delivered"]
    return []


def _by_age(orders: Sequence[Order], text: str) -> list[Order]:
    placed = [order for order in orders if order.placed]
    if not _NEWEST.search(text) or not placed:
        return []
    return [max(placed, key=lambda order: date.fromisoformat(order.placed[:10]))]


_SIGNS = (_by_number, _by_thing, _by_state, _by_age)
