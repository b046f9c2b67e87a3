"""Where an order, a booked remedy or a refund is, as the shop's systems know it; and what its articles say."""

from __future__ import annotations

import re

from dialogues import offers, order_at_hand
from dialogues.circumstances import deadline, place
from dialogues.confirming import confirm, standing_promise, told_promise
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.meaning import LATE
from dialogues.phrases.clauses import asks_when
from dialogues.plan import Call
from dialogues.playbook import STATUSES, in_warranty
from dialogues.reading import Order

_SENT = re.compile(
    r"(?:还|還|已经|已經|到底)?(?:没|沒|未)?(?:发|發|寄|出)(?:货|貨|出|走)?(?:了|咗)?(?:没|沒|未|吗|嗎|吧|么)[?？]?$"
    r"|\b(?:shipped|dispatched|sent(?: out)?|left|gone out)(?: it| yet| already)*(?:, has it|, is it|, have you)?\?",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"(?:来|來|到|送)不(?:来|來|到|送)|(?:来|來|到|送)得?了?(?:吗|嗎|没|沒)|[号號日天晚早](?:会|會|能|可以)?(?:不会|不會)?(?:送到|到|来|來)(?:吧|[?？])|(?:会不会|會不會|会唔会|會唔會|能不能|可不可以)(?:送)?(?:到|来|來)|(?:会不会|會不會|能不能|还|還|今天|明天|到底).{0,6}(?:来|來|到|送).{0,3}(?:吗|嗎|呢|[?？])"
    r"|(?:几点|幾點|什么时候|什麼時候|啥时候|几时|幾時|何时|哪天).{0,4}(?:到|来|來|送)"
    r"|\b(?:is|are|will|does|do|when|has|have|isn'?t|won'?t)\b.{0,40}\b(?:coming|come|comes|arriv\w*|here|deliver\w*|turn(?:ing)? up|show(?:ing)? up|get it|be with me)\b[^.!]*\?",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?<!退)(?:[在到去])(?:了)?哪(?![天個个])|\bwhere(?:'s| is| has| are)? (?:it|my (?!money|refund)|the (?!money|refund)|they)\b",
    re.IGNORECASE,
)
_CHARGED = "payment_problem"
# Where articles tell how long it takes, by the port of what is booked.
_ARTICLES_OF = {"returns": "return_exchange", "refunds": "refund", "repairs": "repair_warranty", "orders": LATE}
# What a refund's status in the shop's system means to the customer.
_REFUND = {"submitted": "submitted", "processing": "processing", "paid": "done", "completed": "done", "done": "done"}
_UNDER_WARRANTY = re.compile(
    r"(?:保修|保固|保养|保養|质保|質保).{0,6}(?:到|多久|多长|多長|几|幾|啥时候|还剩|還剩|还有|還有|过期|過期|过了|過了|期)|(?:还有|還有|有没有|有沒有|有)(?:保修|保固|质保|質保)(?:吗|嗎|没|沒|么|[?？])|(?:还在|還在|有没有过|有沒有過|过没过|過沒過).{0,4}(?:保修|保固|保养|保養|质保|質保)|保到|(?:有冇|仲有冇|仲有)(?:保养|保養|保固|保修)"
    r"|\b(?:is|are) (?:it|they|that|this|the \w+) (?:still )?covered\b|\b(?:how long|until when|when|till when|how much longer|still|date|does|is)\b.{0,40}\b(?:warranty|guarantee)\b|\b(?:warranty|guarantee)\b.{0,30}\b(?:end|ends|expire|expires|last|lasts|run|runs|until|valid|over|long|up)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:没|沒|冇|未)有?(?:坏|壞)|(?:isn'?t|is not|not|nothing(?:'s| is)?) (?:broken?|wrong)", re.IGNORECASE
)
_BROKEN = re.compile(
    r"坏|壞|(?<!保)修(?!到)|不转|不轉|不动|不動|不亮|不热|不熱|没反应|沒反應|冇反應|断|斷|裂|漏|故障"
    r"|(?:充|开|開|关|關|打|连|連|转|轉|洗|吸|吹|按|用)(?:不|唔|冇)(?:到|了|上|开|開|進|进|起|着|動|动|機|机|电|電)|自动关|自動關|跳掉|跳闸|跳電|死机|當機|异响|異音|冒烟|冒煙|卡住|失灵|失靈|唔著|唔着|壞咗"
    r"|\b(?:cuts? out|cutting out|dies|died|shuts? (?:off|down)|keeps? (?:\w+ing)|no longer|gone wrong|acting up|rattl\w*|flicker\w*|jam\w*|overheat\w*)\b"
    r"|\b(?:brok\w*|fix\w*|repair\w*|stopp\w*|crack\w*|leak\w*|dead|fault\w*|won'?t|doesn'?t|not working)\b",
    re.IGNORECASE,
)


