"""Which of the three written forms a message is in, and folding all Chinese to Simplified for features."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import opencc

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)*")

# Below these a message is too short to say which language the customer speaks.
ENOUGH_HAN = 4
ENOUGH_WORDS = 3

# Simplified forms that are ordinary characters in Traditional writing too: no evidence either way.
_BOTH = frozenset(
    "丑于云仆伙佣余准几占划厘台吁吃吓后吨咨咸唇夸尸岩岳峰干并床征挂斗晒杰栖涌淀游灶炖熏痒痴皂秘粽群肴荐郁采里雇霉范辟蚝"
)
# What OpenCC's "s2t" changes. It takes 27 MB, and more than a second, to be asked.
SIMPLIFIED = Path(__file__).parent / "simplified.txt"
# Traditional forms that those who write Simplified keep, too.
_KEPT = frozenset("餸")
_CANTONESE = re.compile(
    r"[嘅咗哋喺啲嗰冇嘢嚟啱喎㗎嘥攞搵畀瞓喐噃吖嗱喇咁咩乜佢俾嬲嗌]|唔(?=[\u4e00-\u9fff])|点解|點解|邊度|幾時|放工|返工|今日|正呀|先啦"
)
_BOPOMOFO = re.compile(r"[\u3105-\u312f]")
_TAIWAN = (
    "宅配",
    "超商",
    "欸",
    "蛤",
    "齁",
    "公休",
    "刷退",
    "鑑賞期",
    "唷",
    "捏",
    "母湯",
    "傻眼",
    "雷到",
    "喔",
    "掰掰",
    "安安",
)
_CHINESE_IN_DIGITS = re.compile(r"\W*(?:(?:ok)?\W?3q|3ku|88[16]?)\W*", re.IGNORECASE)
_MAINLAND = ("就系", "系呀", "亲,", "亲~", "咋", "啥", "嘛呢", "闲鱼", "咱", "忒", "贼", "嗯呐")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _evidence() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that occur in only one of the two scripts: (Simplified only, Traditional only)."""
    traditional = changed_by("t2s") - _KEPT
    return frozenset(SIMPLIFIED.read_text(encoding="utf-8").strip()) - traditional - _BOTH, traditional


def changed_by(conversion: str) -> frozenset[str]:
    """The characters that one of OpenCC's conversions ("t2s", "s2t") turns into others."""
    every = [chr(point) for point in range(0x3400, 0x9FFF + 1)]
    others = opencc.OpenCC(conversion).convert("\n".join(every)).split("\n")
    return frozenset(c for c, other in zip(every, others, strict=True) if c != other)


def fold(text: str) -> str:
    """Traditional to Simplified, character for character: the length never changes."""
    folded = str(_to_simplified().convert(text))
    if len(folded) == len(text):
        return folded
    return "".join(_to_simplified().convert(char)[:1] or char for char in text)


def script_of(text: str) -> str | None:
    """ "zh-CN" or "zh-TW" by the characters used, None when nothing in the text tells."""
    simplified, traditional = _evidence()
    score = sum((c in traditional) - (c in simplified) for c in text)
    if score == 0:
        # Script-neutral: Cantonese and Zhuyin are written in Traditional surroundings.
        score += len(_CANTONESE.findall(text)) + 2 * len(_BOPOMOFO.findall(text))
        score += sum(word in text for word in _TAIWAN) - sum(word in text for word in _MAINLAND)
    return "zh-TW" if score > 0 else "zh-CN" if score < 0 else None


def language_of(text: str, locale: str | None = None) -> str:
    """The written form of a message: "zh-CN", "zh-TW" or "en".

    Four Chinese characters outweigh any number of English words; three words make English. A message
    shorter than either is taken to be in `locale` when one is given. Hong Kong writing is "zh-TW".
    """
    han = len(HAN.findall(text))
    words = len(WORD.findall(text))
    known = locale if locale in ("zh-CN", "zh-TW", "en") else None
    if han >= ENOUGH_HAN:
        script = script_of(text)
        return script or (known if known in ("zh-CN", "zh-TW") else "zh-CN")
    if words >= ENOUGH_WORDS:
        return "en"
    if known is not None:
        return known
    if han:
        return script_of(text) or "zh-CN"
    if _CHINESE_IN_DIGITS.fullmatch(text):
        return "zh-CN"
    if words:
        return "en"
    return "zh-TW" if _BOPOMOFO.search(text) else "zh-CN" if re.search(r"[，。？！、～]", text) else "en"
