"""A change of mind: what the customer wants taken back, tapped or in words."""

from __future__ import annotations

import re

from dialogues import offers, picking
from dialogues.because import because
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.phrases import reversing, willing
from dialogues.phrases.clauses import asks, clauses_of
from dialogues.phrases.script import size
from dialogues.plan import Call
from dialogues.playbook import Option
from dialogues.reading import Result
from dialogues.state import Stage
from dialogues.values import changed

ASKED = "undo"  # what was asked: whether to take back what was done

# "I changed my mind, exchange it after all": what is done already is what is wanted.
_AFTER_ALL = re.compile(r"还是|還是|\b(?:after all|then|instead|rather)\b", re.IGNORECASE)
_KIND_OF = {
    "create": "refund", "create_with_return": "return", "extra_charge": "refund", "exchange": "exchange",
    "change": "change", "redirect": "change", "cancel": "cancel", "reship": "reship", "inspect": "repair",
}  # fmt: skip
BRIEF = 5  # Chinese characters or words
# "Wait", 「等等」, "don't": said to what was done a moment ago.
_HOLDS = re.compile(
    r"^(?:[啊哎欸诶喂哦噢]*(?:等等|等下|等一下|等一等|等陣|慢着|慢著|且慢|停|别|別|先别|先別|先不要|不要|不是(?:吧|啊)?))"
    r"|^(?:oh |um |er )?(?:no )?(?:wait|hold on|hang on|stop|don'?t)\b",
    re.IGNORECASE,
)


def takes_back(draft: Draft) -> Option | None:
    """What the customer wants undone: the tapped one, or the last one done that can be undone and fits the words."""
    if not draft.has_issue:
        return None
    done = draft.done[::-1]
    if draft.reading.choice:
        name = draft.reading.choice.removeprefix("undo:")
        return next((option for option in done if option.id == name), None)
    undoable = [option for option in done if option.undo or _is_of_people(option)]
    if not undoable:
        return None
    parts = clauses_of(draft.reading.text)
    if draft.state.asked_now == ASKED and (draft.reading.intent == "affirm" or willing.says_yes("".join(parts[:1]))):
        return undoable[0]
    said = reversing.wish(draft.reading.text)
    not_wanted = willing.declined(undoable, draft.reading.text)
    if fitting := [option for option in undoable if _speaks_of(draft, option, said) or option in not_wanted]:
        return fitting[0]
    after_all = bool(_AFTER_ALL.search(said)) and picking.is_done(draft)
    return undoable[0] if reversing.ANY.search(said) and not after_all else None


def last(draft: Draft) -> Option | None:
    """What was done last, where it can be taken back."""
    option = next(iter(draft.done[::-1]), None)
    return option if option and option.undo else None


def holds(draft: Draft) -> bool:
    """True for "wait, no!" right after something was done, that asks nothing and names no other matter."""
    state, reading = draft.state, draft.reading
    if state.stage is not Stage.ACTION or reading.choice or last(draft) is None:
        return False
    parts = clauses_of(reading.text)
    other = draft.book.is_issue(reading.intent) and not reading.unsure
    return (
        not other and not any(map(asks, parts)) and any(size(part) <= BRIEF and _HOLDS.search(part) for part in parts)
    )


def kind_of(option: Option) -> str:
    """What an option that can be undone does, of the kinds that are undone in the same words; "" for none of them."""
    return "repair" if option.port == "repairs" else _KIND_OF.get(option.action, "")


def _is_of_people(option: Option) -> bool:
    """True where somebody is to get in touch, and nothing else was set going."""
    return not option.port and option.promise is not None


def _speaks_of(draft: Draft, option: Option, said: str) -> bool:
    on_its_way = draft.order is None or draft.order.is_coming
    kind = "people" if _is_of_people(option) else kind_of(option)
    return reversing.speaks_of(kind, said, on_its_way=on_its_way)


def take_back(draft: Draft, option: Option, key: str = "act.undone") -> tuple[Draft, bool]:
    """The draft after undoing an option, and whether it is undone; if not, the draft says what happens instead."""
    params = offers.params_of(draft)
    what = {**params, "what": f"@deed.{option.id}"}
    if option.port:
        if not option.undo:
            return _stays(draft, what, because("cannot_undo", option=option.id)), False
        call = Call(f"undo.{option.id}", option.port, option.undo, {**params, "option": option.id})
        result = draft.result(call)
        if result is None:
            return draft.ask_port(call), False
        if not result.ok:
            return _stays(draft, what, because("stays_done", why=why(result, call), option=option.id)), False
    draft = draft.set(options_done=tuple(each for each in draft.state.options_done if each != option.id))
    if draft.booked and draft.booked.id == option.id:
        draft = changed(draft, state=draft.state.with_booked(draft.number, ""))
    if option.promise and draft.due_of(option.promise.key):
        draft = draft.withdraw(option.promise.key)
    return draft.say("act", key, what).because("undid", option=option.id), True


def _stays(draft: Draft, what: dict[str, str], why: str) -> Draft:
    """What was done cannot be taken back here: that it still stands is said, and a person takes it on."""
    return hand_over(draft.say("answer", "answer.stays_booked", what), "action_failed", why)


def why(result: Result, call: Call) -> str:
    """Why something was not done, in the words of the shop's system where it told."""
    return result.data.get("why") or because("failed", port=call.port, action=call.action)
