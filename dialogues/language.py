"""In which language the reply is written."""

from __future__ import annotations

import re

from dialogues.reading import Reading

LOCALES = ("zh-CN", "zh-TW", "en")
_CHINESE = {"zh-CN": "zh-CN", "zh-TW": "zh-TW", "zh-HK": "zh-TW"}
_HAN = re.compile(r"[㐀-䶿一-鿿]")
# A word, and no piece of a code, an address or a link.
_LATIN_WORD = re.compile(r"(?<![\w@./:-])[A-Za-z][A-Za-z'’-]*(?![\w@/:]|\.\w)")


def reply_locale(present: str, reading: Reading) -> str:
    """The language of the last message that says enough to tell; short ones never switch.

    Four Chinese characters outweigh any number of English words; otherwise three words are needed. Hong Kong wording
    is answered in zh-TW.
    """
    if reading.choice:
        return present
    if len(_HAN.findall(reading.text)) >= 4:
        if reading.language in _CHINESE:
            return _CHINESE[reading.language]
        return present if present != "en" else "zh-CN"
    return "en" if len(_LATIN_WORD.findall(reading.text)) >= 3 else present
