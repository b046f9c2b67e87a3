"""The feeling as it was heard, held against the words: what they do not bear out is neither taken for heat nor named."""

from __future__ import annotations

import re

from dialogues.phrases import story
from dialogues.phrases.clauses import asks, clauses_of
from dialogues.phrases.complaints import MOCKS, SAYS_ANGRY, VERDICTS, WAITS, says_promised
from dialogues.reading import STRAINED, Reading
from dialogues.values import changed

COMPLAINT = "service_complaint"
MILD = "mild"  # the wording of a displeasure that is not given a name
VAGUE = frozenset({"bot_identity", "chitchat", "out_of_scope", "greet"})  # what a reproach is heard as
_SURE = 3  # the intensity at which the hearing is sure
_MARKS = re.compile(r"[!！]{2,}|[?？]{2,}|[!！][?？]|[?？][!！]")
_CAPITALS = re.compile(r"[A-Z]{2,}[^a-z]*\b[A-Z]{2,}\b[^a-z]*")  # of a whole clause: one word may be stressed
_HEATED = re.compile(
    r"三次了|[几幾好]次了|又(?:是|来|來|没|沒|把|要|坏|壞|错|錯)|凭什么|憑什麼|怎么回事|怎麼回事|搞什么|搞什麼|什么意思|什麼意思|有没有搞错|有沒有搞錯|敷衍|晾着|耍我|受够|受夠|烦死|煩死|不耐烦|不耐煩|忍|凭啥"
    r"|到底|竟然|居然|过分|過分|还要(?:等|我)|還要(?:等|我)|负责人|負責人|赔|賠|嬲|激死|离谱|離譜"
    r"|\b(?:again|how dare|you people|you lot|what the|for the (?:second|third|fourth|last|\w+th) time|sick|seriously|nonsense|enough|finally|how many times|excuse|ignor\w+|refuse)\b",
    re.IGNORECASE,
)
_LAUGHS = re.compile(r"[😅😂😊🙂😄😁🤣]|哈哈|嘻嘻|\b(?:lol|haha+|hehe)\b|^ha\b", re.IGNORECASE)
_NOT_ANGRY = re.compile(
    r"(?:没|沒|没有|沒有|不是|冇|唔係)(?:在)?(?:生气|生氣|发火|發火|怪你|怪您|嬲|抱怨|投诉|投訴)|只是(?:好奇|想问|想問|问问|問問)|淨係想問"
    r"|\b(?:not|n'?t|never) (?:at all |really |even )?(?:angry|annoyed|upset|cross|mad|complaining)\b|\bjust (?:curious|asking|wondering)\b",
    re.IGNORECASE,
)
# "Are you even reading this?": it asks nothing about bots.
_REPROACH = re.compile(
    r"(?:看|听|聽|读|讀|睇|理解|回答)[^，,。]{0,4}(?:我|人)(?:说|說|写|寫|讲|講|問|问|打)|(?:看|听|聽)(?:没看|沒看|没听|沒聽|得懂|不懂|唔明)|人话|人話|(?:聋|聾|瞎)(?:了|子|吗|嗎)|有(?:没|沒)有人(?:在)?(?:看|听|聽|读|讀|理)|(?:对|對|跟|同)(?:着|著)?(?:墙|牆|空气|空氣|机器|機器|木头|木頭)(?:说|說|讲|講|聊)|对牛弹琴|對牛彈琴|鸡同鸭讲|雞同鴨講|复读机|複讀機|罐头|罐頭|只会|只會|答非所问|答非所問"
    r"|\b(?:even|actually|bother(?:ing)? to) (?:read\w*|listen\w*)|\b(?:read|listen(?:ing)? to) (?:what|a word|anything|my|me)\b|\b(?:do|can|will|would) (?:you|u|any of you|any(?:one|body))(?: people| lot| guys)?(?: (?:ever|even|actually|not|just))? (?:read|listen)\b|\b(?:talking|speaking|writing|typing) to (?:an? (?!person|human|real|colleague|manager|supervisor)|the wall|my)\w*|\bare you (?:deaf|blind)\b|\bparrot|\bcopy.?past|\bcanned\b|\bscript\b",
    re.IGNORECASE,
)


def borne_out(reading: Reading) -> Reading:
    """The reading without an anger that its words do not bear out: denied, laughed off, or of who merely asks."""
    if reading.choice or reading.emotion not in ("angry", "frustrated") or shows_heat(reading.text):
        return reading
    text = reading.text
    tells = story.told(reading) or WAITS.search(text) or says_promised(text) or reading.repeat
    denied = _NOT_ANGRY.search(text) or _LAUGHS.search(text)
    complains = tells or reading.intent == COMPLAINT or is_reproach(reading)
    merely_asks = asks(text) and not complains and reading.intensity < _SURE
    if denied or merely_asks:
        return changed(reading, emotion="neutral", intensity=0)
    return reading


def named_as(reading: Reading) -> str:
    """The feeling whose wording a turn gets: a strong one only where it is sure; shouting and anger that is told are no mere unease."""
    sure = reading.intensity >= _SURE or shows_heat(reading.text)
    if reading.emotion == "angry" or (reading.emotion == "frustrated" and not WAITS.search(reading.text)):
        return reading.emotion if sure else MILD
    cross = SAYS_ANGRY.search(reading.text) and not _NOT_ANGRY.search(reading.text)
    if reading.emotion in ("anxious", "confused") and (cross or _shouts(reading.text) or is_reproach(reading)):
        return "frustrated"
    return reading.emotion


def shows_heat(text: str) -> bool:
    """True where the words themselves are heated: marks, capitals, verdicts, mockery; not where they laugh or deny it."""
    if _LAUGHS.search(text) or _NOT_ANGRY.search(text):
        return False
    return _shouts(text) or any(each.search(text) for each in (_MARKS, _HEATED, VERDICTS, MOCKS))


def _shouts(text: str) -> bool:
    """True for a whole clause in capitals."""
    return any(_CAPITALS.fullmatch(clause) for clause in clauses_of(text))


def is_reproach(reading: Reading) -> bool:
    """True for "are you even reading what I write", and for "are you a bot" of who is upset: a cry, no question."""
    if reading.choice:
        return False
    heard = reading.intent == "bot_identity" and (
        reading.hurts or reading.emotion in STRAINED or shows_heat(reading.text)
    )
    vague = reading.intent in VAGUE or reading.unsure
    return heard or bool(_REPROACH.search(reading.text) and (vague or reading.hurts))
