"""How one of the ways out is picked: tapped, by its title, its place or its name; what is half named is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogues import asked_for, facts, money, referring
from dialogues.circumstances import variant
from dialogues.draft import Draft
from dialogues.offers import is_possible, open_options, still_possible
from dialogues.phrases import willing
from dialogues.phrases.accepting import acceptance, names_another_way, takes_back, ties
from dialogues.phrases.clauses import asks, clauses_of, only_asks, parted
from dialogues.phrases.naming import LONE, SHORT, named_among, opening, place_beside, titled
from dialogues.phrases.ordinals import lone_position, position
from dialogues.phrases.script import HAN, size
from dialogues.playbook import Option
from dialogues.state import Stage
from dialogues.values import changed

# Ways out lie open: they were put to the customer just now, or they lie beside something else that was said.
ASKED, BESIDE = "choice", "beside"
OPEN = (ASKED, BESIDE, "confirm")
SWAP = "exchange"  # the port's action by which another one comes for the one they have
# A "no", small talk, or a matter that is itself a remedy: a way out may be meant in it all the same, and is asked about.
_ASKED_FIRST = frozenset({
    "deny", "chitchat", "out_of_scope", "refund", "return_exchange", "order_cancel", "order_change", "repair_warranty",
})  # fmt: skip
# A complaint comes with what is wanted.
_COMPLAINT = frozenset({"service_complaint", "escalation_threat"})
_PICKS_NOTHING = frozenset({
    "ask_alternative", "ask_reason", "goodbye", "praise", "stop_contact", "suggestion", "bot_identity", "greet",
    "resolved",
})  # fmt: skip
_ECHO = 2  # Chinese characters
_WORD = re.compile(r"[^㐀-䶿一-鿿a-z]|[吧啊呀啦哦喔的]", re.IGNORECASE)
# "Actually, a new one instead", 「算了，還是換新的」.
_INSTEAD = re.compile(
    r"还是|還是|都係|改|算[了喇啦]|直接|乾脆|干脆|不如|想想|[不唔]想|[不唔]要|[不唔别別].{0,2}了"
    r"|\b(?:instead|rather|actually|after all|changed? (?:my|our) mind|second thoughts?|not|\w*n't|dont|no)\b",
    re.IGNORECASE,
)


def picked(draft: Draft) -> Option | None:
    """As ``_picked``; what is done with the whole of an order is not picked by a wish about a part of it."""
    option = _picked(draft)
    return None if option and option.is_remedy and referring.is_of_a_part(draft) else option


def _picked(draft: Draft) -> Option | None:
    """The option that this turn picks: tapped, by its title, by its place in the list, or by plainly naming the remedy.

    What was shown earlier and not refused since is named as what lies open is. A place and words that name another
    option pick nothing.

    Naming it in a question, a condition, or with a "don't" or a "not yet" is no yes to it.

    A tapped one counts whenever it was shown, even if it was refused since: that is a change of mind.
    """
    state, reading = draft.state, draft.reading
    if not draft.has_issue:
        return None
    if reading.choice:
        wanted = reading.choice.removeprefix("option:")
        return still_possible(draft, wanted) if wanted in state.options_shown else None
    if state.asked_now not in OPEN or at_odds(draft):
        return None
    free = [option for option in within_reach(draft) if not money.is_guarded(draft, option)]
    by_title = titled(free, reading.text)
    if len(by_title) == 1:
        return by_title[0]
    put = put_alone(draft) if state.asked_now == ASKED else None
    if put in free and _echoes(put, reading.text):
        return put
    place = lone_position(reading) if is_elsewhere(draft) or _tells_anew(draft) else position(reading)
    if 0 < place <= len(state.options_open):
        return at_place(draft, place)
    if (lead := opened_with(draft)) and lead in free and not _hinders(draft):
        return lead
    if accepted := _accepted(draft):
        return accepted
    if is_elsewhere(draft) or is_beside(draft):
        return None
    on_table = [option for option in free if option.id in state.options_open]
    earlier = [option for option in free if option.id not in state.options_open]
    named = named_among(on_table, reading.text) or named_among(earlier, reading.text)
    sure = reading.outright and not reading.unsure and not any(map(asks, clauses_of(reading.text)))
    meant = [
        option for option in on_table if sure and reading.intent in option.intents and not money.moves_money(option)
    ]
    both = [option for option in named if option in meant]
    agreed = [option for option in on_table if option.action == SWAP] if _agrees_to_a_swap(draft) else []
    for found in (both, named, meant, agreed):
        if len(found) == 1:
            return found[0]
    return None


def _accepted(draft: Draft) -> Option | None:
    """What is taken up by a yes with more attached, and can be done on it: of what moves money, only the one just put,
    by a yes whose sentence says nothing else.
    """
    option, said = taken_up(draft), acceptance(draft.reading.text)
    if option is None or said is None:
        return None
    put = draft.state.asked_now == ASKED and put_alone(draft) is option
    by_itself = all(option.is_named_in(part) and not only_asks(part) for part in said.within)
    if money.moves_money(option):
        meant = draft.reading.unsure or draft.reading.intent not in _PICKS_NOTHING  # "right then, evening" is no yes
        return option if put and by_itself and meant and money.is_sum_of(draft, draft.reading) else None
    return option if put or any(map(option.is_named_in, said.taken)) else None


def taken_up(draft: Draft) -> Option | None:
    """The way out that a yes with more attached means: the one that it goes on to name, else the one put to them."""
    text, reading = draft.reading.text, draft.reading
    said = acceptance(text) if draft.state.asked_now in (ASKED, BESIDE) and not reading.choice else None
    if said is None:
        return None
    named = named_among(open_options(draft), "，".join(said.taken))
    put = put_alone(draft) if said.opens else None
    option = named[0] if len(named) == 1 else None if named else put
    if option is None or takes_back(text, said.after, money=money.moves_money(option)):
        return None
    wanted = [part for part in said.after if names_another_way(part) and not option.is_named_in(part)]
    others = any(other.is_named_in(part) for other in draft.playbook.options for part in wanted)
    return None if others else option


def put_alone(draft: Draft) -> Option | None:
    """The one thing that lies on the table, beside people to turn to."""
    on_table = open_options(draft)
    meant = [option for option in on_table if not (option.handover or option.fallback)] or list(on_table)
    return meant[0] if len(meant) == 1 else None


def _echoes(option: Option | None, text: str) -> bool:
    """True for a word or two out of the title of the one thing that was put: 「开」, 「补寄」."""
    word = _WORD.sub("", text)
    titles = (re.sub(r"\\W\*", "", title) for title in (option.titles if option else ()))
    return 1 <= len(word) <= _ECHO and HAN.fullmatch(word[0]) is not None and any(word in title for title in titles)


def _agrees_to_a_swap(draft: Draft) -> bool:
    """True for "ok do that, size 42, black": only what brings another one can be meant by a yes with that in it."""
    first, *more = clauses_of(draft.reading.text) or [""]
    told = bool(more) and not any(map(asks, more)) and draft.reading.outright
    which = variant.is_told(draft) or variant.VARIANT in draft.learnt
    return told and willing.is_plain_yes(first) and which


def is_elsewhere(draft: Draft) -> bool:
    """True when something else is surely meant, so that no word in it picks a way out: "send the invoice again"."""
    reading = draft.reading
    if reading.unsure or reading.intent in _ASKED_FIRST:
        return False
    if draft.book.is_issue(reading.intent):
        return reading.intent not in _at_hand(draft)
    return reading.intent in _PICKS_NOTHING


def _tells_anew(draft: Draft) -> bool:
    """True when a matter is surely told of, and no way out: "the second one is chipped, too"."""
    reading = draft.reading
    return not reading.unsure and draft.book.is_issue(reading.intent) and reading.intent not in _of_options(draft)


def is_beside(draft: Draft) -> bool:
    """True for a way out named in a "no", in small talk or as another matter: it is asked about, not done."""
    reading = draft.reading
    return not reading.unsure and reading.intent in _ASKED_FIRST and reading.intent not in _at_hand(draft)


def _at_hand(draft: Draft) -> frozenset[str]:
    """The issues that may be meant when one of the ways out is named."""
    return _COMPLAINT.union({draft.state.issue, *draft.playbook.becomes}, _of_options(draft))


def _of_options(draft: Draft) -> frozenset[str]:
    return frozenset().union(*(option.intents for option in draft.playbook.options))


def opened_with(draft: Draft) -> Option | None:
    """The way out whose place opens the message, with more said after it: "1. And can they come after 5?"."""
    place, _ = opening(draft.reading)
    return at_place(draft, place)


def at_place(draft: Draft, place: int) -> Option | None:
    """What lies on the table at that place, counted from 1, and can still be taken."""
    on_table = draft.state.options_open
    return still_possible(draft, on_table[place - 1]) if 0 < place <= len(on_table) else None


def _hinders(draft: Draft) -> bool:
    """True where what is added to a pick makes one that is to be asked about: "1. No wait", "the second, if it's free"."""
    option, (_, added) = opened_with(draft), opening(draft.reading)
    return any(map(ties, added)) or (option is not None and money.moves_money(option))


def within_reach(draft: Draft) -> tuple[Option, ...]:
    """What lies on the table, then what was shown earlier and not refused since, as far as it can still be taken."""
    state = draft.state
    if state.stage is not Stage.OFFER:
        return open_options(draft)
    gone = {*state.options_open, *state.options_refused}
    earlier = (still_possible(draft, name) for name in state.options_shown if name not in gone)
    return (*open_options(draft), *(option for option in earlier if option))


def is_titled(draft: Draft) -> bool:
    """True when the message holds the title of a way out within reach, whatever else its words sound like."""
    return bool(titled(within_reach(draft), draft.reading.text))


def at_odds(draft: Draft) -> tuple[Option, ...]:
    """What the place and the words of a message name, where the two differ: "the first one, chase the courier"."""
    state, (place, words) = draft.state, place_beside(draft.reading)
    asked = state.asked_now in OPEN and draft.has_issue and not draft.reading.choice
    placed = at_place(draft, place) if asked else None
    if placed is None:
        return ()
    reach = within_reach(draft)
    meant = titled(reach, words) or (named_among(reach, words) if size(words) > LONE else [])
    return (placed, *meant) if meant and placed not in meant else ()


def instead(draft: Draft) -> tuple[str, Option] | None:
    """The remedy that this turn names in place of the one that is booked, and the issue whose way out it is."""
    booked, reading = draft.booked, draft.reading
    if booked is None or reading.choice or reading.conditional or not draft.has_issue:
        return None
    wanted = not reading.unsure and draft.book.is_issue(reading.intent) and reading.intent not in booked.intents
    if not (wanted or _INSTEAD.search(reading.text)):
        return None
    heard = (reading.intent,) if wanted else ()
    return _remedy_named(draft, (*heard, draft.state.issue, *draft.playbook.becomes))


def elsewhere(draft: Draft) -> str:
    """The neighbouring issue whose remedy this turn asks for, where it names none of the open matter's; else ""."""
    reading = draft.reading
    if draft.booked or reading.choice or reading.conditional or not draft.has_issue:
        return ""
    if any(option.is_named_in(reading.text) for option in draft.playbook.options):
        return ""
    wished = changed(reading, text=asked_for.wished_in(reading.text))
    issues = filter(draft.book.is_issue, draft.playbook.becomes)
    known = [issue for issue in issues if not facts.missing(draft.set(issue=issue))]
    found = _remedy_named(changed(draft, reading=wished), known)
    return found[0] if found else ""


