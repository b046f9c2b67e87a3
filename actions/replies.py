"""Acts become bubbles, bubbles become messages in the outbox."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.conversations import add_message
from actions.services import Services
from dialogues.plan import Act
from dialogues.wording import Said, Wording, sentences
from models.conversations import Conversation
from models.messages import Message

_ENDS_IN_LINK = re.compile(r"https?://\S+$")
SENTENCES_AT_MOST = 3  # a bubble


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
    acts: Sequence[Act],
    wording: Wording,
    *,
    locale: str,
    seed: str,
    used: Sequence[str],
    style: str = "",
    timezone: str = "",
) -> tuple[Bubble, ...]:
    """Renders acts in order, those of one bubble together, in that style where there is wording for it.

    A bubble that would have more than three sentences is parted between two acts. ``timezone``: the customer's, in
    which times are told; "" tells them as they are. Raises WordingError for a key that is missing.
    """
    bubbles: list[Bubble] = []
    spoken = list(used)
    zone = zone_of(timezone)
    for _, group in groupby(acts, key=lambda act: act.bubble):
        rendered: list[tuple[Act, Said]] = []
        for act in group:
            said = wording.say(act.key, locale, act.params, seed=seed, used=spoken, style=style, zone=zone)
            spoken.append(said.variant)
            rendered.append((act, said))
        bubbles.extend(_bubble(part, wording, locale, seed, zone) for part in _in_threes(rendered, locale))
    return tuple(bubbles)


def zone_of(timezone: str) -> ZoneInfo | None:
    """The time zone of that name; None for "" and for a name that nobody knows."""
    try:
        return ZoneInfo(timezone) if timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _in_threes(rendered: Sequence[tuple[Act, Said]], locale: str) -> Iterator[list[tuple[Act, Said]]]:
    """Parts of at most three sentences; a text that ends in a comma goes on in the next."""
    part: list[tuple[Act, Said]] = []
    length = 0
    for act, said in rendered:
        goes_on = said.text.endswith(("，", ","))
        more = 0 if goes_on else sentences(locale, said.text)
        if part and length + (more or 1) > SENTENCES_AT_MOST and not part[-1][1].text.endswith(("，", ",")):
            yield part
            part, length = [], 0
        part.append((act, said))
        length += more
    yield part


def _bubble(
    rendered: Sequence[tuple[Act, Said]], wording: Wording, locale: str, seed: str, zone: ZoneInfo | None
) -> Bubble:
    texts = [_sentence(said.text) if locale == "en" else said.text for _, said in rendered]
    choices = tuple(
        {"title": wording.say(choice.key, locale, choice.params, seed=seed, zone=zone).text, "payload": choice.payload}
        for act, _ in rendered for choice in act.choices
    )  # fmt: skip
    spaced = [f"{text} " if _ENDS_IN_LINK.search(text) and locale != "en" else text for text in texts]
    joined = (" " if locale == "en" else "").join(spaced).rstrip()
    return Bubble(joined, choices, tuple(said.variant for _, said in rendered))


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
        messages.append(message)
    return messages


async def replies_of(session: AsyncSession, turn_id: str) -> list[Message]:
    """What was said in that turn, in order."""
    query = select(Message).where(Message.turn_id == turn_id, Message.author != "customer").order_by(Message.seq)
    return list((await session.execute(query)).scalars())


def as_frame(message: Message | Row[Any]) -> dict[str, Any]:
    """A message as the web chat's protocol tells it."""
    frame: dict[str, Any] = {
        "type": "message", "seq": message.seq, "author": message.author, "text": message.text,
        "choices": message.choices, "at": message.created_at.isoformat(),
    }  # fmt: skip
    if message.attachments:
        frame["attachments"] = message.attachments
    if message.name:
        frame["name"] = message.name
    if message.author == "customer" and message.external_id:
        frame["client_id"] = message.external_id
    if message.in_reply_to:
        frame["in_reply_to"] = message.in_reply_to
    return frame
