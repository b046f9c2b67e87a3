"""A played conversation reads like a conversation."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from bot.talk.script import Agent, Entry, Say, Script, Wait
from bot.talk.seen import Failure, Played, Reply, SeenAct, SeenTurn
from bot.talk.transcript import Ink, ink_for, summary, transcript

pytestmark = pytest.mark.fast

SCRIPT = Script("late", "late.yml", (
    Entry(1, Say(("where", "is it"))), Entry(2, Wait(timedelta(hours=2))),
    Entry(3, Agent(accept=True, say="Sam here", hand_back=True, note="paid back")),
))  # fmt: skip
TURN = SeenTurn(
    said=("where", "is it"), owner="bot", entry=1,
    heard={"intent": "order_status", "confidence": 0.9, "emotion": "neutral", "intensity": 0},
    after={"stage": "offer", "conflict": "none", "heat": 0, "issue": "refund"}, acts=(SeenAct("offer"),),
    replies=(Reply("bot", "Here:", ({"title": "Refund", "payload": "option:r"},)),),
    effects={"promises": [{"key": "call_back", "status": "open", "due_at": "2026-11-24T10:00:00+00:00"}]},
)  # fmt: skip
PLAYED = Played("late", (
    TURN, SeenTurn(None, "bot", entry=2), SeenTurn(None, "human", entry=3, replies=(Reply("agent", "Sam here"),)),
), (Failure(1, "stage", ["idle"], None),))  # fmt: skip


def test_it_shows_words_choices_acts_effects_and_failures() -> None:
    text = transcript(SCRIPT, PLAYED, Ink())
    for part in (
        "customer  where", "customer  is it", "heard order_status 0.90, neutral 0", "bot  Here:", "[1] Refund",
        "offer · refund, offer, conflict none, heat 0, bot", "promises: call_back open due 2026-11-24T10:00",
        "… 2:00:00 later", "staff: takes over", "agent  Sam here\n   … staff: hands back (paid back)",
        "✗ turn 1: stage: wanted [idle], got nothing",
    ):  # fmt: skip
        assert part in text


def test_colours_are_for_terminals_only() -> None:
    assert not ink_for(io.StringIO()).coloured
    assert "\x1b[" not in transcript(SCRIPT, PLAYED, Ink())
    assert "\x1b[" in transcript(SCRIPT, PLAYED, Ink(coloured=True))


def test_a_customer_without_a_reply_stands_out() -> None:
    assert "(no reply)" in transcript(SCRIPT, Played("late", (SeenTurn("hi", "bot", entry=1),)), Ink())


def test_the_summary_counts() -> None:
    told = summary([PLAYED, Played("b", unchecked=2), Played("c", skipped="no clock")])
    assert told == (
        "3 conversations, 1 as wanted, 1 not, 1 skipped, 2 expectations not checked (they cannot be seen from outside)"
    )
