"""The benchmark of hearing on sets that the test writes: shapes, aims, and what it says when the sets are not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.hearing import choice_lines, feeling_lines, table
from tests.bench.processes import BenchError
from tests.bench.public_sets import read_choice_sets, read_feeling_sets

pytestmark = pytest.mark.fast

CARD = [
    "my card is lost",
    "lost card",
    "i lost my card",
    "card lost again",
    "the card is lost",
    "where is my lost card",
]
FEES = ["why this fee", "a fee again", "the fee is wrong", "what fee is this", "fee please", "explain the fee"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    labelled = [*((text, "card") for text in CARD), *((text, "fee") for text in FEES)]
    choice = [
        {"text": f"{text} {split}", "label": label, "split": split}
        for split in ("train", "test")
        for text, label in labelled
    ]
    oos = [{"text": f"sing a song number {n}", "label": "oos", "split": s} for n in range(4) for s in ("train", "test")]
    feelings = [
        {"text": text, "intensity": {"joy": joy, "fear": 3 - joy}, "split": split, "label": "joy"}
        for split in ("train", "test")
        for text, joy in (("what a lovely day", 3), ("lovely lovely", 2), ("i am afraid", 0), ("so afraid now", 1)) * 3
    ]
    for place, rows in {
        "banking77/data.jsonl": choice, "banking77/hard_test_ibm.jsonl": choice[-3:],
        "clinc150/data.jsonl": choice + oos, "clinc150/hard_test_ibm.jsonl": choice[-3:],
        "brighter_emotion_intensity/zh.jsonl": feelings, "brighter_emotion_intensity/en.jsonl": feelings,
    }.items():  # fmt: skip
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def test_every_set_gets_its_lines_and_an_easy_one_is_heard_right(data: Path) -> None:
    lines = [line for each in read_choice_sets(data) for line in choice_lines(each, None, 1)]
    lines += [line for each in read_feeling_sets(data) for line in feeling_lines(each, None, 1)]
    figures = {line.what: line.ours for line in lines}
    assert figures["Banking77 test"] == 1.0
    assert figures["CLINC150 out of scope, recall"] >= 0.5
    assert figures["BRIGHTER en Pearson"] > 0.8
    assert "Banking77 hard" in table(lines)


def test_a_few_of_each_label_are_drawn_the_same_each_time(data: Path) -> None:
    bank, clinc = (each.few(2) for each in read_choice_sets(data))
    assert [example.intent for example in bank.train] == ["card", "card", "fee", "fee"]
    assert bank == read_choice_sets(data)[0].few(2)
    assert len(clinc.outside_to_learn) == 2
    assert len(clinc.tests["test"]) == len(CARD + FEES)


def test_a_folder_without_the_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="DATA must name"):
        read_choice_sets(tmp_path)
