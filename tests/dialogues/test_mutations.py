"""Each invariant's check can fail: a rule is broken in a copy of the code, and the check sees it.

The copy is imported in place of the real packages for the time of one test; nothing of it stays.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("dialogues", "actions", "models", "tests")


@dataclass(frozen=True)
class Break:
    """One rule broken: in ``file``, ``right`` becomes ``wrong``. ``rule`` is the invariant that must object."""

    rule: int
    file: str
    right: str
    wrong: str
    walk: str = ""


BREAKS = (
    Break(1, "dialogues/facts.py", "if fact.required and not is_settled", "if False and not is_settled", "facts"),
    Break(2, "dialogues/heat.py", "return self.own >= numbers.conflict_starts_at", "return False", "feelings"),
    Break(3, "dialogues/draft.py", "return self.state.questions < self.numbers.questions_per_episode", "return True",
          "facts"),
    Break(4, "dialogues/draft.py", "return not said_now and self.state.apologised < 1 + min(self.state.faults, 1)",
          "return True", "feelings"),
    Break(5, "dialogues/courtesy.py", 'return draft.say("greet", "greet.hello").set(asked_now="")',
          'return draft.say("greet", "greet.hello").set(asked_now="", stage=Stage.CLOSED)', "many matters"),
    Break(5, "dialogues/draft.py", 'draft = draft.follow_up("promise_check", due)', "pass", "facts"),
    Break(6, "dialogues/decide.py", "if draft.state.owner is Owner.HUMAN:", "if False:", "facts"),
    Break(7, "dialogues/courtesy.py", 'return draft.say("thank", "thank.plain").set(asked_now="")', "return draft",
          "facts"),
    Break(8, "dialogues/handover.py", 'reading.intent == "request_human"', 'reading.intent == "nobody"', "facts"),
    Break(9, "dialogues/escalate.py", 'draft.do("handover", ', '(lambda *a, **k: draft)("handover", ', "facts"),
    Break(9, "dialogues/escalate.py", 'draft.say("handover", "handover.open", params)', "draft", "facts"),
    Break(10, "dialogues/escalate.py", "draft.set(owner=Owner.QUEUE,", "draft.set(owner=Owner.BOT,", "facts"),
    Break(11, "dialogues/draft.py", 'if self.state.contact_stopped and kind != "promise_check":', "if False:", "facts"),
    Break(12, "dialogues/doing.py", "if not result.ok:", "if False:", "an order"),
    Break(14, "dialogues/draft.py", "reasons=self.reasons,", "reasons=(*self.reasons, str(id(object()) + id(self))),",
          "facts"),
    Break(15, "dialogues/courtesy.py", "draft.order is not None and draft.proven", "draft.order is not None",
          "an order"),
)  # fmt: skip

# What only the handlers can break.
HANDLER_BREAKS = (
    Break(6, "actions/settle.py", "said = () if silent else bubbles", "said = bubbles"),
    Break(7, "actions/settle.py", "replies.queue_replies(session, conversation, said,",
          "replies.queue_replies(session, conversation, (),"),
    Break(11, "actions/promises.py", "await followups.cancel(session, Followup.conversation_id.in_(theirs)",
          "await followups.cancel(session, Followup.conversation_id.is_(None)"),
    Break(13, "actions/settle.py", "await moments.record_moment(",
          'await __import__("asyncio").sleep(0) if True else moments.record_moment('),
)  # fmt: skip


@contextmanager
def broken(what: Break, tmp_path: Path) -> Iterator[None]:
    """The packages come from a copy with that rule broken, until the end."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.jsonl", "*.png"))
    path = tmp_path / what.file
    text = path.read_text(encoding="utf-8")
    assert text.count(what.right) >= 1, f"{what.file} has no {what.right!r}"
    path.write_text(text.replace(what.right, what.wrong), encoding="utf-8")
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in ROOMS}
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(tmp_path))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.partition(".")[0] in ROOMS]:
            del sys.modules[name]
        sys.modules.update(kept)
        importlib.invalidate_caches()