def _remedy_named(draft: Draft, issues: Iterable[str]) -> tuple[str, Option] | None:
    """The one remedy of the first of these issues that the turn names and the order can have, but what is booked."""
    text, booked = draft.reading.text, draft.booked
    for issue in filter(draft.book.is_issue, issues):
        there = draft.set(issue=issue)
        possible = [
            option for option in there.playbook.options
            if option.is_remedy and option.port and is_possible(there, option)
            and not (booked and _is_told_as(option, booked, text))
        ]  # fmt: skip
        if len(named := named_among(possible, text, wavering=True)) == 1:
            return issue, named[0]
    return None


def _is_told_as(option: Option, booked: Option, text: str) -> bool:
    """True for what is booked, and for what no word names but one that names that too: "collect it on Friday"."""
    told = set(option.told_in(text))
    return option.id == booked.id or (bool(told) and told <= set(booked.told_in(text)))


def without_declined(draft: Draft) -> Draft:
    """The draft in which what the turn declines counts as refused, until the customer names it again themselves."""
    state, reading = draft.state, draft.reading
    if not draft.has_issue or reading.choice:
        return draft
    declined = [option.id for option in willing.declined(draft.playbook.options, reading.text)]
    taken_up: set[str] = set()
    if not declined and not reading.conditional:
        taken_up = {option.id for option in willing.named(draft.playbook.options, reading.text)}
    kept = [name for name in state.options_refused if name not in taken_up]
    fresh = [name for name in declined if name not in kept]
    if not fresh and len(kept) == len(state.options_refused):
        return draft
    draft = draft.set(
        options_refused=(*kept, *fresh), options_open=tuple(name for name in state.options_open if name not in declined)
    )
    return draft.because("refused", options=tuple(fresh)) if fresh else draft


def ruled_out(draft: Draft) -> tuple[str, ...]:
    """What lies open and is ruled out by name, where others are not: "don't chase it, and I don't want a new one either"."""
    if draft.reading.choice or willing.wants_none(draft.reading.text):
        return ()
    _, clauses = parted(draft.reading.text)
    return tuple(option.id for option in open_options(draft) if any(map(option.is_named_in, clauses)))


def is_done(draft: Draft) -> bool:
    """True when a short message names something that was done already, and nothing that can still be taken."""
    reading = draft.reading
    if reading.choice or size(reading.text) > SHORT or parted(reading.text)[1]:
        return False
    return bool(named_among(draft.done, reading.text)) and not named_among(open_options(draft), reading.text)
