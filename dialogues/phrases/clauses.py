"""A message in clauses: which of them say what is wanted, and which rule something out."""

from __future__ import annotations

import re
from functools import lru_cache

from dialogues.phrases.refusing import WANTS_NOT
from dialogues.phrases.script import is_chinese

_CLAUSE = re.compile(
    r"[，,。.!！;；\n…~～]+|(?<=[?？])|(?<=[一-鿿])\s+(?=[一-鿿])|\bbut\b|而是|(?<![不唔还還])是要(?![^，,。.!！;；\s]*[吗嗎?？])",
    re.IGNORECASE,
)
# Where one question ends and the next begins, beside where clauses part.
_NEXT_QUESTION = re.compile(
    r"\s*&\s*|\s+(?:and|also|plus)\s+(?=(?:how|what|when|where|who|which|why|do|does|is|are|can|could|will|would)\b)"
    r"|(?:还有|還有|另外|以及|同埋|顺便|順便)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^(?:or|and|或|或者|那|还有|還有)\b|^(?:或|那|还有|還有)", re.IGNORECASE)
# "And Hualien?", "what about the invoice?": names a thing, and asks of it what is asked already.
_ASKS_ALIKE = re.compile(
    r"(?:好|好的|行|嗯|那|还有|還有|所以|\s)*[㐀-䶿一-鿿]{1,5}呢[?？]?|(?:ok(?:ay)? |so |and |right |can |then )*(?:what|how) about (?:the |my |that |those )?\w+(?: \w+)?\??"
    r"|(?:ok(?:ay)? |so )?and (?:the|my) \w+(?: \w+)?\?+",
    re.IGNORECASE,
)
# "Can you or can't you?": presses what was asked just before.
_PRESSES = re.compile(r"(?:到底)?([一-鿿]{1,2})(?:还是|還是)?[不没沒]\1[?？]?|(?:yes or no|well)\??", re.IGNORECASE)
_LEADS_IN = re.compile(r"^(?:(?:ok|okay|and|so|also|oh|well)\s+)+", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？]|[吗嗎麼]$|^[^没沒不都]{1,10}呢$|[了过過](?:没|沒)有?$|怎么|怎麼|什么|什麼|咩|点样|點樣|多少|多久|几[天时点个]|幾[天時點個]|[几幾](?:多|耐)|邊(?:度|個|位|日|間)|乜(?!都|嘢都)|點解|(?P<either>[一-鿿])唔(?P=either)|可唔可以|哪(?!怕|都)|是不是|会不会|會不會|能不能|要不要|可不可以|有没有|有沒有|(?:能|会|會|行|可以)(?:还是|還是)不|(?P<or_not>[一-鿿])(?:还是|還是)(?:不|没|沒)(?P=or_not)|得唔得|係咪|有冇|行不行|(?<=[一-鿿])(?<![我才绝絕偏還还从從就要])不$|(?:谁|誰)(?!都|也)|(?:到|给|給)[^，,。]{1,8}(?:还是|還是)[^，,。]{1,8}$|\byes or no\b|[对對是]吧$|,? right$"
    r"|\b(?:is|does|did|has|will|can|isn'?t|won'?t|doesn'?t|didn'?t|hasn'?t) (?:it|they|he|she)$"
    r"|^(?:ok |and )?so\b.{2,60}(?<!all )(?<!you're )(?<!youre )(?<!are )(?<!that's )(?<!thats ) ?\bright$"
    r"|^(?:and |so |ok |okay |also |actually |but |well |then |oh |right |great )*(?:why|how|what|when|where|who|which|do(?! (?:it|that|this|so|a|an)\b)|does|did|is|are|am|will(?! do\b)|would|can|could|shall|should|has|have(?! (?:a|an|the|your|someone|somebody)\b(?!.*\bbeen\b)))\b",
    re.IGNORECASE,
)
# A request in the form of a question: "could you chase it?", "I just want to know where it went".
_REQUEST = re.compile(
    r"可以|可唔可以|能不能|能否|能(?:给|給|帮|幫)我|麻烦|麻煩|请(?!问)|請(?!問)|帮我|幫我|我(?:就|只)?(?:要|想)"
    r"|^(?:那|就|先|再|你|您|快)*(?:查|催|问|問|改|换|換)(?:一下|下(?!单|單))|(?:行不行|行不|行[吗嗎]|好不好|好[吗嗎]|得唔得)[?？]?$"
    r"|\b(?:can|could|would|will) (?:you|i|we)\b|\b(?:please|pls|plz)\b|\bi (?:just )?(?:want|need|would like)\b|\bi'?d like\b",
    re.IGNORECASE,
)
# "Can I swap it?" asks whether it can be had; "can you swap it for me?" asks for it.
_IF_POSSIBLE = re.compile(
    r"可以|可唔可以|可不可以|能|得唔得|行不行|\b(?:can|could|may) (?:i|we|it|that|they|one|you)\b|\bpossible\b",
    re.IGNORECASE,
)
_TO_US = re.compile(
    r"[幫帮][我忙]|[給给畀俾]我|麻[煩烦]|唔該|请(?!问)|請(?!問)|\b(?:can|could|would|will) you\b|\b(?:please|pls|plz)\b",
    re.IGNORECASE,
)
# "I don't want it any more" says what becomes of the thing: it rules nothing else out.
GIVEN_UP = re.compile(
    r"(?<![货貨款修发發寄换換退消])[不唔](?:想)?要(?:了|啦|喇)|\b(?:do ?n[o']?t|no longer) want (?:it|them)(?: any ?more| now)?\b",
    re.IGNORECASE,
)
_WISHED = re.compile(r"(?<![不唔])想|直接|[帮幫给給][我忙]|那就")
_IF = re.compile(r"如果|要是|除非|万一|萬一|假如|的话|的話|\b(?:if|unless|in case|otherwise)\b", re.IGNORECASE)
_SUPPOSES = re.compile(r"^(?:and |but |so |ok |okay |then |well )*(?:what )?(?=if\b)", re.IGNORECASE)
_CASE = re.compile(
    r"(?:要是|如果|万一|萬一|假如|若是|倘若)[^。.!！]{1,30}(?:呢|怎么|怎麼|咋|点算|點算|[吗嗎]|[?？])"
    r"|\bwhat (?:if(?! i (?:just |only |really )?(?:want|prefer|take|choose|pick|go|rather|keep|need))|happens (?:if|when)|do i do if)\b"
    r"|假设|假設|\b(?:suppos(?:e|ing)|assuming|let'?s say)\b"
    r"|\b(?:would|will|do|does|can|is|are|how|what|when)\b[^.!?]{0,60}"
    r"(?<!know )(?<!tell me )(?<!check )(?<!see )(?<!ask )(?<!sure )(?<!as )\bif (?:i|it|they|we|nobody|the|my)\b[^.!?]*\?"
    r"|^(?:and |so |but |ok(?:ay)? )*if (?:i|we|it|they|that|you|he|nobody|nothing|(?:the|your|my|our) \w+)\b.{0,80}\?",
    re.IGNORECASE,
)
# What asks us to do something in that case: a request with a condition, not a question about the case.
_OF_YOU = re.compile(
    r"\b(?:can|could|will|would) you\b|(?:你|您|妳)们?們?(?:能|可以|会|會)|帮我|幫我|给我|給我|麻烦|麻煩", re.IGNORECASE
)
_NOT = re.compile(
    rf"{WANTS_NOT}|不是|先不|唔係|没有|沒有|\b(?:not|don'?t|isn'?t|never|no longer|instead of|no to|keep your|can'?t(?! (?:you|we|i)\b)|won'?t(?! (?:you|we|i)\b)|no (?=\w+ing\b))\b",
    re.IGNORECASE,
)


