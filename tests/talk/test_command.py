"""The command's exit status and output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.talk.command import HELD, NOT_HELD, UNUSABLE, talk

TALK = """
- name: holds
  turns: [{say: 转人工, expect: {owner: queue}}]
- name: holds too
  turns: [{say: 转人工}]
"""


def written(folder: Path, text: str) -> list[Path]:
    path = folder / "talk.yml"
    path.write_text(text, encoding="utf-8")
    return [path]


@pytest.fixture
def settings(trained_model: Path) -> Settings:
    return Settings(model=trained_model)


def test_json_is_one_object_a_line(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(written(tmp_path, TALK), True, None, settings=settings) == HELD
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["name"], each["failures"]) for each in told] == [("holds", []), ("holds too", [])]


def test_people_get_transcript_failure_and_summary(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TALK.replace("owner: queue", "owner: bot")
    assert talk(written(tmp_path, text), False, None, settings=settings) == NOT_HELD
    out = capsys.readouterr().out
    assert "customer  转人工" in out
    assert "✗ turn 1: owner: wanted bot, got queue" in out
    assert out.endswith("2 conversations, 1 as wanted, 1 not\n")


@pytest.mark.fast
def test_a_file_that_cannot_be_used_is_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(written(tmp_path, "- {name: a, turns: [{tell: hi}]}"), True, None) == UNUSABLE
    told = capsys.readouterr()
    assert told.out == ""
    assert "entry 1: unknown key tell" in told.err


@pytest.mark.fast
def test_without_a_trained_model_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(model=tmp_path / "none.tar.gz")
    assert talk(written(tmp_path, TALK), True, None, settings=settings) == UNUSABLE
    assert "kairos train" in capsys.readouterr().err
