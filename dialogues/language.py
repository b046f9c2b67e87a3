"""In which language the reply is written."""

from __future__ import annotations

import re

from dialogues.phrases.script import HAN
from dialogues.reading import Reading

LOCALES = ("zh-CN", "zh-TW", "en")
_CHINESE = {"zh-CN": "zh-CN", "zh-TW": "zh-TW", "zh-HK": "zh-TW"}
# A word, and no piece of a code, an address or a link.
_LATIN_WORD = re.compile(r"(?<![\w@./:-])[A-Za-z][A-Za-z'’-]*(?![\w@/:]|\.\w)")


# "Can we go on in English?", 「可以講中文嗎」; a manual in Chinese is something else.
_NAMES = {
    "en": r"english|英文|英语|英語", "zh": r"chinese|mandarin|cantonese|中文|普通话|普通話|国语|國語|华语|華語|广东话|廣東話|粤语|粵語",
}  # fmt: skip
_ASKS_FOR = {
    each: re.compile(
        rf"\b(?:reply|answer|respond|speak|talk|write|chat|switch|change|continue|carry on|go on|do this|say (?:it|that))\b[^.!?]{{0,24}}\b(?:{names})\b"
        rf"|^\W*(?:(?:sorry|and|in|but|ok|hi|hello|can we|could we)\W+)*(?:{names})\W*(?:please|pls|plz|thanks|thank you|only)?\W*$"
        rf"|\b(?:{names}) (?:please|pls|plz)\b|(?:请|請|可以|能|还是|還是|麻烦|麻煩|改|换|換).{{0,6}}(?:说|說|讲|講|用|回|回复|回覆|改|换成|換成|打|写|寫)(?:{names})"
        rf"|(?:说|說|讲|講|用|回)(?:{names})(?:吧|好|可以|行|谢|謝|唔該|得|回|跟|和)",
        re.IGNORECASE,
    ) for each, names in _NAMES.items()
}  # fmt: skip
_CANNOT_READ = re.compile(
    r"\b(?:can'?t|cannot|can not|don'?t|do not|not) (?:really |even )?(?:read|speak|understand|know) (?:any )?(?:chinese|mandarin)\b|\bmy chinese is\b",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"说明|說明|手册|手冊|字幕|版|包装|包裝|\b(?:manual|booklet|instructions|label|subtitles|version|edition)\b",
    re.IGNORECASE,
)


def asked_for(present: str, reading: Reading) -> str:
    """The locale of a language that the message asks to be answered in; "" where it asks for none."""
    text = reading.text
    if reading.choice or _PRINTED.search(text):
        return ""
    if _ASKS_FOR["en"].search(text) or _CANNOT_READ.search(text):
        return "en"
    if not _ASKS_FOR["zh"].search(text):
        return ""
    return _CHINESE.get(reading.language, present if present != "en" else "zh-CN")


def reply_locale(present: str, reading: Reading) -> str:
    """The language of the last message that says enough to tell; short ones never switch.

    What is asked for outright is honoured at once. Four Chinese characters outweigh any number of English words;
    otherwise three words are needed. Hong Kong wording is answered in zh-TW.
    """
    if reading.choice:
        return present
    if wanted := asked_for(present, reading):
        return wanted
    if len(HAN.findall(reading.text)) >= 4:
        if reading.language in _CHINESE:
            return _CHINESE[reading.language]
        return present if present != "en" else "zh-CN"
    return "en" if len(_LATIN_WORD.findall(reading.text)) >= 3 else present
