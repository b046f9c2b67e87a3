"""What was heard, held against the words themselves where the two do not go together."""

from __future__ import annotations

import re

from dialogues import danger
from dialogues.playbook import Book
from dialogues.reading import Reading
from dialogues.values import changed

FAULT = "item_problem"
# Praise that names one of these is meant the other way round.
_MISHAP = re.compile(
    r"裂|坏了|壞了|断了|斷了|碎|崩|漏|发错|發錯|寄错|寄錯|少了|破|离谱|離譜|夸张|誇張|烂|爛|脱落|脫落|两只左|兩隻左"
    r"|\b(?:two (?:left|right)|broke\w*|snapp\w*|crack(?:ed|s)?|fell (?:off|apart)|came off|wrong (?:one|size|colou?r|item)"
    r"|missing|smashed|torn|leak\w*|doesn'?t work|stopped working|rubbish)\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"上次|之前|那次|后来|後來|已经(?:换|修|补)|已經(?:換|修|補)|解决|解決|处理得|處理得|换了|換了|补|補|谢|謝|感谢|感謝"
    r"|\b(?:replac\w*|sorted|fixed|sent (?:me )?(?:a|another)|refund\w*|last time|quick\w*|helped|thanks?)\b",
    re.IGNORECASE,
)


def weighed(reading: Reading, book: Book) -> Reading:
    """The reading as it is judged: a slight defect is no emergency, and mocking praise is a complaint."""
    if reading.choice:
        return reading
    if reading.safety and danger.is_slight(reading.text):
        reading = changed(reading, safety=False)
    mocks = reading.intent == "praise" and _MISHAP.search(reading.text) and not _NO_LONGER.search(reading.text)
    if mocks and book.is_issue(FAULT):
        issue = reading.runner_up if book.is_issue(reading.runner_up) else FAULT
        reading = changed(reading, intent=issue, unsure=False, emotion="disappointed", intensity=2)
    return reading
