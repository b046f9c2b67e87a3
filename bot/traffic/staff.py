"""What the demonstration's staff do with a made-up conversation: take it, answer, hand it back or close it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from actions.desk import holding, sending
from actions.desk.entries import Member
from bot.traffic.customers import Mood, Move
from bot.traffic.words import Spoken
from dialogues.state import Owner

if TYPE_CHECKING:
    from bot.traffic.playing import Playing

MEMBERS = {"zh-CN": Member("demo-li", "李楠"), "zh-TW": Member("demo-chen", "陳怡君"), "en": Member("demo-max", "Max")}
SKILL = {"demo-li": 0.62, "demo-chen": 0.5, "demo-max": 0.36}  # how often a word of theirs calms
WHY = "the customer was heard above"
ROUNDS_AT_MOST, HELPS_AT_MOST = 3, 3


class Staff:
    """The members of staff who look after one conversation."""

    def __init__(self, playing: Playing) -> None:
        self._playing = playing
        self._helps = 0

    @property
    def _member(self) -> Member:
        return MEMBERS[self._playing.who.locale]

    async def help(self, owner: Owner) -> None:
        """Sees to a conversation that waits for people. When the time is over it goes on waiting."""
        playing = self._playing
        if owner is Owner.QUEUE:
            taken_at = playing.clock.now + self._until_taken()
            await self._wait(min(taken_at, playing.until))
            if taken_at >= playing.until:
                return
            playing.clock.now = taken_at
            if await playing.owner() is not Owner.QUEUE:
                return
            await holding.take(playing.id, self._member, playing.services)
        self._helps += 1
        await self._serve()

    def _until_taken(self) -> timedelta:
        playing = self._playing
        wait = timedelta(seconds=playing.chance.lognormvariate(4.2, 0.9))
        if playing.services.hours.is_open(playing.clock.now):
            return wait
        return playing.services.hours.call_back_at(playing.clock.now) - playing.clock.now - timedelta(minutes=50) + wait

    async def _wait(self, until: datetime) -> None:
        """The queue: the customer may ask whether anybody is there; after some minutes a call-back is promised."""
        playing = self._playing
        await playing.fire_waiting_jobs(until)
        room = (until - playing.clock.now).total_seconds()
        if room > 40 and playing.chance.random() < 0.2:
            after = timedelta(seconds=playing.chance.uniform(20, min(room - 10, 600)))
            await playing.write(Move(self._words("still"), after=after))

    async def _serve(self) -> None:
        playing, chance = self._playing, self._playing.chance
        if not playing.mood.intensity and chance.random() < 0.4:  # waiting itself annoys
            playing.mood = Mood("frustrated", chance.randint(1, 2), playing.mood.hope)
        heated = playing.mood.intensity >= 2
        lines = ["hello", *(["sorry"] if heated else []), "work"][:ROUNDS_AT_MOST]
        for line in lines:
            if not await self._say(line):
                return
            if chance.random() < 0.6:
                intent = playing.who.issue if playing.mood.intensity else "thank"
                spoken = playing.words.say(playing.who.locale, intent, playing.mood.emotion, playing.mood.intensity,
                                           chance)  # fmt: skip
                if not await playing.write(Move(spoken, after=self._pause(3.3))):
                    return
                if chance.random() < 0.03 and self._helps < HELPS_AT_MOST:
                    await self._fall_silent()
                    return
        if await self._say("done", confirm=True):
            await self._end()

    async def _end(self) -> None:
        """The customer says whether it is settled; the conversation is closed, or goes back to the bot."""
        playing, chance = self._playing, self._playing.chance
        settled = chance.random() < 0.72 - 0.12 * playing.mood.intensity
        choice = next((c for c in playing.choices if c["payload"] == "confirm:settled"), None)
        if settled and choice:
            if not await playing.write(Move(choice=(choice["title"], choice["payload"]), after=self._pause(3.6))):
                return
            playing.mood = replace(playing.mood, emotion="neutral", intensity=0)
        playing.clock.now += self._pause(3.5)
        note = playing.words.staff(playing.who.locale, "note", chance)
        if chance.random() < 0.55:
            await holding.close(playing.id, self._member, playing.services, override=WHY, note=note)
        else:
            await holding.hand_back(playing.id, self._member, note, playing.services)
            await playing.look()

    async def _fall_silent(self) -> None:
        playing = self._playing
        silent_for = timedelta(minutes=playing.services.numbers.agent_silent_minutes + 1)
        await playing.fire_waiting_jobs(min(playing.clock.now + silent_for, playing.until))
        if await playing.owner() is Owner.QUEUE:
            await self.help(Owner.QUEUE)

    async def _say(self, line: str, *, confirm: bool = False) -> bool:
        """One line to the customer, whose mood follows. False: the time is over."""
        playing, chance = self._playing, self._playing.chance
        playing.clock.now += self._pause(3.4)
        if playing.clock.now >= playing.until:
            return False
        text = playing.words.staff(playing.who.locale, line, chance)
        draft = sending.Draft(id=playing.services.new_id(), text=text, confirm=confirm, override=WHY)
        await sending.queue_send(playing.id, self._member, draft, playing.services, undo_s=0)
        mood, helped = playing.mood, chance.random() < SKILL[self._member.id]
        await playing.look()
        left = mood.intensity - 1 if helped else mood.intensity
        bad = mood.emotion not in ("neutral", "happy")
        playing.mood = Mood("neutral", 0, mood.hope) if bad and left <= 0 else replace(mood, intensity=max(left, 0))
        return True

    def _pause(self, log_seconds: float) -> timedelta:
        return timedelta(seconds=self._playing.chance.lognormvariate(log_seconds, 0.7))

    def _words(self, key: str) -> Spoken:
        return self._playing.words.detail(self._playing.who.locale, key, self._playing.chance, [])