def wants_repair(text: str) -> bool:
    """True when something is broken, or to be mended; false for "it isn't broken"."""
    return bool(_BROKEN.search(_WHOLE.sub("", text)))


def asks_if_sent(text: str) -> bool:
    """True for "it hasn't left yet, has it?"."""
    return bool(_SENT.search(text))


def asks_if_coming(text: str) -> bool:
    """True for "is it coming today or not?"."""
    return bool(_COMING.search(text))


def asks_where(text: str) -> bool:
    """True for "so where is it?", of a thing and not of money."""
    return bool(_WHERE.search(text))


def asks_for_warranty(text: str) -> bool:
    """True for "how long is the warranty?"."""
    return bool(_UNDER_WARRANTY.search(text))


def quote_article(draft: Draft, call_name: str = "knowledge", /, **asked: str) -> Draft | None:
    """The draft with the articles that answer ``asked``, or with the call that looks for them; None when none does.

    ``call_name`` tells the searches of one turn apart.

    Of several questions each has its answer, or is said not to be known.

    A paragraph is quoted once in an episode: who asks again was not helped by it.
    """
    told = draft.state.told
    params = {**asked, "locale": draft.state.locale, **({"told": " ".join(told)} if told else {})}
    call = Call(call_name, "knowledge", "search", params)
    result = draft.result(call)
    if result is None:
        return draft.ask_port(call)
    if not result.ok:
        return None
    for number in ("", "_2", "_3"):
        if f"key{number}" in result.data:
            quoted = {name: f"={result.data[f'{name}{number}']}" for name in ("quote", "title", "link")}
            draft = draft.set(told=(*draft.state.told, result.data[f"key{number}"]))
            draft = place.qualified(draft.say("answer", "answer.article", quoted), quoted["quote"])
    if unanswered := result.data.get("unanswered", ""):
        draft = draft.say("answer", "answer.not_that", {"words": f"={unanswered.rstrip('?？ ')}"})
    return draft.because("article")


def everywhere(draft: Draft) -> str:
    """Where a question may be looked up that is of no one matter: the open one, and all that articles answer."""
    of_articles = (issue for issue, playbook in draft.book.playbooks.items() if playbook.knowledge)
    return ",".join(dict.fromkeys((draft.state.issue, *of_articles)))


def told_order(draft: Draft, order: Order | None = None) -> Draft | None:
    """The draft with where the order is, for a customer who may hear of it; None when it is not known.

    ``order``: the one that is asked after, if not the one at hand.
    """
    draft = draft if order else order_at_hand.look_up(draft)
    order = order or draft.order
    if order is None or not draft.proven or order.status not in STATUSES:
        return None
    return compared(tell(draft, order), order) if deadline.is_new(draft) else tell(draft, order)


def tell(draft: Draft, order: Order) -> Draft:
    """Where the order is, as the shop's system tells it."""
    params = offers.order_params(order)
    if order_at_hand.is_overdue(order, draft.world) and order.status != "out_for_delivery":
        draft = draft.say("answer", "answer.order.overdue", params).because("overdue", due=order.eta)
        if order.on_the_road and draft.reading.asks != "where" and asks_if_coming(draft.reading.text):
            return draft.say("answer", "answer.no_new_day")
        return _tell_tracking(draft, order)
    if (how := _on_the_day_asked(draft, order)) and not deadline.is_new(draft):
        day = deadline.coming_day(draft.reading, draft.world.today)
        draft = draft.say("answer", f"answer.asked_day.{how}", {**params, "day": f"date:{day}"})
        return _tell_tracking(draft.because("order_is", order=order.status), order)
    key = f"answer.order.{order.status}"
    if order.status in ("shipped", "paid") and not order.eta:
        key += "_no_eta"
    return _tell_tracking(draft.say("answer", key, params).because("order_is", order=order.status), order)


def _on_the_day_asked(draft: Draft, order: Order) -> str:
    """For "will it come tomorrow?": ``yes``, ``earlier`` or ``later``; "" where no day is asked about, or none is known."""
    day = deadline.coming_day(draft.reading, draft.world.today)
    comes = draft.world.today.isoformat() if order.status == "out_for_delivery" else order.eta[:10]
    if not (day and comes and order.is_coming and asks_if_coming(draft.reading.text)):
        return ""
    return "yes" if comes == day else "earlier" if comes < day else "later"


