"""What a member of staff does in a conversation, each in one transaction under the conversation's lock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions import conversations, handovers, promises
from actions.services import Services
from actions.turns import keep_state, state_of
from bot.talk.player import Impossible
from dialogues.state import Owner

CALL_BACK = "call_back"


@dataclass(frozen=True)
class Staff:
    """One member of staff, by name, before the desk."""

    services: Services
    name: str

    async def accept(self, conversation_id: str) -> None:
        """Takes a waiting conversation, which keeps the call-back promise. Raises Impossible: none waits."""
        now = self.services.clock()
        async with self.services.database.write() as session:
            conversation = await conversations.lock_conversation(session, conversation_id)
            handover = await handovers.current_handover(session, conversation_id)
            if conversation.owner != Owner.QUEUE.value or handover is None:
                raise Impossible("agent", {"accept": True}, f"owner {conversation.owner}")
            handover.status, handover.agent, handover.taken_at = "taken", self.name, now
            for promise in await promises.open_promises(session, conversation_id):
                if promise.key == CALL_BACK:
                    await promises.close_promise(session, promise, "kept", now)
            keep_state(conversation, replace(state_of(conversation), owner=Owner.HUMAN))

    async def say(self, conversation_id: str, text: str) -> None:
        """Writes to the customer. Raises Impossible when somebody else may speak."""
        async with self.services.database.write() as session:
            conversation = await conversations.lock_conversation(session, conversation_id)
            if conversation.owner != Owner.HUMAN.value:
                raise Impossible("agent", {"say": text}, f"owner {conversation.owner}")
            conversations.add_message(
                session, conversation, message_id=self.services.new_id(), author="agent", text=text,
                now=self.services.clock(), name=self.name,
            )  # fmt: skip

    async def hand_back(self, conversation_id: str, note: str) -> None:
        """Gives the conversation back to the bot. Raises Impossible when no human holds it."""
        async with self.services.database.write() as session:
            conversation = await conversations.lock_conversation(session, conversation_id)
            if conversation.owner != Owner.HUMAN.value:
                raise Impossible("agent", {"hand_back": True}, f"owner {conversation.owner}")
            await handovers.close_handover(session, conversation_id, "handed_back", self.services.clock(), note)
            keep_state(conversation, replace(state_of(conversation), owner=Owner.BOT, handover_reason=""))
