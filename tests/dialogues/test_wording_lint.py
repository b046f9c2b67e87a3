"""The catalogues keep the rules of lint.yml, and every rule catches the line it is there for."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from dialogues.language import LOCALES
from dialogues.playbook_check import Catalogues, needed
from dialogues.wording import Wording, sentences
from dialogues.wording_lint import check, lint, rules

pytestmark = pytest.mark.fast

CATALOGUES = Wording.load().catalogues
STUTTER = re.compile(r"([一-鿿]{2,})\1|\b(\w+) \2\b")


def with_line(locale: str, key: str, *variants: str) -> Catalogues:
    """The shop's catalogues with one key written anew in one of them."""
    return {name: {**texts, **({key: variants} if name == locale else {})} for name, texts in CATALOGUES.items()}


def findings(locale: str, key: str, text: str) -> str:
    return "\n".join(check(locale, key, text))


def test_the_shops_catalogues_are_clean() -> None:
    assert lint(CATALOGUES) == []


@pytest.mark.parametrize("rule", rules()["forbidden"], ids=lambda rule: f"{rule['locale']} {rule['reason']}")
def test_every_forbidden_phrase_is_caught(rule: dict[str, Any]) -> None:
    key = rule["keys"][0].replace("*", "plain") if rule.get("keys") else "explain.general"
    assert rule["reason"] in findings(rule["locale"], key, rule["bad"])


@pytest.mark.parametrize("rule", rules()["forbidden"], ids=lambda rule: f"{rule['locale']} {rule['reason']}")
def test_what_is_forbidden_is_allowed_where_the_rule_says(rule: dict[str, list[str]]) -> None:
    for allowed in rule.get("except", []):
        key = allowed.replace("*.sorry", "empathise.angry.sorry").replace(".*", ".some_key")
        assert str(rule["reason"]) not in findings(str(rule["locale"]), key, str(rule["bad"]))


@pytest.mark.parametrize(
    ("locale", "bad", "reason"),
    [(locale, bad, rule["reason"]) for rule in rules()["marks"] for locale, bad in rule["bad"].items()],
)
def test_every_mark_is_caught(locale: str, bad: str, reason: str) -> None:
    assert reason in findings(locale, "thank.plain", bad)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_is_asked_only_where_questions_are_counted(locale: str) -> None:
    bad = rules()["questions"]["bad"][locale]
    assert "asks a question" in findings(locale, "accept.plain", bad)
    assert "asks a question" not in findings(locale, "confirm.full", bad)
    assert "more than one question" in findings(locale, "confirm.full", bad + bad)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_the_other_sides_words_and_characters_are_caught(locale: str) -> None:
    assert f"is not written so in {locale}" in findings(locale, "thank.plain", rules()["script_bad"][locale])
    for word in rules()["words"][locale]:
        plain = re.sub(r"\(\?[^)]*\)", "", word)
        assert "is said elsewhere" in findings(locale, "thank.plain", f"{plain}。"), word


@pytest.mark.parametrize(
    ("locale", "key", "variants", "told"),
    [
        ("en", "accept.plain", ("You're right. We're on it.",) * 1, "2 sentences, at most 1"),
        ("zh-CN", "accept.plain", ("您说得对。我们来办。",), "2 sentences, at most 1"),
        ("en", "thank.plain", ("One.", "Two."), "2 variants, 3 are needed"),
        ("en", "thank.plain", ("One.", "One.", "Two."), "the same variant twice"),
        ("en", "offer.several@loud", ("Pick:",), "no style 'loud'"),
        ("zh-TW", "act.rush", ("好了。", "完成。", "辦好。"), "placeholders differ"),
        ("zh-CN", "thank.plain", ("不客气", "应该的。", "客气了。"), "does not end as it must"),
        ("zh-CN", "restate.need", ("关于{issue}。",) * 3, "does not end as it must"),
        ("zh-CN", "thank.plain", ("", "应该的。", "客气了。"), "no text"),
        ("en", "option.rush", ("Move it to the very front of it all and ship it before all others",), "a title has at"),
    ],
)  # fmt: skip
def test_the_other_rules_catch(locale: str, key: str, variants: tuple[str, ...], told: str) -> None:
    assert told in "\n".join(lint(with_line(locale, key, *variants)))


def test_a_missing_key_is_told_with_its_catalogue() -> None:
    short = {
        name: {k: v for k, v in texts.items() if name != "en" or k != "act.rush"} for name, texts in CATALOGUES.items()
    }
    assert "en act.rush: no such key, other catalogues have it" in lint(short)


def test_placeholders_and_sentences_are_counted() -> None:
    assert needed(("退款 {amount}，{due}", "{amount}")) == {"amount", "due"}
    assert sentences("en", "It costs 3.50 at 10.30, e.g. here. Fine!") == 3  # "e.g." reads as an end, harmlessly
    assert sentences("en", "By Tue 24 Nov, 10:05 at the latest.") == 1
    assert sentences("zh-CN", "好的。您说得对！") == 2
    assert sentences("zh-CN", "您选一个：") == 1


def test_a_bubble_that_may_grow_too_long_is_caught() -> None:
    found = lint(with_line("en", "thank.settled", "Good. Great. Fine.", "Thanks a lot.", "Thank you."))
    assert "en thank.settled + close.settled: 4 sentences in one bubble, at most 3" in found


def test_every_cause_reads_in_every_empathy_line() -> None:
    for locale, texts in CATALOGUES.items():
        frames = [
            t for key, variants in texts.items() if key.startswith("empathise.") for t in variants if "{cause}" in t
        ]
        causes = [variants[0] for key, variants in texts.items() if key.startswith("cause.")]
        assert len(causes) == 25 and len(frames) >= 20
        for frame, cause in product(frames, causes):
            text = frame.replace("{cause}", cause)
            assert sentences(locale, text) == 1, text
            assert STUTTER.search(cause) or not STUTTER.search(text), f"stutters: {text}"


@pytest.mark.parametrize("locale", LOCALES)
def test_only_counted_keys_apologise(locale: str) -> None:
    words = {"zh-CN": "对不起(?!来)|抱歉", "zh-TW": "對不起(?!來)|抱歉", "en": "(?i)sorry"}[locale]
    apologising = {key for key, texts in CATALOGUES[locale].items() if any(re.search(words, text) for text in texts)}
    assert all(key.endswith(".sorry") or key.startswith("recover.") or key == "fallback" for key in apologising)
    assert {f"empathise.{feeling}.sorry" for feeling in ("angry", "frustrated", "disappointed")} <= apologising
