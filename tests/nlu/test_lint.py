from __future__ import annotations

from pathlib import Path

from nlu.corpus import Example
from nlu.lint import lint

DATA = Path(__file__).parents[2] / "nlu" / "data"


def _write(file: Path, *examples: Example) -> Path:
    file.write_text("".join(each.to_json() + "\n" for each in examples), encoding="utf-8")
    return file


def test_the_corpus_is_clean() -> None:
    assert lint([DATA], coverage=False) == []


def test_no_voice_is_in_two_splits() -> None:
    voices = [file.stem for file in DATA.rglob("*.jsonl")]
    assert len(voices) == len(set(voices))


def test_the_same_message_twice_is_found_across_scripts_and_marks(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "a.jsonl",
        Example("还没发货？", "zh-CN", "order_status"),
        Example("还没发货", "zh-CN", "order_status"),
    )
    assert any("the same message as" in problem and "a.jsonl:2" in problem for problem in lint([file], coverage=False))


def test_nearly_the_same_message_is_found(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "a.jsonl",
        Example("my parcel was supposed to be here on Friday and it is not", "en", "delivery_problem"),
        Example("my parcel was supposed to be here on Monday and it is not", "en", "delivery_problem"),
        Example("something else entirely is the matter with this kettle", "en", "item_problem"),
    )
    problems = lint([file], coverage=False)
    assert len(problems) == 1
    assert "nearly the same" in problems[0]


def test_a_message_in_the_wrong_script_is_found(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.jsonl", Example("我的訂單還沒發貨", "zh-CN", "order_status"))
    assert "written in zh-TW" in lint([file], coverage=False)[0]


def test_an_english_message_may_hold_a_few_chinese_characters_but_not_four(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "a.jsonl",
        Example("has the 烤箱 shipped yet", "en", "order_status"),
        Example("has the 電飯煲 shipped yet lah", "en", "order_status"),
        Example("my 訂單 and the 包裹 are where now", "en", "order_status"),
    )
    problems = lint([file], coverage=False)
    assert len(problems) == 1
    assert "a.jsonl:3" in problems[0]
    assert "marked en, written in zh-TW" in problems[0]


def test_a_broken_line_is_named_and_the_rest_still_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": 1}\n' + Example("hi there", "en", "greet").to_json() + "\n", encoding="utf-8")
    problems = lint([file], coverage=False)
    assert len(problems) == 1
    assert "a.jsonl:1" in problems[0]


def test_thin_coverage_is_told(tmp_path: Path) -> None:
    problems = lint([_write(tmp_path / "a.jsonl", Example("hi", "en", "greet"))])
    assert "en greet: 1 messages, 100 wanted" in problems
    assert "zh-TW angry 3: no message" in problems
