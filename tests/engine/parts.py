"""Small Rasa components for engines that are to be watched, or broken. Named in a config.yml, trained like ours."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import yaml
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine import training
from bot.engine.training import Sources

# Without a message to learn from Rasa leaves the hearing out of the model, without a story the judging.
DATA = """
version: "3.1"
nlu: [{intent: greet, examples: "- hello\\n- 你好\\n"}]
stories: [{story: every turn is settled, steps: [{intent: greet}, {action: action_settle}]}]
"""
NONSENSE: dict[str, Any] = {"acts": "many", "state": 7}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Ears(GraphComponent, IntentClassifier):
    """Hears the same in every message. ``seconds``: how long it blocks its thread for each."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._seconds = float(config.get("seconds", 0))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Ears:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        time.sleep(self._seconds)
        for message in messages:
            heard = {"text": message.get("text"), "language": "en", "intent": "chitchat", "confidence": 0.9}
            message.set("intent", {"name": "chitchat", "confidence": 0.9}, add_to_output=True)
            message.set("heard", heard, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Stumbles(Ears):
    """Cannot be trained."""

    def train(self, training_data: TrainingData) -> Resource:
        raise RuntimeError("stumbled while training")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class Judge(Policy):
    """``does``: tell (the plan is what reached the policy), nonsense (a plan that is none) or nothing (it listens)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": 1, "does": "tell"}

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        with self._model_storage.write_to(self._resource):
            pass
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Judge:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        does = self.config["does"]
        if does == "nothing" or not isinstance(tracker.events[-1], UserUttered):
            return self._sure_of("action_listen", domain)
        message = tracker.latest_message
        told = {"metadata": message.metadata, "heard": message.parse_data["heard"], "events": len(tracker.events)}
        return self._sure_of("action_settle", domain, [SlotSet("plan", NONSENSE if does == "nonsense" else told)])

    def _sure_of(self, action: str, domain: Domain, events: list[Any] | None = None) -> PolicyPrediction:
        scores = [0.0] * domain.num_actions
        scores[domain.index_for_action(action)] = 1.0
        return self._prediction(scores, optional_events=events)


def watched_model(folder: Path, *, seconds: float = 0, does: str = "tell") -> Path:
    """Trains an engine of these parts. ``does``: as for Judge, or ``decide`` for the policy that we really have."""
    policy = {"name": "dialogues.rasa_policy.DecidePolicy"} if does == "decide" else {
        "name": "tests.engine.parts.Judge", "does": does,
    }  # fmt: skip
    return own_model(folder, [{"name": "tests.engine.parts.Ears", "seconds": seconds}], [policy])


def own_model(folder: Path, pipeline: list[dict[str, Any]], policies: list[dict[str, Any]], **more: Any) -> Path:
    """Trains a model from a config.yml of one's own."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"recipe": "default.v1", "assistant_id": "test", "language": "zh", **more,
              "pipeline": pipeline, "policies": policies}  # fmt: skip
    path, data = folder / "config.yml", folder / "data.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    data.write_text(DATA, encoding="utf-8")
    return training.train(folder / "models", Sources(config=path, stories=data, corpus=folder, code=()))
