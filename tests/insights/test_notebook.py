"""The notebook runs over an export, draws what the pages draw, and is kept without what it once showed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from actions.insights.tables import TABLES, rows_of
from bot.analysis.export import write_table
from tests.insights.test_counting import PARCEL, PERSON, QUESTION

pytestmark = pytest.mark.fast
NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "insights.ipynb"


def code_cells() -> list[dict[str, Any]]:
    return [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_redraws_the_charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = [rows_of(of, record, lambda at: at) for of, record in (("a", PARCEL), ("b", QUESTION), ("c", PERSON))]
    for table in TABLES:
        write_table(tmp_path, table, [row for rows in made for row in rows[table]])
    monkeypatch.setenv("KAIROS_EXPORT", str(tmp_path))
    seen: dict[str, Any] = {}
    for cell in code_cells():
        exec("".join(cell["source"]), seen)
    drawn = [seen[name].to_dict() for name in ("matters_end", "journey", "people_needed")]  # held against the schema
    assert all(any(rows for rows in spec["datasets"].values()) for spec in drawn)
    assert {row["code"]: row["n"] for row in seen["ends"] if row["day"] == "2026-11-16"} == {
        "confirmed_bot": 1, "confirmed_people": 1, "unfinished_bot": 1}  # fmt: skip
    assert {(row["first"], row["last"]): row["n"] for row in seen["felt"]} == {
        ("very upset", "a little upset"): 1, ("upset", "upset"): 1, ("upset", "happy"): 1, ("calm", "calm"): 1,
    }  # fmt: skip
    assert seen["needed"][0]["issue"] == "refund" and seen["needed"][0]["share"] == 1


def test_the_notebook_is_kept_without_outputs():
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells())
