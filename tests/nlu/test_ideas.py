from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from nlu.ideas import LEXICON, find_ideas, ideas_of, lexicon
from nlu.prepare import prepare

pytestmark = pytest.mark.fast


def names(text: str) -> set[str]:
    return {name for _, _, name in find_ideas(prepare(text).tokens)}


def test_words_of_both_languages_and_scripts_mean_the_same_idea() -> None:
    for text in ["I want a refund", "reimbursed", "我要退款", "我要退錢"]:
        assert "refund" in names(text)


def test_the_longest_phrase_at_a_place_is_meant() -> None:
    assert "no contact" in names("he never knocked")
    spans = sorted({(start, end) for start, end, _ in find_ideas(prepare("怎么还没有人给我打电话，我要退款").tokens)})
    assert len(spans) > 2
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_ideas_that_follow_one_another_are_heard_as_a_pair() -> None:
    assert any(" > " in name for name in ideas_of(prepare("cancel my order").tokens))


def test_the_lexicon_has_both_languages_in_every_line() -> None:
    for file in sorted(LEXICON.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                words = line.partition(":")[2]
                assert any(char.isascii() and char.isalpha() for char in words), line
                assert any("\u4e00" <= char <= "\u9fff" for char in words), line


def test_a_line_without_a_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# comment\nrefund, money back\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.txt:2"):
        lexicon(tmp_path)
