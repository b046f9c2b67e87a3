"""What is done about an update: it is recorded durably first, then answered like any other channel's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from actions import conversations, delivery, links, outbox
from actions.conversations import Inbound, Recorded, TooMany
from actions.turns import keep_state, state_of
from bot import metrics
from bot.channels.telegram.api import Bot, without_token
from bot.channels.telegram.sending import TAKEN, as_html
from bot.channels.telegram.updates import Command, Event, InGroup, Person, Presence, Said, Tapped
from bot.channels.webchat.sessions import normal_locale
from bot.house import House
from bot.hub import NEW_MESSAGES, changed_message
from dialogues.language import LOCALES
from models.conversations import Conversation
from models.session import AsyncSession

log = structlog.get_logger("telegram")
CHANNEL = "telegram"
_SPEAK = "language:"  # a choice of language is the channel's own matter
_TURNS = {"human": ("choice.human", "human"), "stop": ("telegram.stop", "stop_contact")}
_NOTICE_EVERY_S = {"group": 3600.0, "flood": 60.0}
_REMEMBERED = 10_000


class TelegramDesk:
    """Takes events in. Raises DatabaseError when one could not be recorded: it must come again then."""

    def __init__(self, house: House, bot: Bot, fetch_soon: Callable[[], None]) -> None:
        self._house, self._bot, self._fetch_soon = house, bot, fetch_soon
        self._services = house.services
        self._told: dict[str, float] = {}
        self._asides: set[asyncio.Task[None]] = set()

    async def take(self, event: Event) -> None:
        """Deals with one event."""
        match event:
            case Said() if event.edited:
                await self._edited(event)
            case Said():
                await self._said(event)
            case Command():
                await self._command(event)
            case Tapped():
                await self._tapped(event)
            case Presence():
                await self._presence(event)
            case InGroup():
                self._in_group(event)

    async def close(self) -> None:
        """Lets small courtesies end."""
        if self._asides:
            await asyncio.wait(self._asides, timeout=2)

    # What customers say.

    async def _said(self, said: Said) -> None:
        if not said.text and not said.files:
            return
        conversation = await self._conversation(said.person)
        recorded = await self._record(conversation, said.person, Inbound(
            conversation_id=conversation.id, external_id=said.key, text=said.text, files=said.files,
            received_at=self._now(), trace_id=self._trace(),
        ))  # fmt: skip
        if recorded and any(file.wanted for file in said.files):
            self._fetch_soon()

    async def _edited(self, said: Said) -> None:
        conversation = await self._conversation(said.person)
        async with self._house.database.write() as session:
            message = await conversations.edit_message(
                session, conversation.id, said.key, said.text, self._services.new_id(), self._now()
            )
        if message is None:
            await self._said(replace(said, edited=False))
            return
        self._house.hub.publish(conversation.id, changed_message(message.seq))
        if message.turn_id is None:
            self._house.turns.arrive(conversation.id)

    async def _tapped(self, tapped: Tapped) -> None:
        conversation = await self._conversation(tapped.person)
        async with self._house.database.read() as session:
            shown = await delivery.message_at(session, conversation.id, tapped.seq)
        if shown is None or tapped.place >= len(shown.choices):
            self._aside(self._bot.answer_callback_query(tapped.query))
            return
        choice = shown.choices[tapped.place]
        if choice["payload"].startswith(_SPEAK):
            await self._speak(conversation.id, choice["payload"].removeprefix(_SPEAK), f"tap{tapped.seq}")
        else:
            recorded = await self._record(conversation, tapped.person, Inbound(
                conversation_id=conversation.id, external_id=f"tap{tapped.seq}", text=choice["title"],
                payload=choice["payload"], received_at=self._now(), trace_id=self._trace(),
            ))  # fmt: skip
            if recorded is None or recorded.duplicate:
                self._aside(self._bot.answer_callback_query(tapped.query))
                return
        text = f"{as_html(tapped.shown_text or shown.text)}\n\n{TAKEN} <b>{as_html(choice['title'])}</b>"
        self._aside(self._bot.answer_callback_query(tapped.query))
        self._aside(self._bot.edit_message_text(
            text, chat_id=int(tapped.person.chat), message_id=tapped.shown_in, parse_mode=ParseMode.HTML,
        ))  # fmt: skip

    async def _record(self, conversation: Conversation, person: Person, inbound: Inbound) -> Recorded | None:
        """Stores it durably and sees to its answer; None when the customer writes too fast."""
        try:
            recorded = await self._house.turns.record(inbound, self._house.measure)
        except TooMany as error:
            self._notice("flood", person.chat, "system.rate_limited", conversation.locale,
                         seconds=str(max(int(error.wait_s) + 1, 1)))  # fmt: skip
            return None
        if not recorded.answered:
            self._house.turns.arrive(conversation.id, at_once=inbound.payload is not None)
            if conversation.owner != "human":
                self._aside(self._bot.send_chat_action(int(person.chat), ChatAction.TYPING))
        if not recorded.duplicate:
            log.info("message recorded", trace=inbound.trace_id, conversation=conversation.id, seq=recorded.seq)
            metrics.MESSAGES.labels(CHANNEL).inc()
            self._house.hub.publish(conversation.id, NEW_MESSAGES)
        return recorded

    # Commands.

    async def _command(self, command: Command) -> None:
        conversation = await self._conversation(command.person)
        if command.name in _TURNS:
            key, payload = _TURNS[command.name]
            title = self._say(key, conversation.locale)
            await self._record(conversation, command.person, Inbound(
                conversation_id=conversation.id, external_id=command.key, text=title, payload=payload,
                received_at=self._now(), trace_id=self._trace(),
            ))  # fmt: skip
        elif command.name == "start" and command.rest:
            await self._link(conversation, command)
        else:
            await self._tell(conversation.id, command.key, *self._card(command.name, conversation.locale))

    def _card(self, name: str, locale: str) -> tuple[str, tuple[dict[str, str], ...]]:
        """What a command that is no turn is answered with."""
        if name == "language":
            choices = tuple({"title": self._say("telegram.own_name", each), "payload": f"{_SPEAK}{each}"}
                            for each in LOCALES)  # fmt: skip
            return self._say("telegram.language", locale), choices
        if name == "privacy":
            own = {"title": self._say("issue_title.privacy_request", locale), "payload": "issue:privacy_request"}
            return self._say("telegram.privacy", locale), (own,)
        return self._say("telegram.help" if name == "help" else "telegram.welcome", locale), ()

    async def _link(self, conversation: Conversation, command: Command) -> None:
        """Linked and told so in one transaction: the same update again must not hear that its token was used."""
        async with self._house.database.write() as session:
            row = await conversations.lock_conversation(session, conversation.id)
            if await conversations.has_notice(session, row.id, command.key):
                return
            linked = await links.accept(
                session, command.rest, row, command.person.user, self._services.new_id(), self._now()
            )
            word = "linked" if linked else "not_linked"
            await self._note(session, row, command.key, self._say(f"telegram.{word}", conversation.locale))
        self._wake(conversation.id)

    async def _speak(self, conversation_id: str, locale: str, key: str) -> None:
        if locale not in LOCALES:
            return
        async with self._house.database.write() as session:
            row = await conversations.lock_conversation(session, conversation_id)
            keep_state(row, replace(state_of(row), locale=locale))
        await self._tell(conversation_id, key, self._say("telegram.language_set", locale))

    async def _tell(self, conversation_id: str, key: str, text: str, choices: tuple[dict[str, str], ...] = ()) -> None:
        """A notice of the channel itself, once for what it answers: a message like others, which goes out like them."""
        async with self._house.database.write() as session:
            row = await conversations.lock_conversation(session, conversation_id)
            await self._note(session, row, key, text, choices)
        self._wake(conversation_id)

    async def _note(
        self, session: AsyncSession, row: Conversation, key: str, text: str, choices: tuple[dict[str, str], ...] = ()
    ) -> None:
        await conversations.add_notice(session, row, key=key, text=text, choices=choices, now=self._now())

    def _wake(self, conversation_id: str) -> None:
        self._house.hub.publish(conversation_id, NEW_MESSAGES)
        self._house.outbox.wake()

    # Who is there.

    async def _conversation(self, person: Person) -> Conversation:
        """The conversation with whoever writes, opened when they are new. Who writes can be reached."""
        async with self._house.database.read() as session:
            row = await conversations.find_by_address(session, CHANNEL, person.chat)
        if row is not None and row.unreachable_at is None:
            return row
        async with self._house.database.write() as session:
            row = await conversations.find_by_address(session, CHANNEL, person.chat)
            if row is not None:
                await outbox.note_reachable(session, row.id)
                return row
            return await self._opened(session, person)

    async def _opened(self, session: AsyncSession, person: Person) -> Conversation:
        now = self._now()
        customer = await conversations.find_or_add_customer(
            session, new_id=self._services.new_id(), channel=CHANNEL, external_id=person.user, name=person.name,
            timezone="", linked=False, now=now,
        )  # fmt: skip
        return await conversations.open_conversation(
            session, conversation_id=self._services.new_id(), customer=customer, channel=CHANNEL, token=None,
            locale=normal_locale(person.language or "en"), now=now, address=person.chat,
        )  # fmt: skip

    async def _presence(self, presence: Presence) -> None:
        if presence.reachable:
            await self._conversation(presence.person)
            return
        async with self._house.database.write() as session:
            row = await conversations.find_by_address(session, CHANNEL, presence.person.chat)
            if row is not None:
                await outbox.note_unreachable(session, row.id, self._now())

    def _in_group(self, group: InGroup) -> None:
        self._notice("group", str(group.chat), "telegram.group", normal_locale(group.language or "en"),
                     bot=f"=@{self._bot.username}")  # fmt: skip

    def _notice(self, kind: str, chat: str, key: str, locale: str, **params: str) -> None:
        """Says something that is no part of a conversation, not again and again."""
        now = time.monotonic()
        if now - self._told.get(f"{kind}{chat}", -1e9) < _NOTICE_EVERY_S[kind]:
            return
        if len(self._told) > _REMEMBERED:
            self._told.clear()
        self._told[f"{kind}{chat}"] = now
        self._aside(self._bot.send_message(int(chat), self._say(key, locale, **params)))

    def _aside(self, courtesy: Coroutine[Any, Any, Any]) -> None:
        """Does something that nobody misses if it fails."""

        async def do() -> None:
            try:
                await courtesy
            except TelegramError as error:
                log.info("a courtesy was not possible", why=without_token(error, self._bot.token))

        task = asyncio.create_task(do(), name="telegram courtesy")
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    def _say(self, key: str, locale: str, **params: str) -> str:
        return self._services.wording.say(key, locale, params).text

    def _now(self) -> datetime:
        return self._services.clock()

    def _trace(self) -> str:
        return self._services.new_id()[:16]
