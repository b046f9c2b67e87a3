"""What a turn tells and means: the facts in it, the signal at this stage, and which issue is open after it."""

from __future__ import annotations

from collections.abc import Mapping

from dialogues import another_order, asked_for, by_when, facts, order_at_hand, picking, record, telling, two_orders
from dialogues.asking import FREQUENT
from dialogues.circumstances import collecting
from dialogues.draft import Draft
from dialogues.eoac import OPENING, OVER, WORKED_ON, Signal
from dialogues.episodes import new_episode
from dialogues.meaning import CHANGE, DECIDES, LATE, ON_THE_WAY, asks_for_change, means
from dialogues.named_outright import named_outright
from dialogues.phrases import ordinals, willing
from dialogues.phrases.clauses import wants
from dialogues.phrases.complaints import WAITS
from dialogues.phrases.naming import opening
from dialogues.phrases.weighed import FAULT
from dialogues.reading import NEGATIVE, Order
from dialogues.state import WORDS_AT_MOST, Owner, Stage
from dialogues.values import changed

_VAGUE = frozenset({"order_status", "unresolved", "resolved", "deny", "provide_info", "ask_reason", "chitchat"})
_OF_WHAT_CAME = frozenset({"item_problem", "return_exchange"})  # of an order that has not left: it is to be changed
PAYMENT, TROUBLE = "payment_problem", "payment_trouble"  # the issue, and its fact of what went wrong
# What a turn may mean that names a thing and no matter of its own.
_NAMES_ONLY = frozenset({
    Signal.INFORM, Signal.UNCLEAR, Signal.THANKS, Signal.SETTLED, Signal.QUESTION, Signal.SAME, Signal.NO,
})  # fmt: skip


# What a turn may mean that says that something was done otherwise than told.
_GOES_ON = frozenset({
    Signal.INFORM, Signal.UNCLEAR, Signal.SAME, Signal.QUESTION, Signal.ISSUE, Signal.OTHER, Signal.WHY, Signal.NO,
    Signal.SETTLED,
})  # fmt: skip


def understand(draft: Draft) -> tuple[Draft, Signal]:
    """The draft with what the turn tells, and what it means at this stage."""
    draft = picking.without_declined(
        _needs(_to_be_changed(_charged_twice(_denied(two_orders.parted(_placed(named_outright(_unparked(draft))))))))
    )
    found = facts.told(draft)
    other = another_order.named(draft, found)
    signal = means(draft, found, other is not None)
    if signal is Signal.NO and draft.state.stage is Stage.OFFER and collecting.PICKUP in found:
        signal = Signal.SAME  # "i said after 5, don't ignore that": how it is wanted refuses nothing
    if came_back := _comes_back_to(draft, found, signal):
        draft, signal, other = _first_of_the_parked(draft, came_back, other), Signal.ELSE, None
    elif other and signal not in DECIDES:
        draft, signal = another_order.taken(draft, other, signal)
    elif signal not in DECIDES and another_order.is_unseen(draft, found):
        signal = Signal.CORRECTS
    elif signal not in DECIDES and (without := another_order.without_the_ruled_out(draft)) is not draft:
        draft, signal = without, Signal.CORRECTS
    elsewhere = (other is not None and signal is not Signal.UNDO) or bool(came_back)
    if draft.state.stage is Stage.CLOSED and signal in OPENING:
        draft = changed(draft, state=new_episode(draft.state)).because("new_episode")
        draft = _needs(draft)
    draft = facts.keep(draft, _at_hand(found, elsewhere))
    unknown = not draft.has_issue
    draft = picking.without_declined(_take_issue(draft, signal))
    if unknown and draft.has_issue and signal is Signal.UNCLEAR:
        signal = Signal.ISSUE  # what it is about was seen by the record, not by the words
    draft = _park_others(draft)
    draft = facts.keep(draft, _at_hand(facts.told(draft) | _added(draft, signal), elsewhere))
    if collecting.PICKUP in draft.learnt and draft.state.stage in WORKED_ON and signal in _NAMES_ONLY:
        signal = Signal.SAME  # when to collect what is booked
    if signal in _GOES_ON and draft.state.stage in WORKED_ON and asked_for.is_amiss(draft):
        signal = Signal.UNSETTLED
    if signal is Signal.INFORM and facts.CHANGE in draft.learnt and draft.state.stage in WORKED_ON:
        signal = Signal.SAME  # what was asked for is told anew
    return draft, signal


def _added(draft: Draft, signal: Signal) -> dict[str, str]:
    """What is added to a pick of a collection, beside the time: "1. Send someone who can carry it, after 5"."""
    _, added = opening(draft.reading)
    if signal is not Signal.CHOSE or collecting.PICKUP not in draft.learnt or not added:
        return {}
    known = draft.state.facts[collecting.PICKUP]
    kept = [part for part in added if part in known or (wants(part) and not willing.is_plain_yes(part))]
    return {collecting.PICKUP: "，".join(kept)[:WORDS_AT_MOST]}