_WHEN = re.compile(
    r"什么时候|什麼時候|啥时候|几时|幾時|何时|何時|多久|哪(?:一)?[天日]|[几幾]耐|[几幾](?:多?[天日号號点點]|个?工作日|個?工作天)"
    r"|\bwhen\b|\bhow (?:long|soon|many (?:\w+ )?days)\b|\b(?:which|what) (?:day|date|time)\b",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[str]:
    """The clauses of a message, in order."""
    return list(_clauses_of(text))


@lru_cache(maxsize=64)  # a turn asks for those of its few texts dozens of times
def _clauses_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _CLAUSE.split(text) if part.strip(" ?？"))


def ends_as_question(text: str) -> bool:
    """True for a text that ends in a question's mark or its particle, whatever else it is."""
    return text.rstrip().endswith(("吗", "嗎", "?", "？"))


def asks(clause: str) -> bool:
    """True when the clause puts a question."""
    return bool(_ASKS.search(clause))


def questions_of(text: str) -> list[str]:
    """The questions of a message, in order.

    "And returns? How many days?" is one: a word or two only name what it is about; so does the case that is supposed in
    "and if I dropped it? What would it cost?".
    """
    found: list[str] = []
    asked = False
    for part in filter(
        None,
        (_LEADS_IN.sub("", each.strip(" ,，")) for clause in clauses_of(text) for each in _NEXT_QUESTION.split(clause)),
    ):
        asked = asks(part) or (asked and bool(_GOES_ON.search(part)))
        if asked and found and (_is_topic(found[-1]) or _ASKS_ALIKE.fullmatch(part) or _PRESSES.fullmatch(part)):
            found[-1] = f"{found[-1]} {part}"
        elif asked:
            found.append(part)
    return found


