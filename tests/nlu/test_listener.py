from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.corpus import Example
from nlu.evaluate import evaluate
from nlu.hearing import Context, Hearing
from nlu.labels import EMOTIONS, INTENTS, LANGUAGES, NEEDS
from nlu.listener import Listener


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要退款", "refund"),
        ("我要轉真人客服", "request_human"),
        ("where is my parcel", "order_status"),
        ("thank you so much", "thank"),
        ("你是机器人吗", "bot_identity"),
    ],
)
def test_plain_messages_are_heard(listener: Listener, text: str, intent: str) -> None:
    assert listener.hear(text).intent == intent


def test_a_hearing_survives_the_way_through_json(listener: Listener) -> None:
    hearing = listener.hear("订单号2026111800042，都第三遍了！！")
    assert Hearing.from_dict(hearing.to_dict()) == hearing


def test_a_listener_hears_the_same_after_saving_and_loading(listener: Listener, tmp_path: Path) -> None:
    listener.save(tmp_path / "model")
    loaded = Listener.load(tmp_path / "model")
    for text in ["我要退款", "where is my parcel!!", "幾時送到呀", ""]:
        one, other = listener.hear(text), loaded.hear(text)
        assert (one.intent, one.emotion, one.intensity) == (other.intent, other.emotion, other.intensity)
        assert one.confidence == pytest.approx(other.confidence, abs=0.02)


def test_a_model_of_another_form_is_refused(listener: Listener, tmp_path: Path) -> None:
    listener.save(tmp_path)
    notes = (tmp_path / "model.json").read_text(encoding="utf-8")
    (tmp_path / "model.json").write_text(notes.replace('"form": ', '"form": 9'), encoding="utf-8")
    with pytest.raises(ValueError, match="train again"):
        Listener.load(tmp_path)


def test_training_tells_how_far_it_is(examples: list[Example]) -> None:
    seen: list[tuple[str, float]] = []
    Listener.train(examples[:300], progress=lambda what, share: seen.append((what, share)))
    assert seen[-1] == ("done", 1.0)
    assert all(0.0 <= share <= 1.0 for _, share in seen)


def test_the_same_messages_teach_the_same_to_the_last_digit(examples: list[Example], tmp_path: Path) -> None:
    for name in ("one", "other"):
        Listener.train(examples[:300]).save(tmp_path / name)
    with np.load(tmp_path / "one" / "model.npz") as one, np.load(tmp_path / "other" / "model.npz") as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)
    assert (tmp_path / "one" / "model.json").read_bytes() == (tmp_path / "other" / "model.json").read_bytes()


def test_one_label_is_too_little_to_learn_from() -> None:
    with pytest.raises(ValueError, match="two intents"):
        Listener.train([Example("hi", "en", "greet")])


def test_neutral_has_no_intensity_and_feelings_have_one(listener: Listener, examples: list[Example]) -> None:
    for example in examples[::25]:
        hearing = listener.hear(example.text)
        assert (hearing.intensity == 0) == (hearing.emotion == "neutral")


BEFORE = (
    "so we bought the treadmill in the spring and it came on time and the two lads who brought it were lovely and even took the box away "
    "and my wife used it every day and the belt never squeaked once and then on saturday it stopped dead "
)
INJURY = (
    "and she was thrown off and broke her wrist and hit her head, there was blood everywhere and an ambulance came "
)
AFTER = "anyway do you need the receipt or is the order number enough for you to look it up"


def test_an_injury_told_late_in_a_long_story_is_heard(listener: Listener) -> None:
    assert listener.hear(BEFORE + INJURY + AFTER).safety
    assert not listener.hear(BEFORE + AFTER).safety


@pytest.mark.parametrize("text", ["broken, want a refund", "it came late so cancel it", "我要退款", "thanks, bye", ""])
def test_one_matter_is_not_heard_as_two(listener: Listener, text: str) -> None:
    assert listener.hear(text).also == ()


