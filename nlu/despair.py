"""Words of despair: somebody who speaks of ending their life is heard as in danger, whatever else the message says.

A list and no classifier: a miss here is worse than any false alarm, and figures of speech ("I nearly died laughing",
「笑死」「急死」) are worded otherwise.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"自杀(?!式)|轻生|寻短见|寻死|不想(?:再)?活|活不下去|活不了了|活[着著](?:真的|真|好|都)?(?:没|有什么|还有什么|有啥)(?:意思|意义)"
    r"|结束(?:自己|我)?的?生命|了结自己|割腕|跳楼(?!价|大|甩)|跳下去|站在(?:天台|楼顶|桥上)|上吊|烧炭|吞(?:了)?(?:一整瓶|一瓶)?安眠药"
    r"|伤害自己|自残|自伤|不想(?:再)?(?:生存|做人)|生无可恋|一死了之|死了算了?|想去死|要去死|(?<!思)想死(?!你|妳|的心|他|她|它|我|这|那|了你|了他|了她|了这|了那)|不如死"
    r"|\bkill(?:ing)? my ?self\b|\bend(?:ing)? (?:it all\b(?! with)|my life)|\btak(?:e|ing) my (?:own )?life\b"
    r"|\bsuicide\b|\bsuicidal\b|\bself[- ]harm|\bhurt(?:ing)? my ?self\b|\bcut(?:ting)? my ?self\b(?! on)"
    r"|\b(?:don'?t|do not) want to (?:live|be alive|be here|wake up|go on)(?: any ?more)?\s*(?:$|[.!,;])"
    r"|\b(?:no|any) (?:point|reason) (?:in |to )?(?:living|live|going on|go on|being alive)\b"
    r"|\bdon'?t see the point (?:of|in) (?:anything|living|going on|life)\b|\bbetter off (?:dead|without me)\b"
    r"|\bwish i (?:was|were) dead\b|\bwant to die\b(?! (?:of|from|laughing))",
    re.IGNORECASE,
)
_IN_FUN = re.compile(r"laugh|lol|lmao|haha|哈哈|笑", re.IGNORECASE)


def speaks_of_despair(plain: str) -> bool:
    """True when prepared text (Prepared.plain) speaks of ending or hurting oneself in earnest."""
    return bool(_WORDS.search(plain)) and not _IN_FUN.search(plain)