def _at_hand(found: Mapping[str, str], elsewhere: bool) -> dict[str, str]:
    """What the turn tells of the matter at hand; ``elsewhere``: the order that it names is another one's."""
    return {name: value for name, value in found.items() if name != "order_number" or not elsewhere}


def _comes_back_to(draft: Draft, found: Mapping[str, str], signal: Signal) -> str:
    """The parked matter that the customer comes back to by asking, or by the thing ("and the kettle?"); else ""."""
    state, reading, number = draft.state, draft.reading, found.get("order_number", "")
    if not state.parked or reading.choice or not draft.has_issue:
        return ""
    again = reading.intent in state.parked and reading.intent != state.issue
    if again and signal not in DECIDES and (reading.puts_question or not reading.unsure):
        return reading.intent
    if not number or number == state.facts.get("order_number", "") or signal not in _NAMES_ONLY:
        return ""
    own = next((issue for issue in state.parked if number in state.stories.get(issue, "")), "")
    return own or (state.parked[0] if state.lies_open else "")


def _first_of_the_parked(draft: Draft, issue: str, order: Order | None) -> Draft:
    """The draft in which that matter is taken up next, about that order where one is named."""
    state = draft.state
    story = two_orders.with_number(state.stories.get(issue, ""), order.number if order else "")
    others = tuple(each for each in state.parked if each != issue)
    return draft.set(parked=(issue, *others), stories={**state.stories, issue: story})


def remember(draft: Draft) -> Draft:
    """What a customer tells a human is there when the bot goes on: the matter, when none was known, and the facts."""
    reading, state = draft.reading, draft.state
    over = state.stage in OVER
    if over and draft.book.is_issue(reading.intent) and not reading.unsure and not reading.choice:
        if state.stage is Stage.CLOSED:
            draft = changed(draft, state=new_episode(state))
        draft = draft.set(issue=reading.intent, understood=reading.intent, stage=Stage.EXPLORE)
        draft = draft.because("heard", issue=reading.intent, sure=reading.confidence)
    return facts.keep(_needs(draft), facts.told(draft))


def _unparked(draft: Draft) -> Draft:
    """The draft without the parked matters that the turn says are not meant."""
    kept = tuple(issue for issue in draft.state.parked if issue not in draft.reading.denied)
    return draft if kept == draft.state.parked else draft.set(parked=kept)


def _placed(draft: Draft) -> Draft:
    """ "The first one", said of the matters that were shown to tap, is that tap."""
    state, place = draft.state, ordinals.position(draft.reading)
    shown = [issue for issue in FREQUENT if draft.book.is_issue(issue)]
    if draft.reading.choice or state.asked_now != "clarify" or state.guess or not 0 < place <= len(shown):
        return draft
    return changed(draft, reading=changed(draft.reading, choice=f"issue:{shown[place - 1]}"))


def _denied(draft: Draft) -> Draft:
    """Takes "but I never got it", said of what the record calls delivered, for a delivery that went wrong."""
    state, reading = draft.state, draft.reading
    at_hand = state.issue in ("", *ON_THE_WAY) or state.stage in OVER
    vague = reading.unsure or reading.intent in _VAGUE
    order = order_at_hand.look_up(draft).order
    if reading.choice or not (at_hand and vague and draft.book.is_issue(LATE) and draft.proven):
        return draft
    if not record.denies_delivery(order, reading.text):
        return draft
    heard = changed(reading, intent=LATE, unsure=False)
    return changed(draft, reading=heard).because("denied")


def _charged_twice(draft: Draft) -> Draft:
    """Takes "refund the second charge" for a payment that went wrong, where the record shows more than one charge."""
    reading, order = draft.reading, order_at_hand.look_up(draft).order
    fact = draft.book.of(PAYMENT).fact(TROUBLE) if draft.book.is_issue(PAYMENT) else None
    twice = fact is not None and fact.heard(reading.text) == "twice"
    if (
        reading.choice
        or reading.intent != "refund"
        or not (twice and draft.proven and order and len(order.charges) > 1)
    ):
        return draft
    heard = changed(reading, intent=PAYMENT, unsure=False, negated=False)
    return changed(draft, reading=heard).because("charged_twice")


def _to_be_changed(draft: Draft) -> Draft:
    """Takes "change it to L instead", said while it is to be cancelled, for a change of the same order."""
    if not asks_for_change(draft) and not _is_swap_of_what_is_here(draft):
        return draft
    also = tuple(issue for issue in draft.reading.also if issue not in (CHANGE, draft.state.issue))
    heard = changed(draft.reading, intent=CHANGE, unsure=False, negated=False, asks="", also=also)
    return changed(draft, reading=heard).because("to_be_changed")