@pytest.mark.parametrize(
    ("text", "asks", "negated"), [("when will it arrive?", "when", False), ("先別退", "", True), ("退款", "", False)]
)
def test_a_hearing_tells_how_the_message_is_put(listener: Listener, text: str, asks: str, negated: bool) -> None:
    hearing = listener.hear(text)
    assert (hearing.asks, hearing.negated) == (asks, negated)


def test_an_older_hearing_without_the_newer_fields_is_read(listener: Listener) -> None:
    data = listener.hear("我要退款").to_dict()
    for name in ("also", "asks", "negated", "conditional"):
        del data[name]
    assert Hearing.from_dict(data).also == ()


def test_an_explanation_names_the_features_that_spoke(listener: Listener) -> None:
    told = listener.explain("我要退款")
    assert told["heard"]["intent"] == "refund"
    assert any("退" in name for name, _ in told["spoke"]["intent"])


def test_an_evaluation_has_the_agreed_shape(listener: Listener, examples: list[Example]) -> None:
    figures = evaluate(listener, examples[:60] + examples[-60:])
    for language in figures["languages"].values():
        assert {"n", "intent", "emotion", "intensity", "needs", "abstention", "ms"} <= set(language)
        assert {"accuracy", "macro_f1"} <= set(language["intent"])
        assert {"n", "named", "precision", "recall"} <= set(language["also"])
        assert {"mae", "pearson"} <= set(language["intensity"])
        assert "micro_f1" in language["needs"]


BAD = [
    "", " ", "\n\n", "\x00\x01\x02", "\ud800", "\udfff\ud800", "a\u0301" * 2000, "😡" * 10_000, "x" * 4001, "1" * 5000,
    "\u202e\u200f abc \u2066", "/intent{}", "\ufffe\uffff", "。" * 4000, "一" * 4000, "٣٤٥", "²³¼", "１２３", "()" * 2000, "٪" * 50,
    "9" * 400 + "块", "零" * 300 + "元", "99999年99月99日", "31 February", "上上上上周八", "$" * 3000, "𠀀" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_input_is_heard_without_a_crash(listener: Listener, text: str) -> None:
    _is_sound(listener.hear(text, Context(asked="order_number", locale="zh-TW")), text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.text(alphabet=st.characters(exclude_categories=()), max_size=80),
        st.lists(
            st.sampled_from(
                [
                    "上",
                    "下",
                    "个",
                    "周",
                    "三",
                    "十",
                    "块",
                    "NT$",
                    "399",
                    "8812",
                    "号",
                    "月",
                    "-",
                    "/",
                    ":",
                    "at",
                    "pm",
                    "last",
                    "Friday",
                    "打",
                    "分",
                    "5",
                    "件",
                    "#",
                ]
            ),
            max_size=12,
        ).map("".join),
        st.lists(
            st.sampled_from(
                [
                    "last",
                    "next",
                    "3",
                    "pm",
                    "at",
                    "the",
                    "12",
                    "of",
                    "may",
                    "week",
                    "1,280",
                    "£",
                    "4/5",
                    "out",
                    "stars",
                    "99",
                ]
            ),
            max_size=9,
        ).map(" ".join),
    ),
    asked=st.sampled_from([None, "order_number", "phone_last4", "choice", "confirm", "survey", "amount", "anything"]),
    locale=st.sampled_from([None, "zh-CN", "zh-TW", "en", "xx"]),
)
def test_whatever_is_written_is_heard(listener: Listener, text: str, asked: str | None, locale: str | None) -> None:
    _is_sound(listener.hear(text, Context(asked=asked, locale=locale)), text)


def _is_sound(hearing: Hearing, text: str) -> None:
    assert hearing.text == text
    assert hearing.language in LANGUAGES
    assert hearing.intent in INTENTS
    assert hearing.emotion in EMOTIONS
    assert 0 <= hearing.intensity <= 3
    assert 0.0 <= hearing.confidence <= 1.0
    assert set(hearing.needs) <= set(NEEDS)
    last = 0
    for entity in hearing.entities:
        assert last <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        last = entity.end