def only_marked(question: str) -> bool:
    """True for English that is a question by its mark alone: the end of "could you send it to Mill Lane, York?"."""
    return not is_chinese(question) and not asks(question.rstrip("? "))


def _is_topic(question: str) -> bool:
    """True for "returns?": a question by its mark alone, of a few words, or a case that is only supposed."""
    bare = question.rstrip("呢?？ ")
    if sets_condition(bare) and not asks(_SUPPOSES.sub("", bare)):
        return True
    return (
        bare != question and not asks(bare) and len(re.findall(r"[㐀-䶿一-鿿]{1,2}|[a-z']+", bare, re.IGNORECASE)) <= 3
    )


def asks_when(text: str) -> bool:
    """True for "when", "which day", "how many days"."""
    return bool(_WHEN.search(text))


def only_names(text: str) -> bool:
    """True for "and the invoice?": a thing is named, and nothing of it is asked."""
    return bool(_ASKS_ALIKE.fullmatch(text.strip()))


def is_request(clause: str) -> bool:
    """True when the clause asks for something to be done, in the form of a question or not."""
    return bool(_REQUEST.search(clause))


def only_asks(clause: str) -> bool:
    """True for a question that asks for nothing to be done."""
    return asks(clause) and not is_request(clause)


def is_given_up(clause: str) -> bool:
    """True when the clause ends in what is not wanted any more: 「換貨不要了」; not where the thing is: 「我想退掉不要了」."""
    return any(
        found.end() == len(clause.rstrip("的 ")) and not _WISHED.search(clause[: found.start()])
        for found in GIVEN_UP.finditer(clause)
    )


def asks_if_possible(clause: str) -> bool:
    """True when the clause asks whether something can be had, and does not ask us to do it."""
    return asks(clause) and bool(_IF_POSSIBLE.search(clause)) and not _TO_US.search(clause)


def wants(clause: str) -> bool:
    """True for a clause that tells or requests something: a question counts only where it is a request."""
    return is_request(clause) or not asks(clause)


def sets_condition(clause: str) -> bool:
    """True when the clause holds only if something else does."""
    return bool(_IF.search(clause))


def puts_case(text: str) -> bool:
    """True for a question about a case that is not so: "what if I broke it?", "if I cancel, how fast is the money back?"."""
    return bool(_CASE.search(text)) and asks(text) and not _OF_YOU.search(text)


def parted(text: str, beside: re.Pattern[str] | None = None) -> tuple[list[str], list[str]]:
    """The clauses that want something, and those that rule something out.

    ``beside``: words that only look like ruling something out ("not paid yet" says which order).
    """
    parts = clauses_of(text)
    bare = [GIVEN_UP.sub("", beside.sub("", part) if beside else part) for part in parts]
    ruled_out = [bool(_NOT.search(part)) for part in bare]
    return (
        [part for part, no in zip(parts, ruled_out, strict=True) if not no],
        [part for part, no in zip(parts, ruled_out, strict=True) if no],
    )
