"""What is under way: the promise that stands, the remedy that is booked, what went into it; or that nothing is yet."""

from __future__ import annotations

import re

from dialogues import asked_for, asked_too, confirming, facts, offering, offers, telling
from dialogues.circumstances import collecting, variant
from dialogues.draft import Draft
from dialogues.phrases.clauses import clauses_of
from dialogues.state import Stage

_WHETHER_DONE = re.compile(
    r"(?:几件|幾件|哪些|有没有|有沒有|到底|真的|已经|已經|所以|两[样件]|兩[樣件]|都)?.{0,4}(?:在办|在辦|在处理|在處理|在弄|办了|辦了|安排了|安排好|登记了|登記了|弄好了|约好了|約好了)(?:吗|嗎|没|沒|么|[?？])"
    r"|(?:几件|幾件|什么|什麼|哪些)(?:事)?在(?:办|辦|处理|處理)|有(?:没|沒)有(?:人)?在(?:办|辦|处理|處理|跟)"
    r"|\b(?:is|are|was|were|so) (?:it|that|this|they|both|anything|everything|nothing|all)(?: \w+){0,3} (?:booked|arranged|done|sorted|picked up|cancelled|under way|happening)\b"
    r"|\b(?:is|are) .{0,30}\b(?:still (?:on|booked|going ahead|happening|coming)|on or not)\b"
    r"|(?:还|還)(?:在|算|有效|作数|作數|算数|算數)(?:的|着|著)?(?:吗|嗎|吧|[?？])"
    r"|(?:现在|現在|目前|到底).{0,6}(?:办|辦|安排|登记|登記|算)的?(?:是)?(?:什么|什麼|哪)|[来來收取](?:两|兩)(?:次|趟)|(?:两|兩)[个個](?:快递|快遞|物流)"
    r"|\bwhat(?:'s| is| have you| did you| do i have)?(?: \w+)? (?:booked|arranged|under way|happening)\b"
    r"|\b(?:two (?:couriers|drivers|pick-?ups|collections)|(?:come|coming|collected|picked up) twice)\b"
    r"|\b(?:nobody|no one|anyone|anybody|someone|(?:the|a) (?:courier|driver))(?: is| will be|'s)?(?: still)? (?:coming|collecting)\b"
    r"|\bwhat happens now\b|(?:没|沒|不会有|不會有|还有|還有|会有|會有)(?:有)?人(?:会|會|再)?(?:上门|上門)?[来來](?:取|收|拿)"
    r"|(?:不用|取消|没有|沒有|唔使)(?:再)?(?:修|换|換|退|收|来|來|了|喇)*(?:[对對是]吧|[对對][吗嗎不])$|係咪(?:唔使|取消)"
    r"|^(?:所以|然后|然後|之后|之後|跟住|咁)呢?[?？]?$|^(?:so|and|well)(?: what)?(?: now)?\?+$"
    r"|\b(?:have|did) you (?:actually |really )?(?:booked|arranged|started|done|book|arrange|start|do)\b",
    re.IGNORECASE,
)
# What is asked back of what was told: "which address do you have now?".
_DETAILS = {
    facts.CHANGE: re.compile(r"地址|电话|電話|手机|手機|抬头|抬頭|\b(?:address|phone|number|title)\b", re.IGNORECASE),
    variant.VARIANT: re.compile(r"[码碼号號尺]|颜色|顏色|\b(?:size|colou?r)\b", re.IGNORECASE),
}
# "Is that one off, then?", asked beside what is booked.
_IF_OFF = re.compile(
    r"(?:取消|撤(?:回|销|銷)?|作废|作廢)(?:了|掉)*(?:对|對|吧|吗|嗎|没|沒|[?？])"
    r"|\b(?:is|was|has|have) [^.!?]{0,40}\b(?:cancell?ed|called off|taken back|withdrawn)\b[^.!]*\?",
    re.IGNORECASE,
)


def so_far(draft: Draft) -> Draft | None:
    """What is under way: the promise that stands, or, said as plainly, that nothing is yet."""
    if promised := confirming.told_promise(told_booked(draft)):
        return confirming.confirm(promised)
    if draft.done:
        return None
    if draft.state.stage is Stage.OFFER:
        return offering.keep_open(draft.say("answer", "answer.nothing_yet").because("nothing_yet"))
    if confirming.WITHDRAWN not in draft.state.asked:
        return None
    where = telling.told_order(draft) if draft.order and draft.order.is_coming else None
    return where or draft.say("answer", "answer.nothing_booked").because("nothing_yet")


def told_booked(draft: Draft) -> Draft:
    """The draft with the one remedy told that stands for the order, where one does."""
    if draft.booked is None:
        return draft
    return draft.say("answer", "answer.booked", offers.deed(draft, draft.booked))


def as_told(draft: Draft) -> Draft | None:
    """Answers "it is the 38, isn't it?" once it was asked for: the words that went into the request are told again."""
    known = draft.state.facts
    names = [name for name in (variant.VARIANT, collecting.PICKUP, facts.CHANGE) if name in known]
    text = draft.reading.text
    same = [name for name in names if _shared(known[name], text) or (name in _DETAILS and _DETAILS[name].search(text))]
    if not same or not draft.state.options_done or not set(same).isdisjoint(draft.learnt):
        return None
    draft = asked_for.echoed(draft, *same)
    for question in filter(variant.asks_if_there, clauses_of(draft.reading.text)):
        draft = asked_too.with_answer(draft, question, "beside.0")
    return confirming.confirm(draft)


def _shared(told: str, text: str) -> bool:
    """True when the text names a figure, a size or a colour of what was told."""
    return not set(variant.FIGURES.findall(told.lower())).isdisjoint(variant.FIGURES.findall(text.lower()))


def is_asked(text: str) -> bool:
    """True for "so is it booked or not?"."""
    return bool(_WHETHER_DONE.search(text))


def asks_if_off(text: str) -> bool:
    """True for "and the exchange, is that cancelled?"."""
    return bool(_IF_OFF.search(text))
