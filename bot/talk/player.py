"""Walks through a script: entry by entry, with automatic answers, holding what was seen against what was wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.talk.expect import judge_conversation, judge_turn
from bot.talk.script import Agent, Choose, Entry, Say, Script, Send, Shop, Wait
from bot.talk.seen import Failure, Played, SeenConversation, SeenTurn

ANSWERS_IN_A_ROW = 6  # a bot that asks for the same thing again and again is not answered for ever


class Impossible(Exception):
    """An entry that cannot be played as things stand, for instance a tap where nothing was shown."""

    def __init__(self, key: str, wanted: Any, got: Any) -> None:
        super().__init__(key, wanted, got)
        self.key, self.wanted, self.got = key, wanted, got


class Stage(Protocol):
    """Where a script is played."""

    async def say(self, texts: tuple[str, ...]) -> SeenTurn:
        """The customer writes; several texts are fragments of one turn."""

    async def tap(self, title: str, payload: str) -> SeenTurn:
        """The customer taps a choice."""

    async def send(self, path: Path) -> SeenTurn:
        """The customer sends a file."""

    async def wait(self, length: timedelta) -> SeenTurn:
        """Time passes."""

    async def change_shop(self, shop: Shop) -> SeenTurn:
        """The shop opens, closes, or something in it fails."""

    async def staff(self, agent: Agent) -> SeenTurn:
        """A member of staff does something. Raises Impossible."""

    async def asked(self, turn: SeenTurn) -> tuple[str, ...]:
        """The facts that the last reply of a turn asks for."""

    async def end(self, turns: tuple[SeenTurn, ...]) -> SeenConversation:
        """What the whole conversation looked like."""


async def play(script: Script, stage: Stage) -> Played:
    """Plays a script. An entry that cannot be played is a failure and ends it."""
    turns: list[SeenTurn] = []
    failures: list[Failure] = []
    unchecked = 0
    for entry in script.entries:
        try:
            span = await _play_entry(entry, script.answers, stage, turns)
        except Impossible as error:
            failures.append(Failure(entry.number, error.key, error.wanted, error.got))
            break
        turns += span
        verdict = judge_turn(entry.expect, span, entry.number)
        failures += verdict.failures
        unchecked += verdict.unchecked
    verdict = judge_conversation(script.expect, await stage.end(tuple(turns)))
    failures += verdict.failures
    return Played(script.name, tuple(turns), tuple(failures), unchecked + verdict.unchecked)


async def _play_entry(entry: Entry, answers: Mapping[str, str], stage: Stage, past: list[SeenTurn]) -> list[SeenTurn]:
    """The turn of an entry and the automatic answers that follow it."""
    turn = await _do(entry, stage, past)
    span = [replace(turn, entry=entry.number)]
    while answers and turn.said is not None and len(span) <= ANSWERS_IN_A_ROW:
        wanted = [name for name in await stage.asked(turn) if name in answers]
        if not wanted:
            break
        turn = await _answer(wanted, answers, stage, turn)
        span.append(replace(turn, entry=entry.number))
    return span


async def _do(entry: Entry, stage: Stage, past: list[SeenTurn]) -> SeenTurn:
    match entry.does:
        case Say(texts):
            return await stage.say(texts)
        case Choose(what):
            return await stage.tap(*choice_of(what, past))
        case Send(path):
            return await stage.send(path)
        case Wait(length):
            return await stage.wait(length)
        case Shop():
            return await stage.change_shop(entry.does)
        case Agent():
            return await stage.staff(entry.does)


async def _answer(wanted: list[str], answers: Mapping[str, str], stage: Stage, turn: SeenTurn) -> SeenTurn:
    """Gives what was asked: by a tap where the value is shown as a choice, else in one message."""
    if len(wanted) == 1:
        payload = f"fact:{wanted[0]}={answers[wanted[0]]}"
        for reply in turn.bubbles:
            for choice in reply.choices:
                if choice["payload"] == payload:
                    return await stage.tap(choice["title"], payload)
    return await stage.say((" ".join(answers[name] for name in wanted),))


def choice_of(what: int | str, past: list[SeenTurn]) -> tuple[str, str]:
    """Title and payload of a choice in the last bubble that showed any. Raises Impossible.

    A title may be given in part when only one of those shown holds it.
    """
    bubbles = [reply for turn in past for reply in turn.replies if reply.choices]
    shown = bubbles[-1].choices if bubbles else ()
    if isinstance(what, int):
        found = [shown[what - 1]] if what <= len(shown) else []
    else:
        wanted = what.casefold()
        found = [choice for choice in shown if choice["title"].casefold() == wanted]
        found = found or [choice for choice in shown if wanted in choice["title"].casefold()]
    if len(found) != 1:
        raise Impossible("choose", what, [choice["title"] for choice in shown])
    return found[0]["title"], found[0]["payload"]
