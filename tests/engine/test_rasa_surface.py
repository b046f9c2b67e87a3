"""The parts of Rasa 3.6.21 that we stand on. A neighbour's upgrade that moves one of them is seen here first."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.utils.endpoints import EndpointConfig

from dialogues.rasa_policy import DecidePolicy
from nlu.rasa_adapters import CorpusImporter, EntityFinder, Hearer, LanguageReader

ROOT = Path(__file__).resolve().parents[2]
Type = DefaultV1Recipe.ComponentType


def _parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters)


def test_it_is_the_release_that_was_tried():
    assert version("rasa") == "3.6.21"


def test_the_agent_is_loaded_with_our_store_and_our_actions():
    assert {"model_path", "tracker_store", "action_endpoint"} <= _parameters(Agent.load)
    assert {"tracker_store", "domain"} <= set(vars(Agent(domain=Domain.empty())))


def test_messages_are_handled_and_parsed_by_the_processor_itself():
    assert inspect.iscoroutinefunction(MessageProcessor.handle_message)
    assert inspect.iscoroutinefunction(MessageProcessor.parse_message)
    assert {"text", "output_channel", "sender_id", "message_id", "metadata"} <= _parameters(UserMessage)
    assert CollectingOutputChannel().messages == []


def test_an_action_server_is_asked_through_an_endpoint():
    assert inspect.iscoroutinefunction(EndpointConfig.request)
    asks = inspect.getsource(RemoteAction.run)
    assert "await self.action_endpoint.request(" in asks and "json=" in asks
    assert EndpointConfig(enable_selective_domain=True).kwargs["enable_selective_domain"] is True


def test_an_actions_answer_is_checked_against_a_schema_that_takes_ours():
    from bot.engine import processor

    assert _parameters(RemoteAction._validate_action_result) == {"self", "result"}
    processor._validate_action_result(None, dict(processor.TURN_IS_OVER))
    with pytest.raises(Exception, match="is not of type"):
        processor._validate_action_result(None, {"events": 7})


def test_the_processor_runs_its_graph_and_warns_where_we_stand_in():
    assert "DaskGraphRunner" in inspect.getsource(MessageProcessor._load_model)
    assert _parameters(MessageProcessor._check_for_unseen_features) == {"self", "parse_data"}


async def test_a_tracker_store_may_forget():
    assert inspect.iscoroutinefunction(InMemoryTrackerStore.retrieve)
    assert inspect.iscoroutinefunction(InMemoryTrackerStore.save)
    from bot.engine.processor import ForgetfulTrackers

    store = ForgetfulTrackers(Domain.load(str(ROOT / "dialogues" / "domain.yml")))
    tracker = await store.retrieve("c-1")
    assert [type(event) for event in tracker.events] == [ActionExecuted, SessionStarted, ActionExecuted]
    tracker.update(SlotSet("plan", {"acts": []}))
    await store.save(tracker)
    assert (await store.retrieve("c-1")).get_slot("plan") is None


def test_the_domain_knows_our_one_action_and_carries_the_plan_in_a_slot():
    domain = Domain.load(str(ROOT / "dialogues" / "domain.yml"))
    assert "action_settle" in domain.action_names_or_texts
    assert [(slot.name, slot.influence_conversation) for slot in domain.slots if slot.name == "plan"] == [
        ("plan", False)
    ]


def test_our_policy_has_the_full_annotations_that_graph_validation_asks_for():
    for name in ("train", "predict_action_probabilities", "load"):
        hints = get_type_hints(getattr(DecidePolicy, name))
        assert set(inspect.signature(getattr(DecidePolicy, name)).parameters) - {"self", "cls"} <= set(hints)
        assert "return" in hints
    assert issubclass(DecidePolicy, Policy)
    assert "optional_events" in _parameters(Policy._prediction) and "optional_events" in _parameters(PolicyPrediction)


@pytest.mark.parametrize(("component", "kind", "trainable"), [
    (LanguageReader, Type.MESSAGE_TOKENIZER, False), (EntityFinder, Type.ENTITY_EXTRACTOR, False),
    (Hearer, Type.INTENT_CLASSIFIER, True), (DecidePolicy, Type.POLICY_WITHOUT_END_TO_END_SUPPORT, True),
])  # fmt: skip
def test_our_components_are_registered_with_the_recipe(component: type, kind: Any, trainable: bool):
    entry = DefaultV1Recipe._from_registry(component.__name__)
    assert entry.clazz is component and kind in entry.types and entry.is_trainable is trainable
    assert issubclass(component, GraphComponent)


def test_training_data_comes_through_an_importer_named_in_the_config():
    assert issubclass(CorpusImporter, RasaFileImporter)
    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "dialogues" / "domain.yml"), [str(ROOT / "dialogues" / "seed_story.yml")]
    )
    assert importer.get_stories().story_steps, "without a story only the hearing would be trained"


def test_no_http_interface_of_rasas_is_opened_by_what_we_import():
    import sys

    import bot.engine.processor  # noqa: F401

    assert "rasa.server" not in sys.modules and "rasa.core.run" not in sys.modules
