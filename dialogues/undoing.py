"""A change of mind: what the customer wants taken back, tapped or in words."""

from __future__ import annotations

import re

from dialogues import offers, picking, willing
from dialogues.because import because
from dialogues.clauses import asks, clauses_of, sets_condition, wants
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.naming import size
from dialogues.plan import Call
from dialogues.playbook import Option
from dialogues.reading import Result
from dialogues.state import Stage
from dialogues.values import changed

ASKED = "undo"  # what was asked: whether to take back what was done

_ANY = re.compile(
    r"撤(?:回|销|銷|了|掉)|照(?:常|原来|原來|旧|舊)?(?:寄|送|发|發)|反悔|说错|說錯|講錯|讲错|按错|按錯|点错|點錯|改变主意|改變主意|改主意|\bundo\b|\bby mistake\b|\bwrong (?:one|button)\b|\bchanged? my mind|\btake (?:that|it) back|恢复|恢復|还原|還原|\b(?:restore|reinstate)\b|\b(?:leave|keep) (?:it|everything) as it (?:is|was)",
    re.IGNORECASE,
)
# "I changed my mind, exchange it after all": what is done already is what is wanted.
_AFTER_ALL = re.compile(r"还是|還是|\b(?:after all|then|instead|rather)\b", re.IGNORECASE)
# What undoes an option of each kind, by the port's action: "no refund after all", "cancel the exchange", "keep it".
_NO = "(?:不想|不要|先别|先別|别|別|不用|唔好|唔使|不)(?:再|先)?"
_NOT_EN = r"\b(?:do ?n[o']?t|not|no longer)\b (?:want (?:to |you to |the |a )?|need (?:to |the |a )?)?"
_OFF = r"\b(?:cancel|stop|scrap|drop|forget|call off) (?:the|that|my|this) "
_WORDS = {
    "refund": rf"{_NO}(?:取消|退款|退錢|退钱|退)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:这个|這個)?退款"
              rf"|{_NOT_EN}(?:cancel|refund|money back)|{_OFF}refund|\bkeep (?:(?:the|my|that) order|it|them)\b",
    "return": rf"{_NO}(?:退货|退貨|退)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:退货|退貨|取件|上门|上門|收件)"
              rf"|{_NOT_EN}(?:return|send it back)|{_OFF}(?:return|pick ?-?up|collection)|\bkeep (?:it|them)\b",
    "exchange": rf"{_NO}(?:换货|換貨|换|換)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:换货|換貨|换|換|取件|上门|上門|收件)"
                rf"|{_NOT_EN}(?:exchange|swap|replace)|{_OFF}(?:exchange|swap|replacement|pick ?-?up|collection)|\bkeep (?:it|them)\b",
    "change": rf"{_NO}(?:改|换地址|換地址)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:修改|更改|改址|改地址)"
              rf"|{_NOT_EN}(?:change|redirect)|{_OFF}(?:change|redirect)|\b(?:old|original|first) address\b",
    "cancel": rf"{_NO}取消(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|恢复订单|恢復訂單|{_NOT_EN}cancel|\bkeep (?:(?:the|my|that) order|it|them)\b"
              r"|\breinstate\b",
    "reship": rf"{_NO}(?:补发|補發|补寄|補寄|重发|重寄)(?:了|喇)?|取消.{{0,3}}(?:补发|補發|补寄|補寄|重发|重寄)"
              rf"|{_NOT_EN}(?:resend|a new one|replacement)|{_OFF}(?:replacement|resend)",
    "repair": rf"{_NO}(?:修|维修|維修|报修|報修)(?:了|喇)?|取消.{{0,3}}(?:维修|維修|报修|報修|取件|上门|上門)"
              rf"|{_NOT_EN}repair|{_OFF}(?:repair|inspection|pick ?-?up|collection)",
}  # fmt: skip
_KIND_OF = {
    "create": "refund", "create_with_return": "return", "extra_charge": "refund", "exchange": "exchange",
    "change": "change", "redirect": "change", "cancel": "cancel", "reship": "reship", "inspect": "repair",
}  # fmt: skip
_PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
# "Please don't cancel it, can you?": politeness, no question whether it is so.
_LEAVE = re.compile(r"(?:可以|好|行|得)(?:吗|嗎)$|(?:好不好|行不行|得唔得|可不可以)$")
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
    undoable = [option for option in done if option.undo]
    if not undoable:
        return None
    parts = clauses_of(draft.reading.text)
    if draft.state.asked_now == ASKED and (draft.reading.intent == "affirm" or willing.says_yes("".join(parts[:1]))):
        return undoable[0]
    said = "，".join(_LEAVE.sub("", part) for part in parts if wants(part) and not sets_condition(part))
    not_wanted = willing.declined(undoable, draft.reading.text)
    if fitting := [option for option in undoable if _speaks_of(option, said) or option in not_wanted]:
        return fitting[0]
    after_all = bool(_AFTER_ALL.search(said)) and picking.is_done(draft)
    return undoable[0] if _ANY.search(said) and not after_all else None


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


def _speaks_of(option: Option, text: str) -> bool:
    kind = kind_of(option)
    return bool(kind) and bool(_PATTERNS[kind].search(text))


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
        draft = changed(draft, state=draft.state.with_booked(draft.state.facts.get("order_number", ""), ""))
    if option.promise and draft.due_of(option.promise.key):
        draft = draft.withdraw(option.promise.key)
    return draft.say("act", key, what).because("undid", option=option.id), True


def _stays(draft: Draft, what: dict[str, str], why: str) -> Draft:
    """What was done cannot be taken back here: that it still stands is said, and a person takes it on."""
    return hand_over(draft.say("answer", "answer.stays_booked", what), "action_failed", why)


def why(result: Result, call: Call) -> str:
    """Why something was not done, in the words of the shop's system where it told."""
    return result.data.get("why") or because("failed", port=call.port, action=call.action)
