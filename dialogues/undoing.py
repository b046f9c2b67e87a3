"""A change of mind: what the customer wants taken back, tapped or in words."""

from __future__ import annotations

import re

from dialogues import offers
from dialogues.draft import Draft
from dialogues.playbook import Option

_ANY = re.compile(
    r"撤回|撤销|撤銷|反悔|说错|說錯|講錯|讲错|按错|按錯|点错|點錯|改变主意|改變主意|改主意|\bundo\b|\bby mistake\b|\bwrong (?:one|button)\b|\bchanged? my mind|\btake (?:that|it) back|\b(?:leave|keep) (?:it|everything) as it (?:is|was)",
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
              rf"|{_NOT_EN}(?:cancel|refund|money back)|{_OFF}refund|\bkeep (?:the|my|that) order",
    "return": rf"{_NO}(?:退货|退貨|退)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:退货|退貨|取件|上门|上門|收件)"
              rf"|{_NOT_EN}(?:return|send it back)|{_OFF}(?:return|pick ?-?up|collection)|\bkeep (?:it|them)\b",
    "exchange": rf"{_NO}(?:换货|換貨|换|換)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:换货|換貨|换|換|取件|上门|上門|收件)"
                rf"|{_NOT_EN}(?:exchange|swap|replace)|{_OFF}(?:exchange|swap|replacement|pick ?-?up|collection)|\bkeep (?:it|them)\b",
    "change": rf"{_NO}(?:改|换地址|換地址)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|取消.{{0,3}}(?:修改|更改|改址|改地址)"
              rf"|{_NOT_EN}(?:change|redirect)|{_OFF}(?:change|redirect)|\b(?:old|original|first) address\b",
    "cancel": rf"{_NO}取消(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|恢复订单|恢復訂單|{_NOT_EN}cancel|\bkeep (?:the|my|that) order"
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


def takes_back(draft: Draft) -> Option | None:
    """What the customer wants undone: the tapped one, or the last one done that can be undone and fits the words."""
    if not draft.has_issue:
        return None
    done = draft.done[::-1]
    if draft.reading.choice:
        name = draft.reading.choice.removeprefix("undo:")
        return next((option for option in done if option.id == name), None)
    text = draft.reading.text
    if draft.reading.conditional or draft.reading.asks:
        return None
    undoable = [option for option in done if option.undo]
    if fitting := [option for option in undoable if _speaks_of(option, text)]:
        return fitting[0]
    after_all = bool(_AFTER_ALL.search(text)) and offers.is_done(draft)
    return undoable[0] if undoable and _ANY.search(text) and not after_all else None


def _speaks_of(option: Option, text: str) -> bool:
    kind = "repair" if option.port == "repairs" else _KIND_OF.get(option.action, "")
    return bool(kind) and bool(_PATTERNS[kind].search(text))
