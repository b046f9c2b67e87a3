"""What a turn means of the matter at hand: a choice, a yes, an undo, a withdrawal, the same again, …"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues import asked_for, facts, half_named, order_at_hand, owning, particulars, picking, undoing
from dialogues.circumstances import collecting, deadline, variant
from dialogues.draft import Draft
from dialogues.eoac import OVER, WORKED_ON, Signal, signal_of
from dialogues.offers import open_options
from dialogues.phrases import manners, reversing, which_order, willing
from dialogues.phrases.clauses import asks, clauses_of, ends_as_question, puts_case, wants
from dialogues.phrases.complaints import says_promised
from dialogues.phrases.denied import GIVES_UP
from dialogues.phrases.script import size
from dialogues.reading import NEGATIVE, STRAINED
from dialogues.record import A_PARCEL
from dialogues.state import Stage

LATE, CHANGE = "delivery_problem", "order_change"
_COMPLAINT = "service_complaint"
_SOMETHING_ELSE = re.compile(
    "别的|別的|其他|其它|另外|还有|還有|更好|换个|換個|換過|第二|仲有|"
    r"\b(?:other|else|another|different|better|instead|alternativ\w*|more)\b", re.IGNORECASE,
)  # fmt: skip
_WITHDRAWN = re.compile(
    r"(?:不|唔|不用|不必|不要|唔使|先不|先别|先別|那不用)(?:再)?(?:取消|退款|退货|退貨|退|换货|換貨|换|換|修|改)(?:了|喇|啦)"
    r"|(?:订单|訂單|东西|東西)?(?:我)?(?:还是|還是)?(?:留着|留著|留低)(?:吧|好了)?$|照(?:常|原来|原來|旧|舊)?(?:寄|送|发|發)|是我(?:自己)?(?:搞错|搞錯|看错|看錯|弄错|弄錯|记错|記錯)"
    r"|我(?:搞错|搞錯|看错|看錯|弄错|弄錯)了|(?:再|那就|就)等(?:等|一等|一下)?(?:看|[几幾一两兩二三\d][天日]|吧|好了)+$|^我?等等(?:看|吧)$"
    r"|\bi(?:'ll| will) (?:just )?wait(?: and see| a (?:bit|while|few days|day or two)\w*| till \w+| until \w+)?$"
    r"|\bforget (?:it|that|about it|the (?:refund|return|exchange|cancellation))\b|\bmy mistake\b|\bmy bad\b"
    r"|\b(?:i'?ll|i will|let'?s|just|rather|please) keep (?:it|them|the order|my order)\b|\bkeep the order\b"
    r"|\b(?:don'?t|do not) (?:cancel|refund|return|exchange)\b|\bnothing(?:'s| is)? (?:needed|required|to (?:do|be done))\b"
    r"|\b(?:don'?t|do not) need anything\b|(?:什么|什麼|甚麼)都?(?:不用|不必|唔使|不需要)|(?:不用|不必|唔使)(?:处理|處理|办|辦|管)(?:了|啦|喇)?$"
    r"|\b(?:don'?t|do not) want (?:a|the|any) (?:refund|return|exchange)\b",
    re.IGNORECASE,
)  # fmt: skip
# "What am I to do?", and questions that nobody is to answer: 「難道要我自己曬乾？」
_WHAT_TO_DO = re.compile(
    r"(?:怎么|怎麼|點|点)(?:办|辦|做|算|好)|难道|難道|唔通|不然[咧呢]"
    r"|\bwhat (?:do|should|am|can|shall) i\b|\bam i (?:supposed|meant) to\b",
    re.IGNORECASE,
)
ON_THE_WAY = (LATE, "order_status")
_PARCEL = re.compile(
    "包裹|快递|快遞|物流|派送|配送|签收|簽收|送到|送达|送達|收到|货|貨|到了?没|到了?沒|速遞"
    r"|\b(?:parcel|package|courier|driver|deliver\w*|shipp\w*|tracking|arriv\w*|order|coming)\b", re.IGNORECASE,
)  # fmt: skip
# "Didn't get it", said of whatever was sent last: a code, an invoice, money.
_NOT_HERE = re.compile(
    r"(?:没|沒|未|冇)(?:有)?(?:收到|到|来|來)|\b(?:not|never|nothing|haven'?t|hasn'?t|didn'?t)\b.{0,12}\b(?:got|get|receiv\w+|here|come|came|arriv\w+)\b|\bnothing (?:yet|so far|here)\b",
    re.IGNORECASE,
)
_FEW = 7  # words or Chinese characters
# Turns that decide or end something, whatever else they tell.
DECIDES = frozenset({
    Signal.CHOSE, Signal.UNDO, Signal.INSTEAD, Signal.WITHDRAWN, Signal.UNSETTLED, Signal.BYE, Signal.SCORE,
    Signal.STALE, Signal.ELSE,
})  # fmt: skip

# Turns that would end what was only answered.
_WELL = frozenset({Signal.YES, Signal.SETTLED, Signal.THANKS, Signal.BYE, Signal.UNCLEAR, Signal.ISSUE, Signal.OTHER})


def means(draft: Draft, found: Mapping[str, str], of_another: bool) -> Signal:
    """What the turn means of the order at hand. ``of_another``: it names another one, so that nothing is picked."""
    if _withdraws(draft):
        return Signal.WITHDRAWN
    at_work = draft.state.stage in WORKED_ON and draft.has_issue and bool(draft.state.options_done)
    if at_work and not draft.reading.choice and deadline.comes_to_nothing(draft.reading.text):
        return Signal.UNSETTLED
    if taken_leave := _takes_leave(draft):
        return taken_leave
    option = None if of_another else picking.picked(draft)
    if (
        option is None
        and draft.state.asked_now in (picking.ASKED, picking.BESIDE)
        and willing.says_yes(draft.reading.text)
    ):
        return Signal.UNCLEAR if picking.at_odds(draft) else Signal.YES
    if option is None and not of_another and picking.taken_up(draft):
        return Signal.SAME  # it is asked about once, and what else is asked is answered
    if _goes_along(draft) or _agrees_to_the_guess(draft):
        return Signal.YES
    gives = frozenset(found) - facts.BESIDES
    signal = signal_of(draft.state, draft.reading, draft.book, gives, option.id if option else "")
    if signal is Signal.UNKNOWN and draft.state.lies_open and ends_as_question(draft.reading.text):
        signal = Signal.UNCLEAR  # 「盒子扔了要紧吗」 asks; who does not know leaves it
    other = draft.book.is_issue(draft.reading.intent) and draft.reading.intent != draft.state.issue
    elsewhere = other and not draft.state.options_done
    if elsewhere and draft.state.issue in draft.reading.denied and signal in (Signal.OTHER, Signal.SAME):
        return Signal.ISSUE  # the open matter was never meant
    if signal is Signal.YES and (picking.at_odds(draft) or picking.opened_with(draft)):
        signal = Signal.UNCLEAR  # a yes to two, or to one that is to be asked about
    moved = at_work and collecting.is_moved(draft)  # "don't come tomorrow, Wednesday will do" calls nothing off
    if option is None and not (of_another or moved) and not draft.reading.choice:
        if picking.instead(draft):
            return Signal.INSTEAD
        if undoing.takes_back(draft):
            return Signal.UNDO
        if signal not in DECIDES and not variant.is_named(draft) and undoing.holds(draft):
            return Signal.NO
    if signal is Signal.NO and draft.state.stage is Stage.OFFER and half_named.only_tells(draft.reading.text):
        signal = Signal.SAME
    if (
        option is None
        and not gives
        and signal not in (*DECIDES, Signal.SETTLED)
        and _takes_time(draft)
        and not collecting.told(draft)
    ):
        return Signal.WAITS
    if signal is Signal.NO and draft.reading.denied and draft.state.issue not in draft.reading.denied:
        return Signal.SAME  # something else is ruled out, the open matter stands
    if (
        option is None
        and draft.state.stage is Stage.OFFER
        and signal not in DECIDES
        and willing.wants_none(draft.reading.text)
    ):
        return Signal.NO
    beside = signal in (Signal.ISSUE, Signal.OTHER) and draft.state.lies_open and draft.has_issue
    if beside and (puts_case(draft.reading.text) or particulars.told(draft)):
        return Signal.QUESTION  # about a way out of the open matter, in whatever words; or of what is not so
    if signal is Signal.ANOTHER and draft.reading.puts_question and not _SOMETHING_ELSE.search(draft.reading.text):
        if particulars.told(draft):
            return Signal.QUESTION  # "can't you come and fetch it?": what lies open tells it
        if at_work:
            return Signal.UNCLEAR  # "will I get a loan one meanwhile?": that which is booked is not given up
    if _raises_a_promise(draft, signal) or _is_let_down_again(draft, signal):
        return Signal.UNSETTLED
    if _misses_what_was_sent(draft, signal):
        return Signal.UNSETTLED if at_work else Signal.SAME
    if _asks_after_a_promise(draft, signal):
        return Signal.SAME
    if _asks_what_to_do(draft, signal) or _is_tired_of_waiting(draft, signal):
        return Signal.SAME
    strained = draft.reading.emotion in STRAINED and draft.reading.puts_question
    if draft.state.stage is Stage.CONFIRM and strained and signal in (Signal.YES, Signal.SETTLED):
        return Signal.UNSETTLED  # "that's what I was told last time, so what now?"
    if at_work and signal in _WELL and willing.wants_word(draft.reading.text):
        return Signal.SAME
    if signal in _WELL and asked_for.asks_for_a_remedy(draft):
        return Signal.SAME  # thanks with a request is a request
    of_what_is_booked = draft.reading.intent == CHANGE and bool(collecting.told(draft))
    detail = variant.is_told(draft) or of_what_is_booked  # of what is under way
    return Signal.SAME if signal not in DECIDES and detail else signal


def _takes_leave(draft: Draft) -> Signal | None:
    """What thanks, or a polite no, mean where only people to turn to lie open, or a guess: nothing is agreed to by it."""
    state, text = draft.state, draft.reading.text
    if draft.reading.choice:
        return None
    if state.asked_now in (picking.ASKED, picking.BESIDE) and draft.has_issue:
        if any(option.port for option in open_options(draft)):
            return None
        if manners.only_thanks(text):
            return Signal.THANKS
    elif state.asked_now != "clarify":
        return None
    return Signal.BYE if manners.needs_nothing(text) else None


def _agrees_to_the_guess(draft: Draft) -> bool:
    """True for a plain yes to a guess, however it was heard."""
    state, reading = draft.state, draft.reading
    asked = state.asked_now == "clarify" and draft.book.is_issue(state.guess) and not reading.choice
    return asked and willing.says_yes(reading.text)


def _goes_along(draft: Draft) -> bool:
    """True for "and how long does a swap take?", said to a guess which is a matter that ends in one."""
    state, reading = draft.state, draft.reading
    vague = reading.unsure or reading.intent == "thank"  # "a refund then, thanks"
    if state.asked_now != "clarify" or not draft.book.is_issue(state.guess) or reading.choice or not vague:
        return False
    real = [option for option in draft.book.of(state.guess).options if option.is_remedy and option.port]
    return not reading.negated and any(option.is_named_in(reading.text) for option in real)


def _takes_time(draft: Draft) -> bool:
    """True for "one moment" and "let me ask my wife" while something is asked, lies open or was answered."""
    asked = draft.state.stage is Stage.EXPLORE or (draft.state.lies_open and not draft.state.options_done)
    return asked and draft.has_issue and not draft.reading.choice and willing.puts_off(draft.reading.text)


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
    """True for "you said you'd sort it and it's still not here" beside new ways out, after what was done failed."""
    state, reading = draft.state, draft.reading
    let_down = state.stage is Stage.OFFER and state.unresolved and state.options_done and not reading.choice
    if not let_down or signal not in (Signal.SAME, Signal.UNCLEAR, Signal.INFORM):
        return False
    plain = reading.intent == "unresolved" or says_promised(reading.text)
    return plain and reading.hurts


def _asks_after_a_promise(draft: Draft, signal: Signal) -> bool:
    """True for "so, did they find it?" after goodbye, where what was promised was not kept."""
    state, reading = draft.state, draft.reading
    if state.stage is not Stage.CLOSED or reading.choice or owning.unkept(draft) is None:
        return False
    again = reading.intent == state.issue or draft.book.continues(state.issue, reading.intent)
    return (signal is Signal.UNCLEAR and reading.puts_question) or (signal is Signal.ISSUE and again)


def _asks_what_to_do(draft: Draft, signal: Signal) -> bool:
    """True for "so what are you going to do?" or "am I to mend it myself?" while ways out lie open: none is refused."""
    reading = draft.reading
    if (
        draft.state.stage is not Stage.OFFER
        or draft.state.asked_now not in (picking.ASKED, picking.BESIDE)
        or reading.choice
    ):
        return False
    if signal is Signal.UNCLEAR:
        return reading.intent in ("ask_alternative", "unresolved")
    if signal in (Signal.SCOPE, Signal.ANOTHER) and _WHAT_TO_DO.search(reading.text):
        return True
    asks = signal is Signal.ANOTHER and reading.asks in ("what", "how")
    return asks and not _SOMETHING_ELSE.search(reading.text)


def _withdraws(draft: Draft) -> bool:
    """True for "no refund after all, keep it" while nothing was done yet."""
    state, reading = draft.state, draft.reading
    open_still = (
        state.stage in (Stage.EXPLORE, Stage.OFFER, Stage.CONFIRM) and draft.has_issue and not state.options_done
    )
    plain = not (reading.choice or reading.conditional)
    if not (open_still and plain) or asks_for_change(draft) or picking.is_titled(draft):
        return False
    if reading.denied and not {state.issue, "refund"}.intersection(reading.denied):
        return False  # something else is not wanted
    parts = clauses_of(reading.text)
    if willing.declined(draft.playbook.options, reading.text):
        left = any(option.port for option in open_options(draft))  # what is declined lies open no more
        withdrawn = state.issue in GIVES_UP or (state.stage is Stage.OFFER and not left)
    else:
        back = bool(reversing.TAKEN_BACK.search(reversing.wish(reading.text)))
        withdrawn = back or any(_WITHDRAWN.search(part) and wants(part) for part in parts)
    return withdrawn and not any(_says_more(draft, part) for part in parts)


def _says_more(draft: Draft, clause: str) -> bool:
    """True for a clause that wants to know or to have something, beside calling something off."""
    if _WITHDRAWN.search(clause) or reversing.TAKEN_BACK.search(clause) or willing.declines(clause):
        return False
    named = any(option.is_named_in(clause) for option in draft.playbook.options)
    return named or (size(clause) > 2 and (asks(clause) or asked_for.wishes(clause)))


def _misses_what_was_sent(draft: Draft, signal: Signal) -> bool:
    """True for "didn't get it" while a code, money or the like is awaited: no parcel is meant that nobody named."""
    reading, state = draft.reading, draft.state
    another = signal in (Signal.ISSUE, Signal.OTHER, Signal.QUESTION) and reading.intent in ON_THE_WAY
    if not another or not state.lies_open or not draft.has_issue or state.issue in ON_THE_WAY:
        return False
    bare = size(reading.text) <= _FEW and not A_PARCEL.search(reading.text)
    return bare and bool(_NOT_HERE.search(reading.text)) and not which_order.named(draft.world.orders, reading.text)


def _is_tired_of_waiting(draft: Draft, signal: Signal) -> bool:
    """True for "nine days already!" while a matter is open that is not the parcel: the wait for that is meant."""
    reading, state = draft.reading, draft.state
    another = signal in (Signal.ISSUE, Signal.OTHER, Signal.QUESTION) and reading.intent in ON_THE_WAY
    elsewhere = state.stage not in OVER and draft.has_issue and state.issue not in ON_THE_WAY
    order = order_at_hand.look_up(draft).order
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


def asks_for_change(draft: Draft) -> bool:
    """True for "change it to L instead" while the order is to be cancelled or sent back."""
    state, reading = draft.state, draft.reading
    at_stake = state.stage in (Stage.EXPLORE, Stage.OFFER, Stage.CONFIRM) and not state.options_done
    switches = draft.has_issue and draft.book.is_issue(CHANGE) and draft.book.continues(state.issue, CHANGE)
    return at_stake and switches and not (reading.choice or reading.conditional) and willing.wants_change(reading.text)
