from __future__ import annotations

from pathlib import Path

import pytest

from nlu.corpus import CorpusError, Example, read_examples

pytestmark = pytest.mark.fast


def test_an_example_reads_back_as_it_was_written(tmp_path: Path) -> None:
    example = Example(
        "都第三遍了", "zh-CN", "unresolved", "frustrated", 3, ("respect",), ("repeat",), "one", ("refund",)
    )
    (tmp_path / "one.jsonl").write_text(example.to_json() + "\n", encoding="utf-8")
    assert read_examples(tmp_path) == [example]
    assert read_examples(tmp_path / "one.jsonl") == [example]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[]", "one JSON object"),
        (
            '{"text": " ", "lang": "en", "intent": "greet", "emotion": "neutral", "intensity": 0}',
            "text is missing",
        ),
        ('{"text": "x", "lang": "fr", "intent": "greet", "emotion": "neutral", "intensity": 0}', "lang 'fr'"),
        ('{"text": "x", "lang": "en", "intent": "hm", "emotion": "neutral", "intensity": 0}', "intent 'hm'"),
        (
            '{"text": "x", "lang": "en", "intent": "greet", "emotion": "angry", "intensity": 0}',
            "neutral has intensity",
        ),
        (
            '{"text": "x", "lang": "en", "intent": "greet", "emotion": "angry", "intensity": true}',
            "intensity True",
        ),
        (
            '{"text": "x", "lang": "en", "intent": "greet", "emotion": "neutral", "intensity": 0, "needs": ["x"]}',
            "needs",
        ),
        (
            '{"text": "x", "lang": "en", "intent": "greet", "emotion": "neutral", "intensity": 0, "a": 1}',
            "unknown field",
        ),
        (
            '{"text": "x", "lang": "en", "intent": "refund", "emotion": "neutral", "intensity": 0, "also": ["greet"]}',
            "also 'greet'",
        ),
        (
            '{"text": "x", "lang": "en", "intent": "refund", "emotion": "neutral", "intensity": 0, "also": ["refund"]}',
            "also names the intent itself",
        ),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "bad.jsonl"
    good = '{"text": "hi", "lang": "en", "intent": "greet", "emotion": "neutral", "intensity": 0}'
    file.write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"bad\.jsonl:2") as caught:
        read_examples(file)
    assert says in str(caught.value)


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_examples(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_examples(tmp_path / "absent.jsonl")


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match="not UTF-8"):
        read_examples(tmp_path)
