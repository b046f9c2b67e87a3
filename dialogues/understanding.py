"""What a turn tells and means: the facts in it, the signal at this stage, and which issue is open after it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues import (
    another_order,
    asked_for,
    collecting,
    deadline,
    facts,
    offers,
    owning,
    particulars,
    record,
    two_orders,
    undoing,
    variant,
    which_order,
    willing,
)
from dialogues.asking import FREQUENT
from dialogues.clauses import asks, clauses_of, wants
from dialogues.denied import GIVES_UP
from dialogues.draft import Draft
from dialogues.eoac import OPENING, WORKED_ON, Signal, signal_of
from dialogues.episodes import new_episode
from dialogues.naming import opening, size
from dialogues.reading import NEGATIVE, Order
from dialogues.state import WORDS_AT_MOST, Owner, Stage
from dialogues.values import changed

LATE, CHANGE = "delivery_problem", "order_change"
_COMPLAINT = "service_complaint"
_SOMETHING_ELSE = re.compile(
    "别的|別的|其他|其它|另外|还有|還有|更好|换个|換個|換過|第二|仲有|"
    r"\b(?:other|else|another|different|better|instead|alternativ\w*|more)\b", re.IGNORECASE,
)  # fmt: skip
_WITHDRAWN = re.compile(
    r"(?:不|唔|不用|不必|不要|唔使|先不|先别|先別|那不用)(?:再)?(?:取消|退款|退货|退貨|退|换货|換貨|换|換|修|改)(?:了|喇|啦)"
    r"|(?:订单|訂單|东西|東西)?(?:我)?(?:还是|還是)?(?:留着|留著|留低)(?:吧|好了)?$|照(?:常|原来|原來|旧|舊)?(?:寄|送|发|發)|是我(?:自己)?(?:搞错|搞錯|看错|看錯|弄错|弄錯|记错|記錯)"
    r"|我(?:搞错|搞錯|看错|看錯|弄错|弄錯)了"
    r"|\bforget (?:it|that|about it|the (?:refund|return|exchange|cancellation))\b|\bmy mistake\b|\bmy bad\b"
    r"|\b(?:i'?ll|i will|let'?s|just|rather|please) keep (?:it|them|the order|my order)\b|\bkeep the order\b"
    r"|\b(?:don'?t|do not) (?:cancel|refund|return|exchange)\b|\b(?:don'?t|do not) want (?:a|the|any) (?:refund|return|exchange)\b",
    re.IGNORECASE,
)  # fmt: skip
_ON_THE_WAY = (LATE, "order_status")
_VAGUE = frozenset({"order_status", "unresolved", "resolved", "deny", "provide_info", "ask_reason", "chitchat"})
_PARCEL = re.compile(
    "包裹|快递|快遞|物流|派送|配送|签收|簽收|送到|送达|送達|收到|货|貨|到了?没|到了?沒|速遞"
    r"|\b(?:parcel|package|courier|driver|deliver\w*|shipp\w*|tracking|arriv\w*|order)\b", re.IGNORECASE,
)  # fmt: skip
# What a turn may mean that names a thing and no matter of its own.
_NAMES_ONLY = frozenset({
    Signal.INFORM, Signal.UNCLEAR, Signal.THANKS, Signal.SETTLED, Signal.QUESTION, Signal.SAME, Signal.NO,
})  # fmt: skip


# What a turn may mean that says that something was done otherwise than told.
_GOES_ON = frozenset({
    Signal.INFORM, Signal.UNCLEAR, Signal.SAME, Signal.QUESTION, Signal.ISSUE, Signal.OTHER, Signal.WHY, Signal.NO,
    Signal.SETTLED,
})  # fmt: skip
# Turns that decide or end something, whatever else they tell.
_DECIDES = frozenset({
    Signal.CHOSE, Signal.UNDO, Signal.INSTEAD, Signal.WITHDRAWN, Signal.UNSETTLED, Signal.BYE, Signal.SCORE,
    Signal.STALE, Signal.ELSE,
})  # fmt: skip


def understand(draft: Draft) -> tuple[Draft, Signal]:
    """The draft with what the turn tells, and what it means at this stage."""
    draft = offers.without_declined(_needs(_to_be_changed(_denied(two_orders.parted(_placed(_unparked(draft)))))))
    found = facts.told(draft)
    other = another_order.named(draft, found)
    signal = _means(draft, found, other is not None)
    if signal is Signal.NO and draft.state.stage is Stage.OFFER and collecting.PICKUP in found:
        signal = Signal.SAME  # "i said after 5, don't ignore that": how it is wanted refuses nothing
    if came_back := _comes_back_to(draft, found, signal):
        draft, signal, other = _first_of_the_parked(draft, came_back, other), Signal.ELSE, None
    elif other and signal not in _DECIDES:
        draft, signal = another_order.taken(draft, other, signal)
    elif signal not in _DECIDES and another_order.is_unseen(draft, found):
        signal = Signal.CORRECTS
    elif signal not in _DECIDES and (without := another_order.without_the_ruled_out(draft)) is not draft:
        draft, signal = without, Signal.CORRECTS
    elsewhere = (other is not None and signal is not Signal.UNDO) or bool(came_back)
    if draft.state.stage is Stage.CLOSED and signal in OPENING:
        draft = changed(draft, state=new_episode(draft.state)).because("new_episode")
        draft = _needs(draft)
    draft = facts.keep(draft, _at_hand(found, elsewhere))
    unknown = not draft.has_issue
    draft = offers.without_declined(_take_issue(draft, signal))
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


def _means(draft: Draft, found: Mapping[str, str], of_another: bool) -> Signal:
    """What the turn means of the order at hand. ``of_another``: it names another one, so that nothing is picked."""
    if _withdraws(draft):
        return Signal.WITHDRAWN
    at_work = draft.state.stage in WORKED_ON and draft.has_issue and bool(draft.state.options_done)
    if at_work and not draft.reading.choice and deadline.comes_to_nothing(draft.reading.text):
        return Signal.UNSETTLED
    option = None if of_another else offers.picked(draft)
    if option is None and draft.state.asked_now == "choice" and willing.says_yes(draft.reading.text):
        return Signal.UNCLEAR if offers.at_odds(draft) else Signal.YES
    gives = frozenset(found) - facts.BESIDES
    signal = signal_of(draft.state, draft.reading, draft.book, gives, option.id if option else "")
    other = draft.book.is_issue(draft.reading.intent) and draft.reading.intent != draft.state.issue
    elsewhere = other and not draft.state.options_done
    if elsewhere and draft.state.issue in draft.reading.denied and signal in (Signal.OTHER, Signal.SAME):
        return Signal.ISSUE  # the open matter was never meant
    if signal is Signal.YES and (offers.at_odds(draft) or offers.opened_with(draft)):
        signal = Signal.UNCLEAR  # a yes to two, or to one that is to be asked about
    if option is None and not of_another and not draft.reading.choice:
        if offers.instead(draft):
            return Signal.INSTEAD
        if undoing.takes_back(draft):
            return Signal.UNDO
        if signal not in _DECIDES and undoing.holds(draft):
            return Signal.NO
    if signal is Signal.NO and draft.reading.denied and draft.state.issue not in draft.reading.denied:
        return Signal.SAME  # something else is ruled out, the open matter stands
    if (
        option is None
        and draft.state.stage is Stage.OFFER
        and signal not in _DECIDES
        and willing.wants_none(draft.reading.text)
    ):
        return Signal.NO
    if signal in (Signal.ISSUE, Signal.OTHER) and draft.state.lies_open and draft.has_issue and particulars.told(draft):
        return Signal.QUESTION  # about a way out of the open matter, in whatever words
    if _raises_a_promise(draft, signal) or _is_let_down_again(draft, signal):
        return Signal.UNSETTLED
    if _asks_after_a_promise(draft, signal):
        return Signal.SAME
    if _asks_what_to_do(draft, signal) or _is_tired_of_waiting(draft, signal):
        return Signal.SAME
    return Signal.SAME if signal not in _DECIDES and variant.is_told(draft) else signal  # a detail of what is under way


def _raises_a_promise(draft: Draft, signal: Signal) -> bool:
    """True for "you told me I'd hear today" where that was not kept, unless it names what is wanted instead."""
    state, intent = draft.state, draft.reading.intent
    if state.stage not in (*WORKED_ON, Stage.CLOSED) or not owning.is_raised(draft):
        return False
    if any(intent in option.intents for option in draft.playbook.options):
        return False
    of_it = intent in (state.issue, _COMPLAINT) or draft.book.continues(state.issue, intent)
    return signal in (Signal.SAME, Signal.UNCLEAR, Signal.INFORM) or (signal in (Signal.ISSUE, Signal.OTHER) and of_it)


def _is_let_down_again(draft: Draft, signal: Signal) -> bool:
    """True for "you said you'd sort it and it's still not here" beside new ways out, after what was done did not help."""
    state, reading = draft.state, draft.reading
    let_down = state.stage is Stage.OFFER and state.unresolved and state.options_done and not reading.choice
    if not let_down or signal not in (Signal.SAME, Signal.UNCLEAR, Signal.INFORM):
        return False
    plain = reading.intent == "unresolved" or owning.says_promised(reading.text)
    return plain and reading.emotion in NEGATIVE and reading.intensity >= 2


def _asks_after_a_promise(draft: Draft, signal: Signal) -> bool:
    """True for "so, did they find it?" after goodbye, where what was promised was not kept."""
    state, reading = draft.state, draft.reading
    if state.stage is not Stage.CLOSED or reading.choice or owning.unkept(draft) is None:
        return False
    again = reading.intent == state.issue or draft.book.continues(state.issue, reading.intent)
    return (signal is Signal.UNCLEAR and reading.puts_question) or (signal is Signal.ISSUE and again)


def _at_hand(found: Mapping[str, str], elsewhere: bool) -> dict[str, str]:
    """What the turn tells of the matter at hand; ``elsewhere``: the order that it names is another one's."""
    return {name: value for name, value in found.items() if name != "order_number" or not elsewhere}


