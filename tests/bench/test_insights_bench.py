"""The benchmark's copies are conversations like those that were played: they are counted, and fill the pages."""

from __future__ import annotations

import pytest

from actions.insights.questions import QUESTIONS
from bot.staff.insights.routes import TABS
from tests.bench import asking, insights


@pytest.mark.fast
async def test_what_is_copied_is_counted_and_every_page_is_built(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    words = {word: insights.WORDS[word] for word in ("退款", "xyzzy")}
    for name, small in (("PLAYED", 3), ("RUNS", 1), ("WORDS", words)):
        monkeypatch.setattr(insights, name, small)
    monkeypatch.setattr(asking, "QUESTIONS", {"waits": QUESTIONS["waits"]})
    found = await insights.measure(sqlite_url, 200)
    assert found["messages"] >= 200 and found["conversations"] > 3 and found["cells"] > 50
    pages = {tab.name for tab in TABS if tab.build}
    assert set(found["search_s"]) == {"退款", "xyzzy", "all"} and found["exported"]["turns"] > 50
    assert set(found["search_by_fields_s"]) == {*insights.FIELDS, "all"}
    assert set(found["question_s"]["duckdb"]) == set(found["question_s_of_10_times"]["duckdb"]) == {"waits"}
    assert set(found["page_s_quarter"]) == set(found["page_s_all"]) == {*pages, "all"}
