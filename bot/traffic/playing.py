"""One made-up conversation from the first word to the last follow-up, through the door that engines use.

Everything that decides and writes is the product's own: recording, judging, settling, follow-ups, the desk. Only the
hearing is given, by the labels of what is said, and time is a clock of this conversation's own that jumps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from actions import comebacks, conversations, delivery, followups, promises, shop
from actions.conversations import Inbound
from actions.fallback import settle_without_engine
from actions.followup_firing import fire_followup
from actions.rasa_actions import PLAN_SLOT, SETTLE, run_action
from actions.services import Services
from actions.turns import brief_for_engine, open_turn, state_of, world_of
from bot.traffic.customers import SILENT, TIMEZONES, Customer, Mood, Move, felt_after, next_move
from bot.traffic.staff import Staff
from bot.traffic.words import Words
from dialogues.decide import decide
from dialogues.reading import Order, Reading, heard_as
from dialogues.state import Owner, State
from models.followups import Followup

TURNS_AT_MOST, JOBS_AT_MOST = 40, 30
ANSWERED_IN_S = (0.2, 1.6)
ENGINE_DOWN_SHARE = 0.003
KEPT_SHARE, BROKEN_AFTER_SLIPS = 0.72, 2
ANSWERS_FOLLOWUP = {"nudge": 0.35, "outcome_check": 0.55, "survey": 0.75, "promise_check": 0.5, "care": 0.15}


@dataclass
class Clock:
    """The time in one conversation."""

    now: datetime

    def __call__(self) -> datetime:
        """The time."""
        return self.now


def ids_of(seed: str, number: int) -> Callable[[], str]:
    """The ids of one conversation's rows: the same every time."""
    numbers: Iterator[int] = count()
    return lambda: hashlib.blake2b(f"{seed}|{number}|{next(numbers)}".encode(), digest_size=16).hexdigest()


