"""Rasa's message processor as we use it: fresh trackers, nothing kept, actions answered in-process."""

from __future__ import annotations

import contextvars
import logging
import re
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.engine import guard

guard.install()
warnings.filterwarnings("ignore", module=r"rasa\.")  # about its own deprecated imports and slot mappings

from jsonschema import Draft7Validator  # noqa: E402
from rasa.core import processor as rasa_processor  # noqa: E402
from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage  # noqa: E402
from rasa.core.tracker_store import InMemoryTrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, SessionStarted  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from bot.engine.runner import StraightRunner  # noqa: E402

ActionHandler = Callable[[dict[str, Any]], Awaitable[Any]]
# What Rasa is answered. The pause is that of a tracker that is thrown away: else Rasa asks the policy what comes next.
TURN_IS_OVER: dict[str, Any] = {"events": [{"event": "pause"}], "responses": []}


class EngineFailed(Exception):
    """The engine did not settle the turn: an action failed, or none was called."""


class Outcome:
    """What happened to the turn in hand. Rasa swallows an action's exception; this keeps it."""

    def __init__(self) -> None:
        self.settled = False
        self.result: Any = None
        self.error: Exception | None = None


_outcome: contextvars.ContextVar[Outcome] = contextvars.ContextVar("outcome")


class InProcessActions(EndpointConfig):  # type: ignore[misc]
    """Stands where Rasa expects an action server; ``handler`` gets the call that would go over HTTP."""

    def __init__(self, handler: ActionHandler) -> None:
        super().__init__(enable_selective_domain=True)
        self._handler = handler

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        """Runs the handler. Rasa learns nothing from it, no responses and no failure, but that the turn is over."""
        outcome = _outcome.get()
        try:
            outcome.result = await self._handler(json or {})
            outcome.settled = True
        except Exception as error:
            outcome.error = error  # raised again by Processor.handle; Rasa would log it and go on
        return TURN_IS_OVER


class ForgetfulTrackers(InMemoryTrackerStore):  # type: ignore[misc]
    """A fresh tracker for every turn: our database remembers, Rasa does not."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """A tracker that stands at the start of a session and listens."""
        tracker = self.init_tracker(sender_id)
        tracker.update(ActionExecuted("action_session_start"), self.domain)
        tracker.update(SessionStarted(), self.domain)
        tracker.update(ActionExecuted("action_listen"), self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps nothing."""


_SLASHES = re.compile(r"^[\s/]+")
_check = Draft7Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(self: Any, result: dict[str, Any]) -> bool:
    """Rasa builds this large schema anew for every call, 16 ms each time; what is always the same is not checked."""
    if result is not TURN_IS_OVER:
        _check.validate(result)
    return True


def as_said(text: str) -> str:
    """The text without slashes in front: Rasa takes ``/intent{…}`` for something heard already, from anybody."""
    return _SLASHES.sub("", text)


class Processor:
    """A loaded model that hears, judges and calls our action handler."""

    def __init__(self, model: Path, handler: ActionHandler) -> None:
        """Raises FileNotFoundError: Rasa would silently load another model of the same folder."""
        if not model.is_file():
            raise FileNotFoundError(f"there is no trained model at {model}")
        RemoteAction._validate_action_result = _validate_action_result
        rasa_processor.DaskGraphRunner = StraightRunner
        logging.getLogger("rasa").setLevel(logging.WARNING)
        self._agent = Agent.load(
            model_path=str(model),
            tracker_store=ForgetfulTrackers(Domain.empty()),
            action_endpoint=InProcessActions(handler),
        )
        self._agent.tracker_store.domain = self._agent.domain
        # For a warning that nobody hears, the domain would be compared with an empty one, made anew, at each message.
        self._agent.processor._check_for_unseen_features = lambda parse_data: None

    async def handle(self, text: str, metadata: dict[str, Any]) -> Any:
        """Hears and judges one turn; returns what the handler returned when it settled it.

        Raises what the handler raised, or EngineFailed when it was never called.
        """
        outcome = Outcome()
        _outcome.set(outcome)
        message = UserMessage(
            text=as_said(text), output_channel=CollectingOutputChannel(), sender_id=metadata["conversation_id"],
            message_id=metadata["turn_id"], metadata=metadata,
        )  # fmt: skip
        # The agent's own lock store polls once a second; the caller holds the conversation's lock already.
        await self._agent.processor.handle_message(message)
        if outcome.error is not None:
            raise outcome.error
        if not outcome.settled:
            raise EngineFailed("the policy called no action")
        return outcome.result

    async def parse(self, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
        """What is heard in a text, nothing else happening."""
        message = UserMessage(text=as_said(text), sender_id="parse", metadata=metadata or {})
        parsed: dict[str, Any] = await self._agent.processor.parse_message(message)
        return parsed
