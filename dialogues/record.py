"""What the customer says of an order, held against what the shop's record says of it.

Where the two differ nobody is told to be wrong and nobody is simply agreed with: the record is told as it stands, and
finding out which of them is right is taken on.
"""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.phrases import which_order
from dialogues.phrases.clauses import clauses_of
from dialogues.reading import Order

_NOT_HERE = re.compile(
    r"(?:没|沒|未|冇|收唔|没有|沒有|都不)(?:有)?(?:人)?(?:真的)?(?:收到|拿到|送到|送来|送來|见到|見到|看到(?:东西|東西|包裹|快递|貨|货)|签收|簽收)"
    r"|(?:没|沒|未)(?:有)?到(?!期|位|账|帳|[那这這])|收唔到|(?:没|沒)(?:人)?(?:来|來)?(?:送|派送|配送)过"
    r"|\b(?:not?|never|ever|nobody|no one|nothing|hasn'?t|haven'?t|didn'?t|isn'?t)\b(?: \w+){0,3}? "
    r"(?:receiv\w*|arriv\w*|came|come|delivered|got|get|gotten|turned up|shown? up|showed up|here|had it|seen it)\b",
    re.IGNORECASE,
)  # fmt: skip
_NOT_SENT = re.compile(
    r"(?:没|沒|未|冇|不)(?:有|给我|給我|肯)?(?:发货|發貨|出货|出貨|寄出|寄货|寄貨|发出|發出|发)"
    r"|\b(?:not|never|hasn'?t|haven'?t|isn'?t|wasn'?t)\b(?: \w+){0,3}? (?:shipped|sent|dispatched|posted)\b"
    r"|\b(?:didn'?t|never) (?:even |actually )?(?:ship|send|dispatch|post)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"(?:已经|已經|早就|明明|昨天|都)?(?:付过|付過|付了|付完|付清|給錢了|给钱了|俾咗錢|付款了|转账了|匯款了|汇款了)(?:款|钱|錢|了)?"
    r"|(?:已经|已經|明明)付|\b(?:already|i|i'?ve|have|definitely) paid\b",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"(?:已经|已經|早就|明明|昨天)(?:都)?(?:申请|申請)?取消(?:了|过|過)?|取消(?:过|過)(?:了)?"
    r"|\b(?:already|i|i'?ve|have|was) cancell?ed\b",
    re.IGNORECASE,
)
# What else may not have come: then the parcel is not spoken of.
_OTHER_THAN_IT = re.compile(
    "退款|钱|錢|账|帳|发票|發票|验证码|驗證碼|短信|簡訊|回复|回覆|答复|答覆|邮件|郵件|积分|點數|券|电话|電話|链接|連結|通知|赠品|贈品|配件"
    r"|\b(?:refund|money|invoice|receipt|e-?mail|code|reply|answer|response|points|voucher|text|link|call|credit|gift)\b",
    re.IGNORECASE,
)

A_PARCEL = re.compile(
    r"包裹|快递|快遞|物流|派送|配送|签收|簽收|货|貨|[订訂]?[单單]|速遞|\b(?:parcel|package|courier|driver|deliver\w*|shipp\w*|tracking|order)\b", re.IGNORECASE,
)  # fmt: skip
# Matters in which something else is sent than a parcel.
_SENT_OTHERWISE = frozenset(
    {"invoice", "refund", "payment_problem", "account_problem", "price_promotion", "membership"}
)


def differs(order: Order | None, text: str) -> str:
    """What the record holds against the customer's words, as the end of a wording key ``record.*``; "" for nothing."""
    if order is None:
        return ""
    says = [clause for clause in clauses_of(text) if not _OTHER_THAN_IT.search(clause)]
    if order.status == "delivered" and any(_NOT_HERE.search(each) or _NOT_SENT.search(each) for each in says):
        return "delivered" if order.delivered_at else "delivered_no_day"
    if order.on_the_road and any(map(_NOT_SENT.search, says)):
        return "shipped"
    if order.status == "pending_payment" and _PAID.search(text):
        return "unpaid"
    goes_on = order.is_coming or order.status == "delivered"
    return "going_on" if goes_on and _CANCELLED.search(text) else ""


def denies_delivery(order: Order | None, text: str) -> bool:
    """True where the record says that it was delivered and the customer says that it is not there."""
    return differs(order, text).startswith("delivered")


def _is_of_what_was_sent(draft: Draft) -> bool:
    """True for a bare "didn't get it" while an invoice, a code or money is the matter: no parcel is meant by it."""
    elsewhere = draft.has_issue and draft.state.issue in _SENT_OTHERWISE and draft.state.lies_open
    return elsewhere and not A_PARCEL.search(draft.reading.text)


def of_another_thing(draft: Draft) -> tuple[Order, Order] | None:
    """The order whose number the message names and the one whose thing it names, where these are two; else None."""
    numbered = draft.world.order(draft.reading.first("order_number"))
    named = which_order.named(draft.world.orders, draft.reading.text)
    return (numbered, named) if numbered and named and named != numbered else None


def told(draft: Draft) -> tuple[str, dict[str, str]] | None:
    """The wording key and its parameters of what the record says against this turn; None where they agree.

    Only to a customer who may hear of the order.
    """
    if not draft.proven or draft.reading.choice:
        return None
    order = draft.order
    if two := of_another_thing(draft):
        other, meant = two
        params = {"item": meant.item, "other": other.item, "number_end": meant.number[-4:]}
        return "record.another_thing", params
    key = differs(order, draft.reading.text)
    if not key or order is None or _is_of_what_was_sent(draft):
        return None
    params = {"item": order.item}
    if order.delivered_at:
        params["delivered_at"] = f"date:{order.delivered_at}"
    return f"record.{key}", params