def _asks_what_to_do(draft: Draft, signal: Signal) -> bool:
    """True for "so what are you going to do?" while ways out lie open: none of them is refused by that."""
    reading = draft.reading
    if draft.state.stage is not Stage.OFFER or draft.state.asked_now != "choice" or reading.choice:
        return False
    if signal is Signal.UNCLEAR:
        return reading.intent in ("ask_alternative", "unresolved")
    asks = signal is Signal.ANOTHER and reading.asks in ("what", "how")
    return asks and not _SOMETHING_ELSE.search(reading.text)


def _withdraws(draft: Draft) -> bool:
    """True for "no refund after all, keep it" while nothing was done yet."""
    state, reading = draft.state, draft.reading
    open_still = (
        state.stage in (Stage.EXPLORE, Stage.OFFER, Stage.CONFIRM) and draft.has_issue and not state.options_done
    )
    plain = not (reading.choice or reading.conditional)
    if not (open_still and plain) or _asks_for_change(draft) or offers.is_titled(draft):
        return False
    if reading.denied and not {state.issue, "refund"}.intersection(reading.denied):
        return False  # something else is not wanted
    parts = clauses_of(reading.text)
    if any(_says_more(draft, part) for part in parts):
        return False
    if willing.declined(draft.playbook.options, reading.text):
        return state.issue in GIVES_UP
    return any(_WITHDRAWN.search(part) and wants(part) for part in parts)