class Playing:
    """A conversation under way. ``until``: nothing happens after it; what is pending then stays pending."""

    def __init__(self, who: Customer, services: Services, words: Words, seed: str, until: datetime) -> None:
        self.who, self.words, self.until = who, words, until
        self.chance = Random(f"{seed}:{who.number}:play")
        self.clock = Clock(who.begins_at)
        new_id = ids_of(seed, who.number)
        self.services = replace(services, clock=self.clock, new_id=new_id)
        self.id = new_id()
        self.mood: Mood = who.mood
        self.turns = self._seq = self._slips = 0
        self.choices: list[dict[str, Any]] = []
        self.staff = Staff(self)

    async def run(self) -> int:
        """Plays it; says how many turns the customer took. 0: it was played before."""
        if not await self._open():
            return 0
        visits = list(self.who.returns_after)
        await self.talk(Move(self.words.say(self.who.locale, self.who.issue, self.mood.emotion,
                                            self.mood.intensity, self.chance), after=timedelta()))  # fmt: skip
        for _ in range(JOBS_AT_MOST):
            job = await self._next_followup()
            comes = self.clock.now + visits[0] if visits and not job else None
            if comes and comes < self.until:
                self.clock.now = comes
                await self._come_again(visits.pop(0))
            elif job and job.due_at < self.until:
                await self._followup(job)
            else:
                break
        async with self.services.database.write() as session:
            await delivery.mark_all_sent(session, self.id)
        return self.turns

    async def talk(self, move: Move) -> None:
        """The customer writes until they fall silent."""
        while (move.spoken or move.choice) and self.turns < TURNS_AT_MOST:
            if not await self.write(move):
                return
            owner = await self.owner()
            if owner is not Owner.BOT:
                await self.staff.help(owner)
                if await self.owner() is not Owner.BOT:
                    return
            move = await self._next_move()

    async def write(self, move: Move) -> bool:
        """One message of the customer's, heard, judged, answered. False: the time is over."""
        self.clock.now += move.after
        if self.clock.now >= self.until:
            return False
        title, payload = move.choice or ("", None)
        text = move.spoken.text if move.spoken else title
        inbound = Inbound(conversation_id=self.id, external_id=self.services.new_id(), text=text,
                          received_at=self.clock.now, payload=payload)  # fmt: skip
        async with self.services.database.write() as session:
            await conversations.record_message(session, inbound, self.services.new_id())
        self.clock.now += timedelta(seconds=self.chance.uniform(*ANSWERED_IN_S))
        self.turns += 1
        await self._answer(move.spoken.heard if move.spoken else {"text": text, "language": self.who.locale})
        await self.look()
        return True

    async def _answer(self, heard: dict[str, Any]) -> None:
        turn = await open_turn(self.id, self.services)
        if turn is None:
            raise RuntimeError(f"conversation {self.id}: nothing awaits an answer")
        if self.chance.random() < ENGINE_DOWN_SHARE:
            await settle_without_engine(turn, self.services, "slow", {})
            return
        heard = dict(heard_as({**heard, "text": turn.text}, turn.choice, turn.enclosed))
        reading = Reading.from_dict({**heard, "choice": turn.choice, "enclosed": turn.enclosed})
        plan = decide(turn.state, reading, world_of(turn, self.services), self.services.book, self.services.numbers)
        metadata = brief_for_engine(turn, self.services)
        latest = {"text": turn.text, "heard": heard, "metadata": metadata}
        tracker = {"slots": {PLAN_SLOT: plan.to_dict()}, "latest_message": latest}
        await run_action({"next_action": SETTLE, "tracker": tracker}, self.services)

    async def look(self) -> list[delivery.Said]:
        """Reads what was said since the last time; the mood follows the bot's words, the choices are what lies open."""
        async with self.services.database.read() as session:
            fresh = await delivery.messages_after(session, self.id, self._seq)
        self._seq = fresh[-1].seq if fresh else self._seq
        said = [message for message in fresh if message.author != "customer"]
        if said:
            self.choices = [choice for message in said for choice in message.choices]
            variants = [variant for message in said if message.author == "bot" for variant in message.wording]
            acts = [variant.partition(".")[0] for variant in variants]
            self.mood = felt_after(self.mood, acts, variants, self.chance)
        return said

    async def state(self) -> State:
        """The dialogue state as stored."""
        async with self.services.database.read() as session:
            return state_of(await conversations.lock_conversation(session, self.id))

    async def owner(self) -> Owner:
        """Who may speak now."""
        return (await self.state()).owner

    async def _next_move(self) -> Move:
        state = await self.state()
        return next_move(self.who, self.mood, state.asked_now, self.choices, self.words, self.chance)

    async def _open(self) -> bool:
        who, services = self.who, self.services
        async with services.database.write() as session:
            try:
                await conversations.lock_conversation(session, self.id)
            except conversations.UnknownConversation:
                pass
            else:
                return False
            shop.add_order(session, account=who.account, phone=who.phone, placed_at=who.begins_at - timedelta(days=3),
                           order=Order.from_dict(who.order))  # fmt: skip
            customer = await conversations.find_or_add_customer(
                session, new_id=services.new_id(), channel="shop" if who.account else who.channel,
                external_id=who.account or self.id, name=who.name, timezone=TIMEZONES[who.locale],
                linked=bool(who.account), now=services.clock(),
            )  # fmt: skip
            await conversations.open_conversation(
                session, conversation_id=self.id, customer=customer, channel=who.channel, token=None,
                locale=who.locale, now=services.clock(),
            )  # fmt: skip
        return True

    async def _come_again(self, _: timedelta) -> None:
        """Days later: the same matter again, or another."""
        again = self.chance.random() < 0.15
        issue = self.who.issue if again else self.chance.choice(("order_status", "product_question", "invoice",
                                                                 "return_exchange", "price_promotion"))  # fmt: skip
        self.who = replace(self.who, issue=issue)
        self.mood = Mood("frustrated", 2, 0.8) if again else Mood()
        await self.talk(Move(self.words.say(self.who.locale, issue, self.mood.emotion, self.mood.intensity,
                                            self.chance), after=timedelta()))  # fmt: skip

    async def _next_followup(self) -> Followup | None:
        async with self.services.database.read() as session:
            found = await followups.listed(session, status="pending", conversation_id=self.id, limit=1)
        return found[0] if found else None

    async def _followup(self, job: Followup) -> None:
        if job.promise_id:
            await self._see_to_promise(job)
        self.clock.now = max(self.clock.now, job.due_at)
        fired = await fire_followup(job.id, self.services)
        if not fired.spoke:
            return
        said = await self.look()
        if any(variant.startswith("recover.") for message in said for variant in message.wording):
            self._slips += 1
        if self.mood.intensity and self.chance.random() < 0.5:  # time calms
            left = self.mood.intensity - 1
            self.mood = replace(self.mood, intensity=left, emotion=self.mood.emotion if left else "neutral")
        if self.chance.random() < ANSWERS_FOLLOWUP[job.kind]:
            move = await self._next_move()
            await self.talk(replace(move, after=timedelta(minutes=self.chance.uniform(1, 180))) if move != SILENT
                            else SILENT)  # fmt: skip

    async def _see_to_promise(self, job: Followup) -> None:
        """Before it is due: the goods move, the duty team rings, or nobody does; at last it is given up as broken."""
        async with self.services.database.write() as session:
            promise = next((p for p in await promises.open_promises(session, self.id) if p.id == job.promise_id), None)
            if promise is None:
                return
            if self.chance.random() < KEPT_SHARE:
                moved = await shop.move_along(session, str(self.who.order["number"]), promise.key)
                if not moved:
                    self.clock.now = max(self.clock.now, job.due_at - timedelta(minutes=self.chance.randint(20, 300)))
                    await promises.close_promise(session, promise, "kept", self.services.clock())
            elif self._slips >= BROKEN_AFTER_SLIPS:
                self.clock.now = max(self.clock.now, job.due_at)
                await promises.close_promise(session, promise, "broken", self.services.clock())

    async def fire_waiting_jobs(self, until: datetime) -> None:
        """A queue that nobody takes, an agent's silence: told to the customer when their time comes."""
        for _ in range(4):
            async with self.services.database.read() as session:
                jobs = await comebacks.waiting_jobs(session, self.services)
            due = [job for job in jobs if job.conversation_id == self.id and job.due_at <= until]
            if not due:
                return
            self.clock.now = max(self.clock.now, due[0].due_at)
            await comebacks.fire(due[0], self.services)
            await self.look()
