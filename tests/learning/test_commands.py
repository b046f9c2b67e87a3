"""The learning loop as people type it: ``kairos nlu queue … rollback``, and a version made again from its record."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from actions.audit import COMMAND_LINE
from bot.cli import Refused
from models.audit import AuditEntry
from models.learning import ModelVersion, ReviewItem, TrainingRow
from models.session import Database
from tests.command import change, kairos, rows
from tests.staff.said import Turn, talk

PHONE = "13912345678"
WHY = "A test of the whole loop, on purpose."
ODD = ("one", "two", "three", "four", "six")


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Customers asked about their flumbergast cards, and were heard unsurely."""

    async def fill() -> None:
        database = Database(sqlite_url)
        at = datetime.now(UTC) - timedelta(days=3)
        lines = [f"my flumbergast card number {n} lost its sparkles" for n in ODD]
        turns = [Turn(line, "product_question", unsure=True) for line in (*lines, f"call me on {PHONE}")]
        await talk(database, turns, locale="en", at=at)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("KAIROS_DATA_DIR", str(tmp_path / "data"))
    return sqlite_url


def _kairos(*command: str, typed: str = "") -> str:
    return kairos("nlu", *command, typed=typed)


def _waiting(*options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_kairos("queue", "--json", *options))
    return found


@pytest.mark.fast
def test_turns_wait_are_labelled_and_become_a_set(shop: str):
    shown = _kairos("queue")
    assert "unsure" in shown and "[phone]" in shown and PHONE not in shown and "6 wait" in shown
    assert len(_waiting("--limit", "2")) == 2 and _waiting("--reason", "by_hand") == []
    with pytest.raises(Refused, match="names 0 waiting turns"):
        _kairos("label", "nobody", "refund")
    first, *rest = _waiting()
    with pytest.raises(Refused):
        _kairos("label", first["id"][:12], "no_such_intent")
    assert _kairos("label", first["id"][:12], "membership", "--emotion", "angry", "--intensity", "2", "--needs",
                   "speed", "--flags", "repeat") == "agreed\n"  # fmt: skip
    [item] = rows(shop, select(ReviewItem).where(ReviewItem.id == first["id"]))
    assert item.gold == {"lang": "en", "intent": "membership", "emotion": "angry", "intensity": 2, "needs": ["speed"],
                         "flags": ["repeat"]}  # fmt: skip
    assert _kairos("label", rest[0]["id"], "--skip") == "skipped\n"
    assert _kairos("label", rest[1]["id"]) == "agreed\n", "without labels it was heard rightly"
    assert len(_waiting()) == 3
    assert _kairos("new-set", "--note", "cards") == "set 1: 2 messages to learn from, 0 to measure by\n"
    with pytest.raises(Refused):
        _kairos("new-set")
    told = json.loads(_kairos("versions", "--json"))
    assert (told["sets"][0]["note"], told["sets"][0]["by"]) == ("cards", COMMAND_LINE.name)
    assert "v0  the standard  hears now" in _kairos("versions") and _kairos("watch") == "nothing was released yet\n"


@pytest.mark.long
def test_the_loop_is_closed_by_command_and_a_version_is_made_again(
    shop: str, small: Path, trained_model: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KAIROS_MODEL", str(trained_model))
    monkeypatch.setenv("KAIROS_CORPUS", str(small))
    for item in _waiting():
        _kairos("label", item["id"], "membership", "--emotion", "neutral", "--intensity", "0")
    assert _kairos("new-set").startswith("set 1: 5 messages to learn from, 1 to measure by")
    learnt = _kairos("learn")
    assert re.search(r"v1 beside v0 on \d+ held-out messages \(1 of them the shop's own\)", learnt)
    assert "macro-F1" in learnt and "danger heard" in learnt and "verdict: " in learnt
    [version] = rows(shop, select(ModelVersion))
    assert version.status == "ready" and version.set_n == 1 and version.file and version.weights and version.recipe

    with pytest.raises(Refused, match="Type exactly"):
        _kairos("release", "1", "--override", WHY, typed="yes\n")
    assert "v1 is released" in _kairos("release", "1", "--override", WHY, "--reason", "cards", typed="v1\n")
    assert "v1  set 1  ready" in (told := _kairos("versions")) and "hears now" in told
    signs = json.loads(_kairos("watch", "--json"))["signs"]
    assert "unsure" in signs and "handed_over" in _kairos("watch")
    with pytest.raises(Refused, match="Type exactly"):
        _kairos("rollback", "--reason", "a test", "--confirm", "v1")
    assert _kairos("rollback", "--reason", "a test", "--confirm", "v0") == "v0 hears again\n"
    noted = rows(shop, select(AuditEntry.what).where(AuditEntry.what.in_(("learning.release", "learning.rollback"))))
    assert noted == ["learning.release", "learning.rollback"]
    assert "v1 beside v0" in _kairos("compare", "1")

    again = _kairos("reproduce", "1")
    same = re.search(r"(\d+) of (\d+) held-out messages are heard the same", again)
    assert "to the last digit" in again or (same and int(same[1]) >= 0.99 * int(same[2])), again
    change(shop, update(ModelVersion).values(recipe="of another code"))
    assert "are not those of v1 any more" in _kairos("reproduce", "1")
    change(shop, delete(TrainingRow).where(TrainingRow.held_out.is_(False)))
    assert "5 messages of set 1 were erased since" in _kairos("reproduce", "1")
