"""Private notes with mentions, and a supervisor's whisper to who holds a conversation."""

from __future__ import annotations

from actions import conversations, handovers
from actions.desk.entries import Member, add_entry, clean_text, mentioned
from actions.desk.seats import all_seats
from actions.services import Services
from models.desk import DeskEntry


async def note(conversation_id: str, member: Member, text: str, services: Services) -> DeskEntry:
    """Keeps a note that only staff see; who is mentioned (@name) is told. Raises DeskRefused: empty, too_long."""
    text = clean_text(text)
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, conversation_id)
        told = [staff_id for staff_id in mentioned(text, await all_seats(session)) if staff_id != member.id]
        return await add_entry(session, conversation, "note", member, services, text, mentions=told)


async def whisper(conversation_id: str, member: Member, text: str, services: Services) -> DeskEntry:
    """Says something to who holds the conversation, that the customer does not see. Raises DeskRefused."""
    text = clean_text(text)
    async with services.database.write() as session:
        conversation = await conversations.lock_conversation(session, conversation_id)
        handover = await handovers.current_handover(session, conversation_id)
        told = [handover.agent_id] if handover and handover.agent_id else []
        return await add_entry(session, conversation, "whisper", member, services, text, mentions=told)
