"""What was heard, held against the words themselves where the two do not go together."""

from __future__ import annotations

import re

from dialogues.phrases import danger, which_matter
from dialogues.phrases.clauses import clauses_of
from dialogues.phrases.complaints import MOCKS, WAITS
from dialogues.phrases.denied import reassured, undenied
from dialogues.playbook import Book
from dialogues.reading import Reading
from dialogues.values import changed

FAULT, LATE = "item_problem", "delivery_problem"
# Praise that names one of these is meant the other way round.
_MISHAP = re.compile(
    r"裂|坏了|壞了|断了|斷了|碎|崩|漏|发错|發錯|寄错|寄錯|少了|破|离谱|離譜|夸张|誇張|烂|爛|脱落|脫落|两只左|兩隻左"
    r"|\b(?:two (?:left|right)|broke\w*|snapp\w*|crack(?:ed|s)?|fell (?:off|apart)|came off|wrong (?:one|size|colou?r|item)"
    r"|missing|smashed|torn|leak\w*|doesn'?t work|stopped working|rubbish)\b",
    re.IGNORECASE,
)
_PLEASANT = frozenset({"praise", "chitchat", "affirm", "greet", "thank", "resolved"})
_DISPLEASED = frozenset({"angry", "frustrated", "disappointed"})
# "Right, ask someone then": whatever it was heard as, people are called for.
_CALLS_PEOPLE = re.compile(
    r"^(?:那|那就|就|好|行)*(?:去|帮我|幫我)?(?:问|問|找|叫)(?:一下|一声|个|個)?(?:你们|你們)?(?:的)?(?:同事|人|专员|專員)(?:吧|啦|来|來|问|問|看)*$"
    r"|^(?:right |fine |ok(?:ay)? |so |then |well |please |just |can you |could you )*(?:ask|get|call|fetch|find) (?:me )?"
    r"(?:someone|somebody|a colleague|a person|a human|one of your \w+)(?: then| please| else| for me)*$",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"上次|之前|那次|后来|後來|已经(?:换|修|补)|已經(?:換|修|補)|解决|解決|处理得|處理得|换了|換了|补|補|谢|謝|感谢|感謝|准时|準時|提前|送到了|收到了"
    r"|\b(?:replac\w*|sorted|fixed|sent (?:me )?(?:a|another)|refund\w*|last time|quick\w*|helped|thanks?)\b",
    re.IGNORECASE,
)


def weighed(reading: Reading, book: Book) -> Reading:
    """The reading as it is judged: what is denied is not meant, a slight defect is no emergency, mocking praise a complaint."""
    if reading.choice:
        return reading
    reading = which_matter.with_second(undenied(reassured(reading, book), book), book)
    if reading.safety and danger.is_slight(reading.text):
        reading = changed(reading, safety=False)
    text = reading.text
    if reading.intent != "request_human" and any(map(_CALLS_PEOPLE.search, clauses_of(text))):
        return changed(reading, intent="request_human", unsure=False)
    cheers = reading.intent == LATE and not reading.unsure and reading.emotion == "happy"  # nobody is glad of that
    late = cheers or bool(MOCKS.search(text) and WAITS.search(text))
    broken = reading.intent == "praise" and bool(_MISHAP.search(text))
    if _NO_LONGER.search(text) or not (late or broken) or not book.is_issue(LATE if late else FAULT):
        return reading
    if reading.intent in _PLEASANT:
        issue = reading.runner_up if book.is_issue(reading.runner_up) else LATE if late else FAULT
        reading = changed(reading, intent=issue, unsure=False)
    feeling = reading.emotion if reading.emotion in _DISPLEASED else "frustrated" if late else "disappointed"
    return changed(reading, emotion=feeling, intensity=max(reading.intensity, 2))