def _says_more(draft: Draft, clause: str) -> bool:
    """True for a clause that wants to know or to have something, beside calling something off."""
    if size(clause) <= 2 or _WITHDRAWN.search(clause) or willing.declines(clause):
        return False
    named = any(option.is_named_in(clause) for option in draft.playbook.options)
    return named or asks(clause) or asked_for.wishes(clause)


def _is_tired_of_waiting(draft: Draft, signal: Signal) -> bool:
    """True for "nine days already!" while a matter is open that is not the parcel: the wait for that is meant."""
    reading, state = draft.reading, draft.state
    another = signal in (Signal.ISSUE, Signal.OTHER, Signal.QUESTION) and reading.intent in _ON_THE_WAY
    elsewhere = state.stage not in (Stage.IDLE, Stage.CLOSED) and draft.has_issue and state.issue not in _ON_THE_WAY
    order = facts.look_up_order(draft).order
    nothing_comes = order is not None and draft.proven and not order.is_coming  # no parcel can be meant
    return (
        another
        and elsewhere
        and (reading.emotion in NEGATIVE or nothing_comes)
        and not (names_a_parcel(reading.text) or which_order.named(draft.world.orders, reading.text))
    )


def names_a_parcel(text: str) -> bool:
    """True when the text speaks of a parcel, its courier or its coming."""
    return bool(_PARCEL.search(text))