class Seen(Exception):
    """A check objects."""


def _objections(what: Break) -> Any:
    """Walks until a check of that rule objects. Raises Seen."""
    abstract = importlib.import_module("tests.dialogues.abstract")
    invariants = importlib.import_module("tests.dialogues.invariants")
    assert not abstract.__file__.startswith(str(ROOT / "tests"))

    walk = next(walk for walk in abstract.WALKS if walk.name == what.walk)

    def see(step: Any) -> None:
        if wrong := [text for text in invariants.wrong_with(step) if text.startswith(f"{what.rule}:")]:
            raise Seen(wrong[0])

    states, _ = abstract.walk_through(walk, see) if what.rule != 10 else _few(abstract, walk)
    known: dict[Any, int] = {}
    for state in states:
        if state.owner.value == "bot" and invariants.turns_until_a_human(walk, state, known) > 6:
            raise Seen("10: no human")


def _few(abstract: Any, walk: Any) -> Any:
    """The states that are near: enough for a rule about runs of turns."""
    start = abstract.levelled(abstract.State(locale="en"))
    near = [abstract.levelled(step.after) for step in abstract.steps_from(walk, start)]
    return [start, *near], 0


@pytest.mark.long
@pytest.mark.parametrize("what", BREAKS, ids=lambda what: f"{what.rule}-{what.file.rpartition('/')[2]}")
def test_a_broken_rule_is_seen(what: Break, tmp_path: Path):
    with broken(what, tmp_path), pytest.raises(Seen, match=f"^{what.rule}:"):
        _objections(what)


async def _seen_in_rows(url: str) -> None:
    """A greeting, a wish for silence, a turn while a human speaks; then the rows are looked at. Raises Seen."""
    acting = importlib.import_module("tests.actions.world")
    settle = importlib.import_module("actions.settle").settle
    plan_of, state_of = importlib.import_module("dialogues.plan"), importlib.import_module("dialogues.state")
    database = importlib.import_module("models.session").Database(url)
    rows = {name: importlib.import_module(f"models.{name}") for name in ("moments", "messages", "followups")}
    world = acting.World(database)
    try:
        conversation_id = await world.conversation("en")
        later = (world.clock.now + timedelta(hours=5)).isoformat()
        effects = (
            (plan_of.Effect("followup", {"kind": "outcome_check", "due_at": later}),),
            (plan_of.Effect("stop_contact"),),
            (),
        )
        for number, done in enumerate(effects):
            await world.write(conversation_id, f"turn {number}")
            turn = await world.turn(conversation_id)
            owner = state_of.Owner.HUMAN if number >= 1 else state_of.Owner.BOT
            await settle(turn, acting.saying(turn, effects=done, owner=owner), acting.heard(), world.services)
        said = [m for m in await world.all(rows["messages"].Message) if m.author == "bot"]
        moments = await world.all(rows["moments"].Moment)
        pending = [f for f in await world.all(rows["followups"].Followup) if f.status == "pending"]
        if not said:
            raise Seen("7: no reply")
        if len(said) > 2:
            raise Seen("6: two speak")
        if pending:
            raise Seen("11: still pending")
        if len(moments) != len(effects):
            raise Seen(f"13: {len(moments)} moments for {len(effects)} turns")
    finally:
        await database.close()


@pytest.mark.fast
@pytest.mark.parametrize("what", HANDLER_BREAKS, ids=lambda what: f"{what.rule}-{what.file.rpartition('/')[2]}")
async def test_a_broken_handler_is_seen(what: Break, tmp_path: Path, sqlite_url: str):
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), tmp_path / "second.db")
    await _seen_in_rows(sqlite_url)  # as it is, nothing is wrong
    with broken(what, tmp_path / "copy"), pytest.raises(Seen, match=f"^{what.rule}:"):
        await _seen_in_rows(f"sqlite:///{tmp_path / 'second.db'}")
