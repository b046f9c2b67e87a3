"""The shop's articles as a port: the judging asks, the best paragraph answers."""

from __future__ import annotations

from dialogues import knowledge
from dialogues.plan import Call
from dialogues.reading import Result

PORT = "knowledge"


def look_up(call: Call, base_url: str) -> Result:
    """The paragraph that answers best, with its article's title and address; not ok when none is good enough."""
    asked = call.params
    about, prefer = asked.get("about", ""), asked.get("prefer", "")
    hits = knowledge.search(asked["locale"], asked["question"], 1, issue=prefer, about=about) if prefer else []
    hits = hits or knowledge.search(asked["locale"], asked["question"], 1, issue=asked.get("issue", ""), about=about)
    if not hits:
        return Result(ok=False)
    best = hits[0]
    return Result(ok=True, data={"quote": best.quote, "title": best.title, "link": f"{base_url}{best.link}"})