def _comes_back_to(draft: Draft, found: Mapping[str, str], signal: Signal) -> str:
    """The parked matter that the customer comes back to by asking, or by the thing ("and the kettle?"); else ""."""
    state, reading, number = draft.state, draft.reading, found.get("order_number", "")
    if not state.parked or reading.choice or not draft.has_issue:
        return ""
    again = reading.intent in state.parked and reading.intent != state.issue
    if again and signal not in _DECIDES and (reading.puts_question or not reading.unsure):
        return reading.intent
    another = bool(number) and number != state.facts.get("order_number", "")
    return state.parked[0] if another and state.lies_open and signal in _NAMES_ONLY else ""


def _first_of_the_parked(draft: Draft, issue: str, order: Order | None) -> Draft:
    """The draft in which that matter is taken up next, about that order where one is named."""
    state = draft.state
    story = f"{state.stories.get(issue, '')} {order.number if order else ''}".strip()
    others = tuple(each for each in state.parked if each != issue)
    return draft.set(parked=(issue, *others), stories={**state.stories, issue: story})


def remember(draft: Draft) -> Draft:
    """What a customer tells a human is there when the bot goes on: the matter, when none was known, and the facts."""
    reading, state = draft.reading, draft.state
    over = state.stage in (Stage.IDLE, Stage.CLOSED)
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
    state, place = draft.state, facts.position(draft.reading)
    shown = [issue for issue in FREQUENT if draft.book.is_issue(issue)]
    if draft.reading.choice or state.asked_now != "clarify" or state.guess or not 0 < place <= len(shown):
        return draft
    return changed(draft, reading=changed(draft.reading, choice=f"issue:{shown[place - 1]}"))


def _denied(draft: Draft) -> Draft:
    """Takes "but I never got it", said of what the record calls delivered, for a delivery that went wrong."""
    state, reading = draft.state, draft.reading
    at_hand = state.issue in ("", *_ON_THE_WAY) or state.stage in (Stage.IDLE, Stage.CLOSED)
    vague = reading.unsure or reading.intent in _VAGUE
    order = facts.look_up_order(draft).order
    if reading.choice or not (at_hand and vague and draft.book.is_issue(LATE) and draft.proven):
        return draft
    if not record.denies_delivery(order, reading.text):
        return draft
    heard = changed(reading, intent=LATE, unsure=False)
    return changed(draft, reading=heard).because("denied")


def _to_be_changed(draft: Draft) -> Draft:
    """Takes "change it to L instead", said while it is to be cancelled, for a change of the same order."""
    if not _asks_for_change(draft):
        return draft
    also = tuple(issue for issue in draft.reading.also if issue not in (CHANGE, draft.state.issue))
    heard = changed(draft.reading, intent=CHANGE, unsure=False, negated=False, asks="", also=also)
    return changed(draft, reading=heard).because("to_be_changed")


