from __future__ import annotations

import pytest

from nlu.script import SIMPLIFIED, changed_by, fold, language_of

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我的订单什么时候发货", "zh-CN"),
        ("我的訂單什麼時候出貨", "zh-TW"),
        ("我張單幾時先送到呀", "zh-TW"),
        ("唔該我想退貨", "zh-TW"),
        ("附近有咩好食", "zh-TW"),
        ("今日放工早 正呀", "zh-TW"),
        ("你講話好像人喔", "zh-TW"),
        ("where is my parcel", "en"),
        ("我的 order 还没 ship 都 three weeks 了", "zh-CN"),
        ("please check my 订单 today thanks a lot", "en"),
    ],
)
def test_the_written_form_is_told_by_what_is_written(text: str, language: str) -> None:
    assert language_of(text) == language
    for locale in ("zh-CN", "zh-TW", "en"):
        assert language_of(text, locale) == language


def test_the_characters_kept_as_simplified_are_those_that_opencc_tells():
    assert frozenset(SIMPLIFIED.read_text(encoding="utf-8").strip()) == changed_by("s2t")


@pytest.mark.parametrize("text", ["ok", "8812", "嗯", "👍", "", "好的", "OK thanks", "？？？"])
@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
def test_a_short_message_stays_in_the_language_of_the_conversation(text: str, locale: str) -> None:
    assert language_of(text, locale) == locale


@pytest.mark.parametrize(
    ("text", "language"), [("咁先啦", "zh-TW"), ("安安", "zh-TW"), ("3Q～", "zh-CN"), ("88", "zh-CN")]
)
def test_a_few_characters_that_only_some_write_tell_without_a_conversation(text: str, language: str) -> None:
    assert language_of(text) == language


def test_four_chinese_characters_outweigh_any_number_of_english_words() -> None:
    assert language_of("the seller said my parcel was sent but 一直没收到 ok", "en") == "zh-CN"


def test_characters_of_both_scripts_stay_with_the_chinese_of_the_conversation() -> None:
    assert language_of("可以退吗".replace("吗", ""), "zh-TW") == "zh-TW"
    assert language_of("可以不要了", "zh-TW") == "zh-TW"
    assert language_of("可以不要了", "en") == "zh-CN"


def test_an_unknown_locale_is_passed_over() -> None:
    assert language_of("ok", "fr-FR") == "en"


def test_folding_keeps_the_length() -> None:
    for text in ["還沒發貨，裡面少了東西", "乾麵、著裝、隻、臺灣", "abc", "", "嘅咗㗎"]:
        assert len(fold(text)) == len(text)
    assert fold("還沒發貨") == "还没发货"
