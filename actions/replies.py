"""Acts become bubbles, bubbles become messages in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.conversations import add_message
from actions.services import Services
from dialogues.plan import Act
from dialogues.wording import Wording
from models.conversations import Conversation
from models.messages import Message
from models.outbox import OutboxEntry


@dataclass(frozen=True)
class Bubble:
    """One message to the customer. ``choices`` hold title and payload; ``wording`` the variants used."""

    text: str
    choices: tuple[dict[str, str], ...]
    wording: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """What a reply belongs to: a turn (or a follow-up), the customer's message it answers, a trace."""

    turn_id: str
    in_reply_to: str | None = None
    trace_id: str = ""


def compose(
    acts: Sequence[Act], wording: Wording, *, locale: str, seed: str, used: Sequence[str], style: str = ""
) -> tuple[Bubble, ...]:
    """Renders acts in order, those of one bubble together, in that style where there is wording for it.

    Raises WordingError for a key that is missing.
    """
    bubbles = []
    spoken = list(used)
    for _, group in groupby(acts, key=lambda act: act.bubble):
        bubble = _bubble(tuple(group), wording, locale, seed, spoken, style)
        spoken.extend(bubble.wording)
        bubbles.append(bubble)
    return tuple(bubbles)


def _bubble(acts: Sequence[Act], wording: Wording, locale: str, seed: str, used: Sequence[str], style: str) -> Bubble:
    said = [wording.say(act.key, locale, act.params, seed=seed, used=used, style=style) for act in acts]
    texts = [_sentence(each.text) if locale == "en" else each.text for each in said]
    choices = tuple(
        {"title": wording.say(choice.key, locale, choice.params, seed=seed).text, "payload": choice.payload}
        for act in acts for choice in act.choices
    )  # fmt: skip
    joined = (" " if locale == "en" else "").join(texts)
    return Bubble(joined, choices, tuple(each.variant for each in said))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def queue_replies(
    session: AsyncSession,
    conversation: Conversation,
    bubbles: Sequence[Bubble],
    *,
    origin: Origin,
    now: datetime,
    services: Services,
) -> list[Message]:
    """Stores the bubbles as the bot's messages and puts them into the outbox, all under the next numbers."""
    name = services.wording.say("system.bot_name", conversation.locale).text
    messages = []
    for bubble in bubbles:
        message = add_message(
            session, conversation, message_id=services.new_id(), author="bot", name=name, text=bubble.text, now=now,
            choices=list(bubble.choices), wording=list(bubble.wording), turn_id=origin.turn_id,
            in_reply_to=origin.in_reply_to, trace_id=origin.trace_id,
        )  # fmt: skip
        session.add(OutboxEntry(id=message.id, conversation_id=conversation.id, turn_id=origin.turn_id, seq=message.seq,
                                created_at=now))  # fmt: skip
        messages.append(message)
    return messages


async def replies_of(session: AsyncSession, turn_id: str) -> list[Message]:
    """What was said in that turn, in order."""
    query = select(Message).where(Message.turn_id == turn_id, Message.author != "customer").order_by(Message.seq)
    return list((await session.execute(query)).scalars())


def as_frame(message: Message) -> dict[str, Any]:
    """A message as the web chat's protocol tells it."""
    frame: dict[str, Any] = {
        "type": "message", "seq": message.seq, "author": message.author, "text": message.text,
        "choices": message.choices, "at": message.created_at.isoformat(),
    }  # fmt: skip
    if message.name:
        frame["name"] = message.name
    if message.author == "customer" and message.external_id:
        frame["client_id"] = message.external_id
    if message.in_reply_to:
        frame["in_reply_to"] = message.in_reply_to
    return frame