def _asks_for_change(draft: Draft) -> bool:
    state, reading = draft.state, draft.reading
    at_stake = state.stage in (Stage.EXPLORE, Stage.OFFER, Stage.CONFIRM) and not state.options_done
    switches = draft.has_issue and draft.book.is_issue(CHANGE) and draft.book.continues(state.issue, CHANGE)
    return at_stake and switches and not (reading.choice or reading.conditional) and willing.wants_change(reading.text)


def _needs(draft: Draft) -> Draft:
    """The needs heard in this episode, the latest first."""
    return draft.set(needs=tuple(dict.fromkeys((*draft.reading.needs, *draft.state.needs))))


def _take_issue(draft: Draft, signal: Signal) -> Draft:
    """Settles which issue is open after this turn."""
    state, reading = draft.state, draft.reading
    if draft.book.is_issue(reading.intent) and not reading.choice:
        before = f"{state.stories.get(reading.intent, '')} " if reading.intent in state.parked else ""
        draft = draft.set(stories={**state.stories, reading.intent: f"{before}{reading.text}"[:WORDS_AT_MOST].strip()})
    if signal is Signal.ISSUE and reading.choice:
        tapped = reading.choice.removeprefix("issue:")
        return _agreed(draft, tapped) if draft.book.is_issue(tapped) else draft
    told_which = signal is Signal.INFORM and "order_number" in draft.learnt
    if (signal is Signal.YES or told_which) and state.asked_now == "clarify" and state.guess:
        return _agreed(draft, state.guess)
    if signal is Signal.INSTEAD and (other := offers.instead(draft)):
        return draft.set(issue=other[0])
    asks_while_waiting = state.owner is Owner.QUEUE and draft.has_issue and reading.puts_question
    if signal is Signal.ISSUE and reading.intent != state.issue and not asks_while_waiting:
        return draft.set(issue=reading.intent).because("heard", issue=reading.intent, sure=reading.confidence)
    if _is_surely_late(draft):
        return draft.set(issue=LATE).because("surely_late")
    if named := _named_beside(draft):
        return draft.set(issue=named, stage=Stage.EXPLORE).because("named_beside", issue=named, intent=reading.intent)
    return draft


def _is_surely_late(draft: Draft) -> bool:
    """True for an unhappy customer who names no matter while the order that can only be meant is overdue."""
    state, reading = draft.state, draft.reading
    if state.stage not in (Stage.IDLE, Stage.CLOSED) or not draft.book.is_issue(LATE) or reading.choice:
        return False
    nameless = reading.intent == "unresolved" or (reading.unsure and reading.emotion in NEGATIVE)
    known = draft.has_issue and state.stage is Stage.CLOSED
    order = facts.look_up_order(draft).order
    return nameless and not known and order is not None and facts.is_overdue(order, draft.world)


def _named_beside(draft: Draft) -> str:
    """The matter that a wish for a person names by the way, when none is open."""
    state, reading = draft.state, draft.reading
    if reading.intent != "request_human" or state.stage not in (Stage.IDLE, Stage.CLOSED):
        return ""
    return next((issue for issue in reading.also if draft.book.is_issue(issue)), "")


def _agreed(draft: Draft, issue: str) -> Draft:
    return draft.set(issue=issue, understood=issue, guess="").because("agreed", issue=issue)


def _park_others(draft: Draft) -> Draft:
    """Further issues of the same message are taken up after Confirm."""
    others = [issue for issue in draft.reading.also if draft.book.is_issue(issue) and issue != draft.state.issue]
    fresh = tuple(issue for issue in dict.fromkeys(others) if issue not in draft.state.parked)
    if not fresh:
        return draft
    words = draft.reading.text[:WORDS_AT_MOST]
    draft = draft.set(stories={**draft.state.stories, **dict.fromkeys(fresh, words)})
    return draft.set(parked=(*draft.state.parked, *fresh)).because("parked", issues=fresh)
