"""Manners: thanks that only end it, and a no that is put politely. Neither agrees to anything."""

from __future__ import annotations

import re

from dialogues.phrases.clauses import clauses_of

_SOFT = r"(?:了|啦|喇|囉|啰|喔|哦|吧|呀|啊|呢|的|好了)*"
_THANKS = (
    r"(?:(?:真的|真是|非常|太|十分|先|還是|还是|一樣|一样)*(?:多[谢謝]|[谢謝]{1,2}|感[谢謝恩]|唔該|辛苦)"
    r"(?:[你您妳]|你們|你们|你哋|大家|晒|曬|回[覆复答]|告知|幫忙|帮忙|[了啦喇囉喔哦呀啊])*"
    r"|(?:many )?(?:thanks|thank you|thx|cheers|ta)"
    r"(?: (?:anyway|all the same|then|again|so much|very much|a lot|mate|for (?:that|this|it|the \w+|\w+ing|(?:your|the) \w+)))*)"
)
_HEARD = (
    r"(?:(?:好|嗯|喔|哦|噢|行|可以|是|對|对|得|了解|暸解|明白|知道|收到|原來如此|原来如此|這樣|这样|咁樣|ok|okay|oh|ah|right|fine|"
    rf"all right|alright|i see|got it|understood|no worries|no problem|great|good|sure){_SOFT}\s*)+"
)
_NOTHING = (
    r"(?:那|先|就|都|還是|还是)*(?:不用|不必|不需要|唔使|唔洗|唔駛|免)(?:麻煩|麻烦|客氣|客气)?|(?:那就?|就)?(?:算|沒事|没事|冇事|沒關係|没关系|冇所謂|唔緊要)"
    r"|(?:no|nah|nope|not really|never ?mind|forget it|no need|not needed|(?:it'?s|that'?s) (?:ok|okay|fine|all right)|don'?t (?:worry|bother)(?: about it)?)"
)
_IS_THANKS = re.compile(rf"(?:{_HEARD})?{_THANKS}{_SOFT}", re.IGNORECASE)
_IS_HEARD = re.compile(_HEARD, re.IGNORECASE)
_IS_NOTHING = re.compile(rf"(?:{_HEARD})?(?:{_NOTHING}){_SOFT}(?:\s*{_THANKS}{_SOFT})?", re.IGNORECASE)


def only_thanks(text: str) -> bool:
    """True for thanks with at most an "I see" before it: "ok, thanks anyway", 「好吧，謝謝」, 「明白，唔該晒」."""
    parts = clauses_of(text)
    thanked = [bool(_IS_THANKS.fullmatch(part)) for part in parts]
    return any(thanked) and all(yes or _IS_HEARD.fullmatch(part) for yes, part in zip(thanked, parts, strict=True))


def needs_nothing(text: str) -> bool:
    """True for a polite no that leaves it: "no thanks", "never mind", 「不用了，謝謝」, 「算了」."""
    parts = clauses_of(text)
    none = [bool(_IS_NOTHING.fullmatch(part)) for part in parts]
    polite = (_IS_THANKS, _IS_HEARD)
    return any(none) and all(
        no or any(each.fullmatch(part) for each in polite) for no, part in zip(none, parts, strict=True)
    )
