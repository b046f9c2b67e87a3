"""The golden conversations touch every issue, every reason for a human and everything that must always hold."""

from __future__ import annotations

import pytest

from bot.talk.script import load
from dialogues.handover import REASONS
from tests.talk.table import FILES, INVARIANTS, ISSUES, LOCALES, PAGE, issues, page, reasons, shown

pytestmark = pytest.mark.fast
SCRIPTS = load(FILES)


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_has_fifteen_or_more(locale: str) -> None:
    assert sum(script.name.endswith(f", {locale}") for script in SCRIPTS) >= 15


@pytest.mark.parametrize("issue", ISSUES)
def test_every_issue_is_touched(issue: str) -> None:
    assert issue in shown(SCRIPTS, issues)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_a_human_is_touched(reason: str) -> None:
    assert reason in shown(SCRIPTS, reasons)


@pytest.mark.parametrize("number", INVARIANTS)
def test_what_must_always_hold_is_shown_by_conversations_that_would_notice_the_opposite(number: int) -> None:
    showing = shown(SCRIPTS, lambda script: script.shows).get(number, [])
    assert showing
    assert [script.name for script in showing if not INVARIANTS[number][1](script)] == []


def test_the_page_is_as_the_conversations_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(SCRIPTS), "python -m tests.talk.table writes it anew"
