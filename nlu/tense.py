"""Whether a day that a message names is over: "he was to ring on Friday", 「说好周六到，现在还没到」.

Read from folded, lower-cased text: Chinese in Simplified form.
"""

from __future__ import annotations

import re

_CLAUSE_ENDS = re.compile(r"[,，.。!！?？;；\n]|\bbut\b|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
# Told of as over by its verb.
_OVER = re.compile(
    r"\b(?:was|were|wasn['’]?t|weren['’]?t|did|didn['’]?t|had|should(?: have|['’]ve| of)|came"
    r"|arrived|ordered|bought|paid|sent|got|called|rang|phoned|spoke|wrote|emailed|received|placed|happened|started|broke|stopped|missed|since)\b"
    r"|下的?单|下了单|[买付收到寄发说打][的了过]|收到|签收|原定|原本|本来|本该|早该"
)
# What somebody said would be, which is over once it did not come about.
_SAID = re.compile(
    r"(?<!\bi )\b(?:said|told|promised|swore|assured|booked|arranged|scheduled|supposed|was|were"
    r"|should(?: have|['’]ve| of)|(?:he|she|they|you|it|who)['’]d)\b"
    r"|说好|话好|说的|说是|讲好|答应|承诺|保证|约好|约了|应该|该|预计|通知|告诉我"
)
_NOT_SO = re.compile(
    r"\b(?:didn['’]?t|did not|never|hasn['’]?t|haven['’]?t|has not|have not|still|nothing|nobody|no one"
    r"|no (?:sign|show|call|word|news)|not here|where is)\b|(?:没|未)(?!有?[发寄出])|至今|到现在|不见|人呢|落空|食言|骗"
)
_AHEAD = re.compile(
    r"\b(?:will|won['’]?t|going to|gonna|want\w*|need\w*|can|could|would|may|might|hop(?:e|ing)|wonder\w*|please|pls"
    r"|if|is|are|get)\b|['’]ll\b|要|想|会|能|可以|之前|以前|前|急|赶|如果|[吗呢?？]"
)
_WANTED = re.compile(r"\b(?:need|want)\w*\b|\b(?:whether|if)\b|要用|急用|需要")
_UNTIL_THEN = re.compile(r"\b(?:for|by|before|to|till|until)\s*(?:the|this|next)?\s*$|(?:改|推|延)(?:到|至)\s*$")


def is_over(folded: str, start: int, end: int) -> bool:
    """True when the day named at ``start:end`` is told of as past."""
    begins = max((found.end() for found in _CLAUSE_ENDS.finditer(folded, 0, start)), default=0)
    after = _CLAUSE_ENDS.search(folded, end)
    clause = folded[begins : after.start() + 1 if after else len(folded)]
    if _WANTED.search(clause):
        return False
    if _SAID.search(clause) and _NOT_SO.search(folded):
        return True
    return bool(_OVER.search(clause)) and not _AHEAD.search(clause) and not _UNTIL_THEN.search(folded[:start])
