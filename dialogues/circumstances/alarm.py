"""While somebody may be in danger: what is said from the turn that told of it until a person takes over.

Nothing of the shop's articles is said then, and no advice that a doctor or the fire service has to give: who asks
learns what to keep away from and whom to call.
"""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.eoac import Signal
from dialogues.phrases import advice, danger
from dialogues.phrases.danger import BODY, DESPAIR, GAS, OTHER, POISON, THING

DANGER = "danger"  # the fact: its kind
UNHURT = "unhurt"  # counted like what is asked: it was said that nobody came to harm
_HURTS = frozenset({BODY, POISON})  # kinds that a doctor has to judge
_VAGUE = frozenset({THING, OTHER})
_ABOUT_THE_THING = frozenset({"item_problem", "repair_warranty", "usage_help", "product_question", "service_complaint"})


def told(draft: Draft) -> dict[str, str]:
    """The kind of danger that the message speaks of, where it speaks of one; a vaguer word does not hide an earlier."""
    if draft.reading.choice or not draft.reading.safety:
        return {}
    kind = danger.kind_of(draft.reading.text)
    return {DANGER: draft.state.facts.get(DANGER, kind) if kind in _VAGUE else kind}


def is_on(draft: Draft) -> bool:
    """True while people are awaited because of a danger that an earlier turn told."""
    new = any(effect.name in ("handover", "raise_handover") for effect in draft.effects)
    return draft.is_handed_over and draft.state.handover_reason == "safety" and not new


def answer(draft: Draft, signal: Signal) -> Draft | None:
    """A turn while people are awaited for a danger; None for one that is not about the danger at all."""
    text = draft.reading.text
    if draft.reading.choice or signal in (Signal.BYE, Signal.THANKS):
        return None
    kind = _kind(draft)
    if kind == DESPAIR:
        return _line(draft, kind)
    if worse := _goes_on(draft):
        return worse
    if UNHURT in draft.state.asked and not draft.reading.safety and kind in _HURTS | _VAGUE:
        return None
    beside = _is_of_the_order(draft)
    if signal is Signal.SETTLED or danger.is_unhurt(text):
        return _relieved(draft, beside)
    if beside:
        return None
    names_it = danger.kind_of(text) not in _VAGUE and draft.reading.safety
    if not (draft.reading.puts_question or names_it):
        return None
    if kind in _HURTS or advice.asked(text) == "medical":
        return _leave_to_doctors(draft)
    return _line(draft, kind)


def after(draft: Draft) -> Draft | None:
    """A turn about the danger once people gave the conversation back: who is still unwell is sent to a doctor."""
    asks = draft.reading.puts_question and advice.asked(draft.reading.text) == "medical"
    if draft.reading.choice or DANGER not in draft.state.facts or draft.state.facts[DANGER] == DESPAIR:
        return None
    return _goes_on(draft) or (_leave_to_doctors(draft) if asks else None)


def _goes_on(draft: Draft) -> Draft | None:
    """Somebody is still unwell, or it gets worse: they are sent to hospital."""
    if not danger.is_still_unwell(draft.reading.text):
        return None
    return draft.say("safety", "safety.hospital").because("in_danger")


def _relieved(draft: Draft, beside: bool) -> Draft:
    """Nobody was hurt, or it is over: glad of it; a person still gets in touch, also about what is asked ``beside``."""
    draft = draft.say("listen", "listen.safe_now").because("unhurt").set(asked={**draft.state.asked, UNHURT: 1})
    return draft.say("listen", "listen.waiting") if beside else draft


def _leave_to_doctors(draft: Draft) -> Draft:
    return draft.say("decline", "decline.urgent").because("in_danger")


def _line(draft: Draft, kind: str) -> Draft:
    return draft.say("safety", f"safety.{kind}").because("in_danger")


def _kind(draft: Draft) -> str:
    """The kind that this turn names, else the one that was told. Gas and despair stay what they are."""
    now = danger.kind_of(draft.reading.text)
    known = draft.state.facts.get(DANGER, now)
    stays = known in (GAS, DESPAIR) and now not in _HURTS
    return known if stays or now in _VAGUE else now


_OF_THE_ORDER = re.compile(
    r"退(?![烧燒热熱])|赔|賠|换|換|钱|錢|订单|訂單|包裹|发票|發票|医药费|醫藥費"
    r"|\b(?:refund\w*|money|order|parcel|invoice|replace\w*|compensat\w*|exchange)\b",
    re.IGNORECASE,
)


def _is_of_the_order(draft: Draft) -> bool:
    """True for "and my refund?": about the order, and naming no danger."""
    reading = draft.reading
    rest, named = _OF_THE_ORDER.subn(" ", reading.text)
    if named and not reading.safety and danger.kind_of(rest) in _VAGUE:
        return True
    if reading.unsure or not draft.book.is_issue(reading.intent) or reading.intent in _ABOUT_THE_THING:
        return reading.intent == "request_human"
    return not draft.book.of(reading.intent).knowledge and danger.kind_of(reading.text) == OTHER