def _is_swap_of_what_is_here(draft: Draft) -> bool:
    """True for "can I swap it for black?" of an order that has not left: it is changed, nothing comes back."""
    reading, state = draft.reading, draft.state
    if reading.intent != "return_exchange" or reading.unsure or reading.choice or state.options_done:
        return False
    order = order_at_hand.look_up(draft).order
    here = order is not None and order.status in ("paid", "pending_payment")
    return here and draft.book.is_issue(CHANGE) and willing.wants_another(reading.text)


def _needs(draft: Draft) -> Draft:
    """The needs heard in this episode, the latest first."""
    return draft.set(needs=tuple(dict.fromkeys((*draft.reading.needs, *draft.state.needs))))


def _take_issue(draft: Draft, signal: Signal) -> Draft:
    """Settles which issue is open after this turn."""
    state, reading = draft.state, draft.reading
    guessed = reading.unsure and reading.intent in state.stories  # what was told before is not lost to it
    if draft.book.is_issue(reading.intent) and not reading.choice and not guessed:
        before = f"{state.stories.get(reading.intent, '')} " if reading.intent in state.parked else ""
        draft = draft.set(stories={**state.stories, reading.intent: f"{before}{reading.text}"[:WORDS_AT_MOST].strip()})
    if signal is Signal.ISSUE and reading.choice:
        tapped = reading.choice.removeprefix("issue:")
        return draft.agreed(tapped) if draft.book.is_issue(tapped) else draft
    told_which = signal is Signal.INFORM and "order_number" in draft.learnt
    if (signal is Signal.YES or told_which) and state.asked_now == "clarify" and state.guess:
        return draft.agreed(state.guess)
    if signal is Signal.INSTEAD and (other := picking.instead(draft)):
        return draft.set(issue=other[0])
    in_passing = draft.has_issue or reading.asks in by_when.TIME  # "how long will it be?" asks of the person awaited
    asks_while_waiting = state.owner is Owner.QUEUE and in_passing and reading.puts_question
    if signal is Signal.ISSUE and reading.intent != state.issue and not asks_while_waiting:
        return draft.set(issue=reading.intent).because("heard", issue=reading.intent, sure=reading.confidence)
    if _is_surely_late(draft):
        return draft.set(issue=LATE, stage=Stage.EXPLORE).because("surely_late")
    if _is_surely_broken(draft):
        return draft.set(issue=FAULT, stage=Stage.EXPLORE).because("surely_broken")
    if named := _named_beside(draft):
        return draft.set(issue=named, stage=Stage.EXPLORE).because("named_beside", issue=named, intent=reading.intent)
    return draft


def _is_surely_late(draft: Draft) -> bool:
    """True for an unhappy customer who names no matter while the order that can only be meant is overdue."""
    state, reading = draft.state, draft.reading
    if state.stage not in OVER or not draft.book.is_issue(LATE) or reading.choice:
        return False
    why_late = reading.intent == "ask_reason" and bool(WAITS.search(reading.text))
    nameless = reading.intent == "unresolved" or why_late or (reading.unsure and reading.emotion in NEGATIVE)
    known = draft.has_issue and state.stage is Stage.CLOSED
    order = order_at_hand.look_up(draft).order
    return nameless and not known and order is not None and order_at_hand.is_overdue(order, draft.world)


def _is_surely_broken(draft: Draft) -> bool:
    """True for an unhappy customer heard unsurely who tells that the thing which was delivered does not work."""
    reading = draft.reading
    untold = draft.state.stage in OVER and not draft.has_issue and not reading.choice and reading.unsure
    unhappy = reading.emotion in NEGATIVE and telling.wants_repair(reading.text)
    order = order_at_hand.look_up(draft).order
    return untold and unhappy and draft.book.is_issue(FAULT) and order is not None and order.status == "delivered"


def _named_beside(draft: Draft) -> str:
    """The matter that a wish for a person names by the way, when none is open."""
    state, reading = draft.state, draft.reading
    if reading.intent != "request_human" or state.stage not in OVER:
        return ""
    return next((issue for issue in reading.also if draft.book.is_issue(issue)), "")


def _park_others(draft: Draft) -> Draft:
    """Further issues of the same message are taken up after Confirm."""
    order = order_at_hand.look_up(draft).order
    not_gone = order is not None and order.status == "paid" and draft.proven
    heard = [CHANGE if not_gone and issue in _OF_WHAT_CAME else issue for issue in draft.reading.also]
    others = [issue for issue in heard if draft.book.is_issue(issue) and issue != draft.state.issue]
    fresh = tuple(issue for issue in dict.fromkeys(others) if issue not in draft.state.parked)
    if not fresh:
        return draft
    words = draft.reading.text[:WORDS_AT_MOST]
    draft = draft.set(stories={**draft.state.stories, **dict.fromkeys(fresh, words)})
    return draft.set(parked=(*draft.state.parked, *fresh)).because("parked", issues=fresh)
