"""The shop's articles as a port: the judging asks, the best paragraph answers."""

from __future__ import annotations

from dialogues import knowledge
from dialogues.plan import Call
from dialogues.reading import Result

PORT = "knowledge"


def look_up(call: Call, base_url: str) -> Result:
    """The paragraph that answers best, with its article's title and address; not ok when none is good enough.

    ``issue`` keeps to that issue's articles, ``within`` to those of several, in order. ``told`` are the paragraphs that
    were quoted before: one that did not help is not quoted again.
    """
    asked = call.params
    locale, question, about = asked["locale"], asked["question"], asked.get("about", "")
    if within := asked.get("within", ""):
        found = (knowledge.search(locale, question, 1, issue=issue, about=about, surely=True)
                 for issue in within.split(","))  # fmt: skip
        hits = next(filter(None, found), [])
    else:
        hits = knowledge.search(locale, question, 1, issue=asked.get("issue", ""), about=about)
    if not hits or hits[0].key in asked.get("told", "").split():
        return Result(ok=False)
    best = hits[0]
    data = {"quote": best.quote, "title": best.title, "link": f"{base_url}{best.link}", "key": best.key}
    return Result(ok=True, data=data)
