"""Why the bot decided as it did, in the language of who reads it: every reason, every word in it."""

from __future__ import annotations

import re

import pytest

from actions.hours import Hours
from bot.staff.because import Telling
from bot.staff.catalogue import has_label, label, labels
from dialogues.because import REASONS, because
from dialogues.book import load_book
from dialogues.conflict import Temper
from dialogues.eoac import Signal
from dialogues.handover import WHEN
from dialogues.moves import MOVES
from dialogues.state import Stage
from tests.dialogues.test_because import sample

pytestmark = pytest.mark.fast
LOCALES = ("en", "zh-CN", "zh-TW")
SHOP = {"issues": {"refund": "退款"}, "options": {"expedite": "催一催"}, "promises": {"money_back": "退款到账"}}


def telling(locale: str) -> Telling:
    return Telling(locale, SHOP, Hours("Asia/Shanghai", 9, 21))


def test_every_reason_has_a_line_and_uses_only_what_the_reason_holds():
    assert {key.removeprefix("because.say.") for key in labels("because", "en") if ".say." in key} == set(REASONS)
    for code in REASONS:
        known = {*sample(code), "feeling"}
        assert set(re.findall(r"\{(\w+)\}", label(f"because.say.{code}", "en"))) <= known, code


def test_every_row_of_every_table_has_a_word():
    words = [("because.signal", each.value) for each in Signal] + [("because.move", name) for name in MOVES]
    words += [("because.temper", each.value) for each in Temper] + [("desk.step", each.value) for each in Stage]
    words += [("desk.handover", reason) for reason in WHEN]
    assert [key for area, name in words if not has_label(key := f"{area}.{name}")] == []


def test_every_fact_and_promise_of_the_shipped_playbooks_has_a_word():
    book = load_book()
    facts = [fact for playbook in book.playbooks.values() for fact in playbook.facts]
    promises = {option.promise.key for playbook in book.playbooks.values() for option in playbook.options
                if option.promise}  # fmt: skip
    missing = [name for fact in facts if not has_label(name := f"desk.fact.{fact.name}")]
    missing += [name for key in promises if not has_label(name := f"insights.promise.{key}")]
    for fact in facts:
        heard = () if fact.name == "wish" else set(fact.hears) - {"said"} if fact.kind == "choice" else ()
        missing += [name for value in heard if not has_label(name := f"desk.fact_value.{fact.name}.{value}")]
    assert missing == []


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        (because("felt", emotion="angry", intensity=3, own=30, heat=30),
         "听出的情绪：非常生气。这句热度 30，总热度 30（满 30）"),
        (because("move", stage="offer", signal="no", move="refuse"), "提议：客户说不 → 助理找别的办法"),
        (because("comforts", steps=("listen", "boundary"), temper="abusive"), "先顾情绪：倾听、划清界线（辱骂）"),
        (because("heard", issue="refund", sure=0.934), "听到的是“退款”，93% 把握"),
        (because("offers", options=("expedite", "own_idea")), "提出：催一催、own_idea"),
        (because("unsure", intent="", sure=0.3), "没把握，可能是“听不清”，30%"),
        (because("handover", handover="heat", why=because("hot_twice", first=26, second=30, limit=25)),
         "转人工（情绪很激动）：热度 26，接着 30：连续两次达到 25"),
        (because("promised", due="2026-11-28T06:00:00+00:00", now="x"), "已有承诺，期限 2026-11-28 14:00"),
        ("handover (action_failed): 仓库今天不上班", "转人工（我们这边出了错）：仓库今天不上班"),
        ("the shop's own words", "the shop's own words"),
    ],
)  # fmt: skip
def test_a_kept_reason_is_told_in_chinese(reason: str, chinese: str):
    assert telling("zh-CN")(reason) == chinese


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", REASONS)
def test_no_gap_stays_open(code: str, locale: str):
    assert "{" not in telling(locale)(because(code, **sample(code)))
