"""What staff wrote when they handed back: told to the customer where it speaks of the matter and of nobody."""

from __future__ import annotations

import re

from dialogues.phrases.clauses import parted
from dialogues.phrases.script import is_chinese, joined

LONGEST = 160  # characters
_OF_THE_MATTER = re.compile(
    r"催|退|补|補|寄|发|發|送|到|改|取|修|查|联系|聯絡|换|換|赔|賠|安排|处理|處理|办|辦"
    r"|\b(?:courier|deliver\w*|refund\w*|send\w*|sent|ship\w*|replac\w*|collect\w*|repair\w*|chang\w*|cancel\w*|arriv\w*"
    r"|found|find|book\w*|credit\w*|call\w*|arrang\w*|check\w*|parcel|invoice|voucher|done)\b",
    re.IGNORECASE,
)
# What is written for colleagues: about the customer, or not to be passed on.
_OF_SOMEBODY = re.compile(
    r"客人|顾客|顧客|客户|客戶|对方|對方|此人|他|她|这人|這人|内部|內部|勿|别说|別說|不要说|不要說|别告诉|別告訴|不要告诉|不要告訴|保密|难缠|難纏|态度|態度|情绪|情緒|黑名单|黑名單|骗|騙|奥客|奧客|加急标记|备注"
    r"|\b(?:customer|client|caller|internal|confidential|don'?t (?:tell|say|mention)|do not (?:tell|say|mention)|difficult|rude|abusive"
    r"|angry|upset|liar|lying|fraud\w*|scam\w*|vip|he|she|him|his|her|they|them|their|this guy|watch out|careful)\b"
    r"|\d{7,}|@",
    re.IGNORECASE,
)
# The desk's own affairs: left out, and the rest is told.
_OF_THE_DESK = re.compile(
    r"安全事件|立案|工单|工單|备案|備案|升级|升級|系统|系統|录入|錄入|标签|標籤|存档|存檔|归档|歸檔|权限|權限"
    r"|\b(?:ticket|incident|escalat\w*|case (?:is |was )?(?:opened|logged|closed|raised)|logged|tagged|crm|sla|kpi|queue)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*[，,；;。.!！]\s+|\s*[，；。！]\s*")
# What is arranged for a thing, by the port that would do it.
_REMEDIES = {
    "refunds": re.compile(r"退(?:款|钱|錢|货|貨|了|给|給|掉|吧)|\brefund|\bmoney back\b", re.IGNORECASE),
    "returns": re.compile(r"换|換|\bexchang|\bswap|\breplac", re.IGNORECASE),
    "repairs": re.compile(r"修|\brepair|\bfix(?:ed)?\b", re.IGNORECASE),
}


def tellable(note: str, locale: str) -> str:
    """What the note tells of the matter, without its last mark; "" where it is not for the customer to read.

    That is where it speaks of somebody, or is not in their language; what concerns the desk alone is left out.
    """
    words = note.strip().rstrip("。.!！ ")
    if _OF_THE_DESK.search(words):
        kept = [part for part in _PART.split(words) if part and not _OF_THE_DESK.search(part)]
        words = joined(kept, like=words)
    if not words or len(words) > LONGEST or _OF_SOMEBODY.search(note) or not _OF_THE_MATTER.search(words):
        return ""
    return words if is_chinese(words) == (locale != "en") else ""


def remedies(text: str) -> frozenset[str]:
    """What the text names as done or wanted for a thing: the ports that pay back, swap or repair."""
    wanted, _ = parted(text)
    return frozenset(port for port, words in _REMEDIES.items() if any(map(words.search, wanted)))
