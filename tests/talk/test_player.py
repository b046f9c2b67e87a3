"""The walk through a script, on a stage whose bot answers by rote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.talk.player import ANSWERS_IN_A_ROW, Impossible, choice_of, play
from bot.talk.script import Agent, Choose, Entry, Say, Script, Shop, Wait
from bot.talk.seen import Reply, SeenAct, SeenConversation, SeenTurn

pytestmark = pytest.mark.fast

SHOWN = ({"title": "Refund £42.50", "payload": "option:refund"}, {"title": "Refund later", "payload": "option:later"},
         {"title": "A person", "payload": "human"})  # fmt: skip


def asks(*facts: str, choices: Sequence[dict[str, str]] = ()) -> SeenTurn:
    act = SeenAct("ask", question=True, facts=facts)
    return SeenTurn("", "bot", replies=(Reply("bot", "Which?", tuple(choices)),), acts=(act,))


def says(text: str, choices: Sequence[dict[str, str]] = ()) -> SeenTurn:
    return SeenTurn("", "bot", replies=(Reply("bot", text, tuple(choices)),))


class Rote:
    """A stage that answers with given turns, one after the other, and notes what the customer did."""

    def __init__(self, *turns: SeenTurn) -> None:
        self._turns = list(turns)
        self.done: list[object] = []

    def _next(self, deed: object) -> SeenTurn:
        self.done.append(deed)
        return self._turns.pop(0) if self._turns else says("Fine.")

    async def say(self, texts: tuple[str, ...]) -> SeenTurn:
        return self._next(texts)

    async def tap(self, title: str, payload: str) -> SeenTurn:
        return self._next(payload)

    async def send(self, path: Path) -> SeenTurn:
        return self._next(path)

    async def wait(self, length: timedelta) -> SeenTurn:
        self.done.append(length)
        return SeenTurn(None, "bot")

    async def change_shop(self, shop: Shop) -> SeenTurn:
        self.done.append(shop)
        return SeenTurn(None, "bot")

    async def staff(self, agent: Agent) -> SeenTurn:
        raise Impossible("agent", {"accept": True}, "owner bot")

    async def asked(self, turn: SeenTurn) -> tuple[str, ...]:
        return tuple(fact for act in turn.acts for fact in act.facts)

    async def end(self, turns: tuple[SeenTurn, ...]) -> SeenConversation:
        return SeenConversation("bot", sum(turn.is_silent for turn in turns))


def script(*does: Say | Choose | Wait | Shop | Agent, answers: dict[str, str] | None = None, **more: object) -> Script:
    entries = tuple(Entry(number, deed) for number, deed in enumerate(does, 1))
    return Script("a", "a.yml", entries, answers=answers or {}, **more)  # type: ignore[arg-type]


async def test_facts_that_are_asked_together_are_given_in_one_message() -> None:
    stage = Rote(asks("order_number", "phone_last4"))
    answers = {"order_number": "2026111800042", "phone_last4": "8812"}
    played = await play(script(Say(("where is it",)), answers=answers), stage)
    assert stage.done == [("where is it",), ("2026111800042 8812",)]
    assert [turn.entry for turn in played.turns] == [1, 1]


async def test_nothing_is_given_that_was_not_asked() -> None:
    stage = Rote(asks("wish"), says("ok"))
    await play(script(Say(("hello",)), answers={"order_number": "1"}), stage)
    assert stage.done == [("hello",)]


async def test_an_answer_that_is_shown_as_a_choice_is_tapped() -> None:
    stage = Rote(asks("wish", choices=[{"title": "Fast", "payload": "fact:wish=speed"}]))
    await play(script(Say(("hello",)), answers={"wish": "speed"}), stage)
    assert stage.done == [("hello",), "fact:wish=speed"]


async def test_a_bot_that_asks_for_ever_is_not_answered_for_ever() -> None:
    stage = Rote(*[asks("order_number")] * 50)
    await play(script(Say(("hello",)), answers={"order_number": "1"}), stage)
    assert len(stage.done) == 1 + ANSWERS_IN_A_ROW


async def test_entries_are_played_in_order() -> None:
    stage = Rote(says("ok", SHOWN))
    closed, hour = Shop(open=False), timedelta(hours=1)
    await play(script(Say(("a", "b")), Wait(hour), closed, Choose(3)), stage)
    assert stage.done == [("a", "b"), hour, closed, "human"]


async def test_an_entry_that_cannot_be_played_is_a_failure_and_ends_the_conversation() -> None:
    stage = Rote()
    played = await play(script(Say(("hi",)), Choose(1), Say(("never said",))), stage)
    assert [failure.to_json() for failure in played.failures] == [{"turn": 2, "key": "choose", "wanted": 1, "got": []}]
    assert stage.done == [("hi",)]


async def test_staff_that_may_not_speak_is_a_failure() -> None:
    played = await play(script(Agent(accept=True)), Rote())
    assert [(failure.turn, failure.key, failure.got) for failure in played.failures] == [(1, "agent", "owner bot")]


async def test_a_customer_who_gets_no_reply_is_counted() -> None:
    stage = Rote(SeenTurn("hi", "bot"), SeenTurn("hi", "human"), SeenTurn("hi", "queue"))
    wanted = script(Say(("a",)), Say(("b",)), Say(("c",)), expect={"silent_turns": 0})
    (failure,) = (await play(wanted, stage)).failures
    assert (failure.key, failure.got) == ("silent_turns", 2)


@pytest.mark.parametrize(
    ("what", "payload"),
    [(1, "option:refund"), (3, "human"), ("a person", "human"), ("£42", "option:refund"), ("later", "option:later")],
)
def test_a_choice_is_found_by_position_title_or_a_part_that_only_one_has(what: int | str, payload: str) -> None:
    assert choice_of(what, [says("ok", SHOWN), says("and?")])[1] == payload


@pytest.mark.parametrize("what", [4, "refund", "exchange"])
def test_a_choice_that_is_not_there_or_not_clear_is_impossible(what: int | str) -> None:
    with pytest.raises(Impossible):
        choice_of(what, [says("ok", SHOWN)])


def test_the_last_bubble_with_choices_counts() -> None:
    later = [{"title": "Yes", "payload": "yes"}]
    assert choice_of(1, [says("ok", SHOWN), says("sure?", later), says("hm")]) == ("Yes", "yes")
