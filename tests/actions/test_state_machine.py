"""Conversations made up by chance, through the real policy, the real handlers and a real database.

After every step the database is looked at from outside: who speaks, what was answered, what is owed, what was said.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from actions import comebacks
from actions.fallback import settle_without_engine
from actions.rasa_actions import run_action
from actions.settle import TurnMoved
from bot.engine import guard
from bot.talk.staff import Staff
from dialogues.handover import REASONS
from dialogues.wording import sentences
from models.conversations import Conversation
from models.followups import Followup
from models.handovers import Handover
from models.messages import Message
from models.moments import Moment
from models.promises import Promise
from models.session import Database
from tests.actions.world import World, heard

NUMBER, ITEM, TRACKING = "2026111800042", "walnut lamp", "SF1234567890"
INTENTS = (
    "delivery_problem", "order_status", "refund", "order_cancel", "item_problem", "invoice", "usage_help",
    "product_question", "business_info", "service_complaint", "account_problem", "affirm", "deny", "ask_alternative",
    "ask_reason", "resolved", "unresolved", "thank", "goodbye", "greet", "provide_info", "dont_know", "out_of_scope",
    "chitchat", "praise", "bot_identity", "request_human", "stop_contact", "escalation_threat", "privacy_request",
)  # fmt: skip
FEELINGS = (("neutral", 0), ("neutral", 0), ("happy", 2), ("anxious", 2), ("confused", 3), ("disappointed", 2),
            ("frustrated", 1), ("frustrated", 3), ("angry", 2), ("angry", 3), ("abusive", 2))  # fmt: skip
PROOF = [{"kind": "order_number", "value": NUMBER}, {"kind": "phone", "value": "8812"}]


class Conversations(RuleBasedStateMachine):
    """One customer, the shop, its staff, and time."""

    template: Path
    tally: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        guard.install()
        from rasa.shared.core.domain import Domain

        from dialogues.rasa_policy import DecidePolicy

        self._folder = Path(tempfile.mkdtemp(prefix="kairos-machine-"))
        shutil.copy(self.template, self._folder / "kairos.db")
        self._runner = asyncio.Runner()
        self.world = self.run(self._open())
        self.services = self.world.services
        self.staff = Staff(self.services, "Li")
        self.domain = Domain.load("dialogues/domain.yml")
        self.policy = DecidePolicy.__new__(DecidePolicy)  # without Rasa's training: it learns nothing
        from dialogues import book

        self.policy._book, self.policy._numbers = book.load_book(), book.load_numbers()
        self.policy.priority = 1
        self.turns: dict[str, str] = {}  # turn -> who owned the conversation when it came
        self.stopped_at: Any = None

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    async def _open(self) -> World:
        return World(Database(f"sqlite:///{self._folder / 'kairos.db'}"))

    @initialize(known=st.booleans(), locale=st.sampled_from(("zh-CN", "zh-TW", "en")),
                status=st.sampled_from(("paid", "shipped", "delivered", "pending_payment")))  # fmt: skip
    def begin(self, known: bool, locale: str, status: str) -> None:
        async def opened() -> str:
            await self.world.order(
                NUMBER, account="emma", status=status, item=ITEM, tracking=TRACKING, eta="2026-11-20"
            )
            return await self.world.conversation(locale, account="emma" if known else "")

        self.id = self.run(opened())
        self.known = known

    # What may happen.

    @rule(
        intent=st.sampled_from(INTENTS),
        feeling=st.sampled_from(FEELINGS),
        unsure=st.sampled_from((False, False, True)),
        proof=st.booleans(),
        fragments=st.sampled_from((1, 1, 3)),
        safety=st.sampled_from((*(False,) * 9, True)),
    )
    def says(
        self, intent: str, feeling: tuple[str, int], unsure: bool, proof: bool, fragments: int, safety: bool
    ) -> None:
        hearing = heard(intent=intent, emotion=feeling[0], intensity=feeling[1], unsure=unsure, safety=safety,
                        confidence=0.4 if unsure else 0.9, entities=PROOF if proof else [])  # fmt: skip
        for n in range(fragments):
            self.run(self.world.write(self.id, f"{intent} {n}"))
        self._answer(hearing)

    @rule(data=st.data())
    def taps(self, data: st.DataObject) -> None:
        shown = sorted({c["payload"] for m in self.run(self.world.messages(self.id)) for c in m.choices})
        if shown:
            self.run(self.world.write(self.id, "tapped", payload=data.draw(st.sampled_from(shown))))
            self._answer(heard(intent="provide_info"))

    @rule()
    def says_while_the_engine_is_down(self) -> None:
        self.run(self.world.write(self.id, "hello?"))
        turn = self.run(self.world.turn(self.id))
        self._note(turn)
        self.run(settle_without_engine(turn, self.services, "slow", {}))

    @precondition(lambda self: self._owner() == "queue")
    @rule()
    def staff_accept(self) -> None:
        self.run(self.staff.accept(self.id))

    @precondition(lambda self: self._owner() == "human")
    @rule(back=st.booleans())
    def staff_write_or_hand_back(self, back: bool) -> None:
        self.run(self.staff.hand_back(self.id, "seen to") if back else self.staff.say(self.id, "I am on it"))

    @rule(minutes=st.sampled_from((1, 4, 6, 60, 26 * 60, 80 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.now += timedelta(minutes=minutes)
        for _ in range(20):
            jobs = [job for job in self.run(self._due()) if job.due_at <= self.world.clock.now]
            if not jobs:
                return
            for job in jobs:
                self.run(comebacks.fire(job, self.services))
        raise AssertionError("what is due never ends")

    @rule(port=st.sampled_from(("orders", "refunds", "returns")))
    def a_system_fails_or_recovers(self, port: str) -> None:
        self.world.shop.failing ^= {port}

    async def _due(self) -> list[comebacks.Job]:
        async with self.world.database.read() as session:
            return await comebacks.upcoming(session, self.services)

    def _answer(self, hearing: dict[str, Any]) -> None:
        self.world.clock.now += timedelta(seconds=5)
        turn = self.run(self.world.turn(self.id))
        self._note(turn)
        if hearing["intent"] == "stop_contact":
            self.stopped_at = self.world.clock.now
        call = self._judged(turn, {**hearing, "text": turn.text})
        self.run(run_action(call, self.services))
        with pytest.raises(TurnMoved):  # the same turn again is answered once
            self.run(run_action(call, self.services))

    def _judged(self, turn: Any, hearing: dict[str, Any]) -> dict[str, Any]:
        """The real policy's prediction, as Rasa carries it to the action."""
        from rasa.shared.core.events import UserUttered
        from rasa.shared.core.trackers import DialogueStateTracker

        from actions.turns import brief_for_engine

        metadata = brief_for_engine(turn, self.services)
        tracker = DialogueStateTracker(self.id, self.domain.slots)
        parsed = {"intent": {"name": hearing["intent"]}, "entities": [], "heard": hearing}
        tracker.update(UserUttered(turn.text, parse_data=parsed, metadata=metadata))
        prediction = self.policy.predict_action_probabilities(tracker, self.domain)
        [plan] = prediction.optional_events
        return {"next_action": "action_settle", "tracker": {
            "slots": {"plan": plan.value},
            "latest_message": {"text": turn.text, "heard": hearing, "metadata": metadata},
        }}  # fmt: skip

    def _note(self, turn: Any) -> None:
        self.turns[turn.turn_id] = self._owner()

    def _owner(self) -> str:
        return str(self.run(self.world.row(self.id)).owner)

    # What must always hold.

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "id"):
            return
        self.tally["steps"] += 1
        row: Conversation = self.run(self.world.row(self.id))
        messages: list[Message] = self.run(self.world.messages(self.id))
        moments: list[Moment] = self.run(self.world.all(Moment))
        handovers: list[Handover] = self.run(self.world.all(Handover))
        promises: list[Promise] = self.run(self.world.all(Promise))
        followups: list[Followup] = self.run(self.world.all(Followup))
        assert [m.seq for m in messages] == list(range(1, len(messages) + 1)), "sequence numbers have gaps"
        self._one_speaks(row, messages, handovers)
        self._all_is_answered(messages, moments)
        self._what_is_owed(promises, followups)
        self._what_is_said(row, messages, moments)

    def _one_speaks(self, row: Conversation, messages: list[Message], handovers: list[Handover]) -> None:
        """6 and 9."""
        now = [h for h in handovers if h.status in ("waiting", "taken")]
        wanted = {"bot": [], "queue": ["waiting"], "human": ["taken"]}[row.owner]
        assert [h.status for h in now] == wanted, f"{row.owner} with {[h.status for h in handovers]}"
        assert all(h.reason in REASONS and h.brief for h in handovers)
        for turn, owner in self.turns.items():
            said = [m for m in messages if m.turn_id == turn and m.author == "bot"]
            assert not (said and owner == "human"), "the bot spoke while a human held the conversation"

    def _all_is_answered(self, messages: list[Message], moments: list[Moment]) -> None:
        """7 and 13."""
        assert sorted(m.turn_id for m in moments) == sorted(self.turns), "not one moment for each turn"
        for turn, owner in self.turns.items():
            said = any(m.turn_id == turn and m.author == "bot" for m in messages)
            assert said or owner == "human", "a turn without an answer"
        assert all(moment.reasons for moment in moments), "a decision without reasons"

    def _what_is_owed(self, promises: list[Promise], followups: list[Followup]) -> None:
        """11 and 12, and the half of 5."""
        assert all(promise.owner for promise in promises)
        checked = {f.promise_id for f in followups if f.kind == "promise_check"}
        forgotten = [p.key for p in promises if p.status == "open" and p.key != "call_back" and p.id not in checked]
        assert not forgotten, f"never checked: {forgotten}"
        if self.stopped_at:
            pending = [f.kind for f in followups if f.status == "pending" and f.kind != "promise_check"]
            early = [f.kind for f in followups if f.status == "pending" and f.created_at < self.stopped_at]
            assert not pending and not early, f"still pending after a wish for silence: {pending} {early}"

    def _what_is_said(self, row: Conversation, messages: list[Message], moments: list[Moment]) -> None:
        """3 and 15, and three sentences a bubble."""
        for moment in moments:
            assert sum(act["question"] for act in moment.acts) <= 1, moment.acts
        for message in messages:
            if message.author != "bot" or any(
                v.startswith(("answer.article", "listen.invite")) for v in message.wording
            ):
                continue
            assert sentences(row.locale, message.text) <= 3, message.text
        if not self.known and not any(moment.after.get("verified") or "order number and phone match" in moment.reasons
                                      for moment in moments):  # fmt: skip
            said = " ".join(m.text + str(m.choices) for m in messages if m.author == "bot")
            assert ITEM not in said and TRACKING not in said, "an order is shown to somebody who did not prove it"

    def teardown(self) -> None:
        self.run(self.world.database.close())
        self._runner.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def test_whatever_happens_the_promises_of_the_dialogue_hold(migrated_sqlite: Path):
    Conversations.template, Conversations.tally = migrated_sqlite, Counter()
    run_state_machine_as_test(Conversations, settings=settings(
        max_examples=10, stateful_step_count=20, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip
    print(Conversations.tally)
    assert Conversations.tally["steps"] > 100
