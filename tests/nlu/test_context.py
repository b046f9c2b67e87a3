from __future__ import annotations

import pytest

from nlu.hearing import Context
from nlu.listener import Listener


@pytest.mark.parametrize(
    ("asked", "text", "intent"),
    [
        ("phone_last4", "8812", "provide_info"),
        ("order_number", "2026111800042", "provide_info"),
        ("order_number", "忘了", "dont_know"),
        ("confirm", "嗯", "affirm"),
        ("clarify", "no", "deny"),
        ("clarify", "对", "affirm"),
        ("choice", "第二个", "affirm"),
        ("choice", "2", "affirm"),
        ("choice", "the first one", "affirm"),
        ("survey", "5", "provide_info"),
    ],
)
def test_a_short_answer_is_heard_in_the_light_of_the_question(
    listener: Listener, asked: str, text: str, intent: str
) -> None:
    lit = listener.hear(text, Context(asked=asked))
    plain = listener.hear(text)
    assert lit.intent == intent
    if plain.intent == intent:
        assert lit.confidence >= plain.confidence - 0.05


def test_a_bare_number_means_the_detail_that_was_asked_for(listener: Listener) -> None:
    def kinds(asked: str | None, text: str) -> list[tuple[str, str]]:
        return [(e.kind, e.value) for e in listener.hear(text, Context(asked=asked)).entities]

    assert kinds(None, "8812") == []
    assert kinds("phone_last4", "8812") == [("phone", "8812")]
    assert kinds("order_number", "#8812") == [("order_number", "8812")]
    assert kinds("survey", "4") == [("score", "4")]
    assert kinds("quantity", "2") == [("quantity", "2")]
    assert kinds("tracking_number", "773300112233") == [("tracking_number", "773300112233")]


@pytest.mark.parametrize("asked", ["order_number", "phone_last4", "choice", "confirm", "survey", "clarify"])
def test_a_plain_request_stays_what_it_is_whatever_was_asked(listener: Listener, asked: str) -> None:
    assert listener.hear("你们这样拖着不给解决，我要转人工客服", Context(asked=asked)).intent == "request_human"


def test_a_short_answer_stays_in_the_language_of_the_conversation(listener: Listener) -> None:
    assert listener.hear("ok", Context(locale="zh-TW")).language == "zh-TW"