def _tell_tracking(draft: Draft, order: Order) -> Draft:
    """The courier's number, to a customer who asks where it is: nobody here knows more of the road than the courier."""
    if draft.reading.asks != "where" or not order.tracking or not order.on_the_road:
        return draft
    return draft.say("answer", "answer.tracking", offers.order_params(order))


def told_warranty(draft: Draft) -> Draft | None:
    """Until when the thing is under warranty, for who asks it and may hear of it; None when it is not known."""
    reading = draft.reading
    if not reading.puts_question or not asks_for_warranty(reading.text):
        return None
    draft = order_at_hand.look_up(draft)
    order = draft.order
    if order is None or not draft.proven or not order.warranty_until:
        return None
    key = "answer.warranty.until" if in_warranty(order, draft.world.today) else "answer.warranty.over"
    until = {**offers.order_params(order), "until": f"day:{order.warranty_until}"}
    return draft.say("answer", key, until).because("order_is", order=order.status)


def compared(draft: Draft, order: Order) -> Draft:
    """The draft with whether it comes in time, where it is known by when it is needed."""
    how = deadline.against(draft, order)
    return draft.say("answer", f"answer.{how}", deadline.when(draft)) if how else draft


def how_the_remedy_goes(draft: Draft, order: Order) -> Draft | None:
    """Where a thing is that is swapped, repaired or paid back: what was booked tells, not how it once arrived."""
    remedy = draft.option(draft.state.booked.get(order.number, ""))
    if remedy is None or remedy.port not in _ARTICLES_OF:
        return None
    promised = standing_promise(draft, remedy)
    if not promised and order.status != "returned":
        return None
    if draft.reading.asks in ("when", "duration"):
        quoted = quote_article(draft, question=draft.reading.text, issue=_ARTICLES_OF[remedy.port])
        if quoted and quoted.calls:
            return quoted
        draft = quoted or draft
    if not draft.acts:
        key = "answer.booked" if promised else "answer.under_way"
        draft = draft.say("answer", key, {**offers.order_params(order), "what": f"@deed.{remedy.id}"})
    return confirm(told_promise(draft, remedy) or draft)


def _was_said(draft: Draft, key: str) -> bool:
    return any(variant.partition("#")[0] == key for variant in draft.state.said)


def tells_nothing_new(draft: Draft) -> bool:
    """True where all that this reply answers was said in this episode."""
    keys = [act.key for act in draft.acts if act.name == "answer"]
    return bool(keys) and all(_was_said(draft, key) for key in keys)


def how_the_refund_goes(draft: Draft, order: Order) -> Draft:
    """Money that is on its way is not sent twice: the customer hears how far it is."""
    last = order.refunds[-1]
    money = f"money:{last.get('amount') or order.amount} {last.get('currency') or order.currency}"
    status = _REFUND.get(last.get("status", ""), "processing")
    since = last.get("at", "") if status != "done" else ""
    told = f"answer.refund.{status}{'_since' if since else ''}"
    asks_on = status != "done" and asks_when(draft.reading.text)
    if not (asks_on and _was_said(draft, told)):
        day = {"day": f"date:{since[:10]}"} if since else {}
        draft = draft.say("answer", told, {**offers.order_params(order), "amount": money, **day})
    if asks_on:
        draft = draft.say("answer", "answer.tells.takes.refund")
    return draft.because("refund_is", status=last.get("status"))


def is_refund_awaited(draft: Draft) -> bool:
    """True while money of the order at hand is on its way back and nothing was done about it in this episode."""
    order = draft.order
    awaited = order is not None and bool(order.refunds) and _REFUND.get(order.refunds[-1].get("status", "")) != "done"
    return awaited and draft.proven and draft.state.issue == "refund" and not draft.state.options_done


def bears_out(draft: Draft) -> tuple[str, dict[str, str]] | None:
    """The wording key and its parameters of what the record says for the customer; None where it says nothing of it."""
    order = draft.order
    if order is None or not draft.proven:
        return None
    params = offers.order_params(order)
    twice = draft.state.facts.get("payment_trouble", "twice") == "twice"
    if draft.state.issue == _CHARGED and twice and len(order.charges) > 1:
        return "restate.charged_twice", params
    late = draft.state.issue == LATE and order.on_the_road and order_at_hand.is_overdue(order, draft.world)
    return ("restate.overdue", params) if late and draft.temper in UNCOMFORTED else None
