"""The shop's articles as a port: the judging asks, the best paragraph answers."""

from __future__ import annotations

from collections.abc import Mapping

from dialogues import knowledge
from dialogues.phrases.clauses import questions_of
from dialogues.plan import Call
from dialogues.reading import Result

PORT = "knowledge"
QUESTIONS_AT_MOST = 3  # of one message


def look_up(call: Call, base_url: str) -> Result:
    """The paragraphs that answer best, each with its article's title and address; not ok when none is good enough.

    Every question of a message is answered by itself where it can be: those after the first have ``_2`` and ``_3`` at
    the names; ``unanswered`` is one that no article answers. ``issue`` keeps to that issue's articles, ``within`` to
    those of several, the best of all. ``told`` are the paragraphs that were quoted before: one that did not help is not
    quoted again.
    """
    asked = call.params
    questions = questions_of(asked["question"])[:QUESTIONS_AT_MOST]
    each = [(question, _best(asked, question, alone=True)) for question in questions if len(questions) > 1]
    unanswered = [question for question, hit in each if hit is None]
    found = {hit.key: hit for _, hit in each if hit}
    if not found and (hit := _best(asked, asked["question"])):
        found, unanswered = {hit.key: hit}, []
    fresh = [hit for key, hit in found.items() if key not in asked.get("told", "").split()]
    if not fresh:
        return Result(ok=False)
    data = {"unanswered": unanswered[0]} if unanswered else {}
    for number, hit in enumerate(fresh, 1):
        told = {"quote": hit.quote, "title": hit.title, "link": f"{base_url}{hit.link}", "key": hit.key}
        data |= {name if number == 1 else f"{name}_{number}": value for name, value in told.items()}
    return Result(ok=True, data=data)


def _best(asked: Mapping[str, str], question: str, *, alone: bool = False) -> knowledge.Hit | None:
    """The best answer to one question. ``alone``: one of several, which may be about something else than the first."""
    locale, about, issue = asked["locale"], asked.get("about", ""), asked.get("issue", "")
    within = asked.get("within", "").split(",") if asked.get("within") else [issue] if alone else []
    if not within:
        return next(iter(knowledge.search(locale, question, 1, issue=issue, about=about)), None)
    hits = [
        hit for each in within for hit in knowledge.search(locale, question, 1, issue=each, about=about, surely=True)
    ]
    if not hits and alone:
        hits = knowledge.search(locale, question, 1, about=about)
    return max(hits, key=lambda hit: hit.score, default=None)
