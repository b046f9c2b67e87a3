"""A played conversation for people to read; colours only where a terminal shows them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from bot.talk.script import Agent, Script, Shop, Wait
from bot.talk.seen import Failure, Played, Reply, SeenTurn

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_INDENT = " " * 11


@dataclass(frozen=True)
class Ink:
    """Colours text, or leaves it as it is."""

    coloured: bool = False

    def __call__(self, style: str, text: str) -> str:
        """The text in that style."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.coloured else text


def ink_for(stream: TextIO) -> Ink:
    """Colours on a terminal, unless NO_COLOR is set."""
    return Ink(stream.isatty() and not os.environ.get("NO_COLOR"))


def transcript(script: Script, played: Played, ink: Ink) -> str:
    """The whole conversation with what was not as wanted."""
    return "\n".join((*_lines(script, played, ink), ""))


def _lines(script: Script, played: Played, ink: Ink) -> Iterator[str]:
    yield ink("bold", f"== {script.name}") + ink("dim", f"  ({script.file}, {script.channel}, {script.locale})")
    if played.skipped:
        yield ink("yellow", f"   skipped: {played.skipped}")
        return
    shown = 0
    for turn in played.turns:
        if turn.entry > shown:
            shown = turn.entry
            yield from _passing(script, shown, ink)
        yield from _turn(turn, ink)
        yield from _handing_back(script, turn.entry, ink)
    for failure in played.failures:
        yield ink("red", f"   ✗ {told(failure)}")
    if not played.failures:
        yield ink("green", "   ✓ as wanted")


def told(failure: Failure) -> str:
    """A failure in one line."""
    where = "conversation" if failure.turn is None else f"turn {failure.turn}"
    return f"{where}: {failure.key}: wanted {_value(failure.wanted)}, got {_value(failure.got)}"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return "nothing" if value is None else str(value)


def _passing(script: Script, number: int, ink: Ink) -> Iterator[str]:
    """Entries in which the customer says nothing."""
    does = script.entries[number - 1].does
    if isinstance(does, Wait):
        yield ink("dim", f"   … {does.length} later")
    elif isinstance(does, Shop):
        changes = {"open": does.open, "staff": does.staff, "failing": does.failing}
        shown = ", ".join(f"{name} {_value(value)}" for name, value in changes.items() if value is not None)
        yield ink("dim", f"   … shop: {shown}")
    elif isinstance(does, Agent) and does.accept:
        yield ink("dim", "   … staff: takes over")


def _handing_back(script: Script, number: int, ink: Ink) -> Iterator[str]:
    does = script.entries[number - 1].does
    if isinstance(does, Agent) and does.hand_back:
        yield ink("dim", "   … staff: hands back" + (f" ({does.note})" if does.note else ""))


def _turn(turn: SeenTurn, ink: Ink) -> Iterator[str]:
    if turn.said is not None:
        said = turn.said if isinstance(turn.said, tuple) else (turn.said,)
        for text in said:
            yield ink("cyan", f"{'customer':>9}") + f"  {_indented(text)}"
        if turn.heard:
            yield ink("dim", f"{_INDENT}{_heard(turn)}")
    for reply in turn.replies:
        yield from _reply(reply, ink)
    if turn.inside and (turn.acts or turn.said is not None):
        yield ink("dim", f"{_INDENT}{_judged(turn)}")
    if turn.is_silent:
        yield ink("red", f"{_INDENT}(no reply)")


def _reply(reply: Reply, ink: Ink) -> Iterator[str]:
    style = "green" if reply.author == "bot" else "yellow"
    yield ink(style, f"{reply.author:>9}") + f"  {_indented(reply.text)}"
    for number, choice in enumerate(reply.choices, 1):
        yield f"{_INDENT}[{number}] {choice['title']}"


def _indented(text: str) -> str:
    return text.replace("\n", f"\n{_INDENT}")


def _heard(turn: SeenTurn) -> str:
    heard = turn.heard
    parts = [
        f"{heard.get('intent')} {heard.get('confidence', 0):.2f}",
        f"{heard.get('emotion')} {heard.get('intensity')}",
    ]
    parts += [str(need) for need in heard.get("needs") or ()]
    parts += [f"{entity['kind']}={entity['value']}" for entity in heard.get("entities") or ()]
    return "heard " + ", ".join((*parts, *(["safety"] if heard.get("safety") else [])))


def _judged(turn: SeenTurn) -> str:
    after = turn.after
    acts = " ".join(act.name for act in turn.acts) or "nothing said"
    parts = [
        f"{after.get('stage')}",
        f"conflict {after.get('conflict')}",
        f"heat {after.get('heat')}",
        turn.owner,
    ]
    if after.get("issue"):
        parts.insert(0, str(after["issue"]))
    made = [f"{name}: {_effect(row)}" for name, rows in turn.effects.items() for row in rows]
    return f"{acts} · {', '.join(parts)}" + (f" · {'; '.join(made)}" if made else "")


def _effect(row: Any) -> str:
    what = row.get("key") or row.get("kind") or row.get("reason")
    return f"{what} {row.get('status')}" + (f" due {row['due_at'][:16]}" if row.get("due_at") else "")


def summary(all_played: Sequence[Played]) -> str:
    """How many held, failed, were skipped or could not be checked."""
    failed = sum(bool(played.failures) for played in all_played)
    skipped = sum(bool(played.skipped) for played in all_played)
    unchecked = sum(played.unchecked for played in all_played)
    parts = [
        f"{len(all_played)} conversations",
        f"{len(all_played) - failed - skipped} as wanted",
        f"{failed} not",
    ]
    if skipped:
        parts.append(f"{skipped} skipped")
    if unchecked:
        parts.append(f"{unchecked} expectations not checked (they cannot be seen from outside)")
    return ", ".join(parts)
