from __future__ import annotations

import pytest

from nlu.prepare import clean, prepare

pytestmark = pytest.mark.fast


def test_offsets_of_the_cleaned_text_are_those_of_the_original() -> None:
    for text in ["你好！！\u200b３９９元", "a\u0301b\u0302", "\ud800x\x00y", "“quoted” — text…"]:
        assert len(clean(text)) == len(text)


def test_full_width_and_traditional_are_heard_like_their_plain_forms() -> None:
    assert prepare("還沒發貨？").tokens == prepare("还没发货?").tokens


def test_cantonese_is_heard_beside_mandarin() -> None:
    assert "为什么" in prepare("點解仲未到").plain
    assert prepare("点一下没反应").plain == "点一下没反应"


def test_numbers_and_codes_are_heard_by_their_shape() -> None:
    assert prepare("8812").tokens == ("<4>",)
    assert prepare("HK20418837").tokens == ("<code>",)
    assert prepare("at 12:30 £219.50").tokens == ("at", "<time>", "£", "<sum>")


def test_stretched_words_and_repeated_marks_are_kept_short() -> None:
    assert prepare("sooooo").tokens == prepare("sooo").tokens
    assert prepare("!" * 500).tokens == ("!", "!", "!")


def test_zalgo_is_heard_as_what_is_under_it() -> None:
    assert prepare("r\u0315\u0301e\u0302f\u0303u\u0304n\u0305d\u0306").tokens == ("refund",)


def test_words_spelt_with_digits_are_words() -> None:
    assert [prepare(text).plain for text in ("3Q", "ok3q", "88!", "on9", "gr8 m8")] == [
        "谢谢",
        "好的谢谢",
        "再见",
        "戆居",
        "great mate",
    ]
    assert [prepare(text).plain for text in ("88块", "no 88", "m8-2041")] == ["88块", "no 88", "m8-2041"]


def test_a_denied_feeling_in_cantonese_stays_denied() -> None:
    assert prepare("我好唔開心").plain == "我很不开心"
    assert prepare("晒單返現").plain == "晒单返现"
