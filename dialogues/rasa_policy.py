"""The only file of this room that knows Rasa: a policy that predicts ``action_settle`` with our plan beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from dialogues import book
from dialogues.decide import decide
from dialogues.plan import Plan
from dialogues.reading import Order, Reading, World
from dialogues.state import State

SETTLE = "action_settle"
PLAN_SLOT = "plan"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class DecidePolicy(Policy):  # type: ignore[misc]
    """Judges with ``decide``. It learns nothing: training only leaves an empty resource behind."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._book = book.load_book()
        self._numbers = book.load_numbers()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa wants a priority; there is no other policy to be ranked against."""
        return {"priority": 1}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DecidePolicy:
        """Reads the playbooks afresh: they are not part of the trained model."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing to learn."""
        with self._model_storage.write_to(self._resource):
            pass
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """After a customer's message: settle it, with the plan as the policy's own event. Otherwise: listen."""
        if not isinstance(tracker.events[-1], UserUttered):
            return self._certain(ACTION_LISTEN_NAME, domain)
        message = tracker.latest_message
        plan = self._judge(message.parse_data["heard"], message.metadata)
        return self._certain(SETTLE, domain, [SlotSet(PLAN_SLOT, plan.to_dict())])

    def _judge(self, heard: dict[str, Any], metadata: dict[str, Any]) -> Plan:
        reading = Reading.from_dict({**heard, "choice": metadata["choice"], "enclosed": metadata.get("enclosed", ())})
        world = World(
            now=datetime.fromisoformat(metadata["now"]), open=metadata["open"], opens_at=metadata["opens_at"],
            orders=tuple(Order.from_dict(order) for order in metadata["orders"]), linked=metadata["linked"],
            orders_unknown=metadata["orders_unknown"], timezone=metadata["timezone"],
        )  # fmt: skip
        numbers = replace(self._numbers, **metadata.get("numbers") or {})
        return decide(State.from_dict(metadata["state"]), reading, world, self._book, numbers)

    def _certain(self, action: str, domain: Domain, events: list[Any] | None = None) -> PolicyPrediction:
        scores = [0.0] * domain.num_actions
        scores[domain.index_for_action(action)] = 1.0
        return self._prediction(scores, optional_events=events)
