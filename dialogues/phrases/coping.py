"""Somebody says of themselves that reading or typing is hard."""

from __future__ import annotations

import re

_SAID = re.compile(
    r"老花|眼睛(?:不好|不太好|看不清|花了)|眼神不好|视力不好|視力不好|(?:看不清楚?|看唔清|看不太清|看不到)(?:屏幕|螢幕|字|小字)|字太小"
    r"|年纪大|年紀大|上了?年纪|上了?年紀|我(?:哋|这个|這個|系|係)?老人家|我(?:今年|都|已经|已經|快)?(?:[七八九]十|[789]\d\s*(?:岁|歲|多))"
    r"|(?:不会|不會|唔識)(?:打字|[点點](?:那|这|這|按|选|選)|弄手机|弄手機)|(?:两|兩)[个個]老人|打字(?:慢|很慢|费劲|吃力|不方便)|(?:不会|不會|不太会|不太會|唔識)用(?:手机|手機|电脑|電腦|这个|這個|呢個|网|網)"
    r"|\b(?:my|bad|poor|failing) (?:eyesight|sight|eyes)\b|\b(?:can'?t|cannot|don'?t) (?:really )?see (?:very |too |so )?(?:well|the (?:screen|print|letters|keys))\b"
    r"|\b(?:visually impaired|partially sighted|nearly blind|registered blind)\b|\bi(?:'m| am) (?:nearly |almost |over )?[789]\d\b(?!\s*(?:%|per|days|quid|pounds))"
    r"|\bnot (?:much |very |too )?(?:good|great|clever) (?:with|on|at) (?:computers?|phones?|technology|typing|the internet|these)\b"
    r"|\b(?:slow|bad) (?:typer|typist|at typing)\b|\btype (?:very )?slowly\b|\barthritis\b|\bold (?:lady|woman|man) (?:here|like me)\b",
    re.IGNORECASE,
)


def is_hard(text: str) -> bool:
    """True where the words say of the customer that typing or reading is hard."""
    return bool(_SAID.search(text))
