"""What a member of staff does in a script: the desk's own actions, with nothing to undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actions.conversations import lock_conversation
from actions.desk import holding, sending
from actions.desk.entries import DeskRefused, Member
from actions.services import Services
from bot.talk.player import Impossible

WHY = "as the script says"


@dataclass(frozen=True)
class Staff:
    """One member of staff, by name, at the desk."""

    services: Services
    name: str

    @property
    def _member(self) -> Member:
        return Member(id=f"script-{self.name}"[:36], name=self.name)

    async def accept(self, conversation_id: str) -> None:
        """Takes a waiting conversation, which keeps the call-back promise. Raises Impossible: none waits."""
        await self._only_while(conversation_id, "queue", {"accept": True})
        await holding.take(conversation_id, self._member, self.services)

    async def say(self, conversation_id: str, text: str) -> None:
        """Writes to the customer. Raises Impossible when somebody else may speak."""
        draft = sending.Draft(id=self.services.new_id(), text=text, override=WHY)
        try:
            await sending.queue_send(conversation_id, self._member, draft, self.services, undo_s=0)
        except DeskRefused as refused:
            raise _impossible({"say": text}, refused) from refused

    async def hand_back(self, conversation_id: str, note: str) -> None:
        """Gives the conversation back to the bot. Raises Impossible when no human holds it."""
        try:
            await holding.hand_back(conversation_id, self._member, note, self.services)
        except DeskRefused as refused:
            raise _impossible({"hand_back": True}, refused) from refused

    async def _only_while(self, conversation_id: str, owner: str, wanted: dict[str, Any]) -> None:
        async with self.services.database.read() as session:
            found = (await lock_conversation(session, conversation_id)).owner
        if found != owner:
            raise Impossible("agent", wanted, f"owner {found}")


def _impossible(wanted: dict[str, Any], refused: DeskRefused) -> Impossible:
    return Impossible("agent", wanted, f"owner {refused.figures.get('owner', refused.code)}")
