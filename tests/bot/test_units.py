"""The small parts between the sockets and the turns."""

from __future__ import annotations

import pytest

from bot import allowance
from bot.allowance import Allowance, Allowances
from bot.hub import NEW_MESSAGES, QUEUE_LIMIT, Hub

pytestmark = pytest.mark.fast


async def test_everybody_who_listens_to_a_conversation_is_told_and_nobody_else():
    hub = Hub()
    one, two, other = hub.subscribe("a"), hub.subscribe("a"), hub.subscribe("b")
    hub.publish("a", {"type": "done"})
    assert await one.next() == await two.next() == {"type": "done"}
    assert other.events.empty() and hub.listeners() == 3
    for subscription in (one, two):
        hub.unsubscribe("a", subscription)
    hub.unsubscribe("a", one)
    assert hub.listeners() == 1
    hub.publish("a", {"type": "done"})


async def test_wake_ups_that_were_not_seen_yet_are_one():
    hub = Hub()
    ear = hub.subscribe("a")
    for _ in range(10):
        hub.publish("a", NEW_MESSAGES)
    assert await ear.next() is NEW_MESSAGES and ear.events.empty()
    hub.publish("a", NEW_MESSAGES)
    assert ear.is_behind and await ear.next() is NEW_MESSAGES, "one that was seen does not stand for the next"
    assert not ear.is_behind


async def test_a_slow_listener_loses_small_frames_and_never_the_news_of_messages():
    hub = Hub()
    ear = hub.subscribe("a")
    hub.publish("a", NEW_MESSAGES)
    for n in range(QUEUE_LIMIT + 50):
        hub.publish("a", {"type": "typing", "n": n})
    assert ear.is_behind, "who reads before the wake-up comes reads what it was about"
    seen = [await ear.next() for _ in range(ear.events.qsize())]
    assert len(seen) <= QUEUE_LIMIT and NEW_MESSAGES in seen


def test_an_allowance_is_used_up_and_fills_again():
    bucket = Allowance(per_s=1000, burst=2)
    assert bucket.take() == bucket.take() == 0
    bucket = Allowance(per_s=0.5, burst=1)
    assert bucket.take() == 0 and not bucket.is_full()
    assert 1.9 < bucket.take() <= 2.0


def test_each_conversation_has_one_allowance():
    allowances = Allowances(per_s=1, burst=1)
    assert allowances.of("a").take() == 0 and allowances.of("a").take() > 0
    assert allowances.of("b").take() == 0


def test_allowances_that_are_full_again_are_forgotten_when_there_are_many():
    allowances = Allowances(per_s=0.001, burst=2)
    allowances.of("used").take()
    for n in range(2 * allowance.KEPT_AT_MOST):
        allowances.of(f"c-{n}")
    assert len(allowances._of) <= allowance.KEPT_AT_MOST + 1
    assert not allowances.of("used").is_full(), "one that was used is remembered"
