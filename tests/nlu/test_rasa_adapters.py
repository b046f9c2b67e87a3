"""The listener inside Rasa's graph: trained, stored and asked through Rasa's own machinery."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.engine.guard import install

install()
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["RASA_CACHE_DIRECTORY"] = tempfile.mkdtemp(prefix="rasa-cache-")

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train

from nlu.corpus import Example
from nlu.hearing import Hearing
from nlu.rasa_adapters import context_of, examples_of, messages_of

CONFIG = """
recipe: default.v1
language: en
assistant_id: hearing-test
importers:
  - name: nlu.rasa_adapters.CorpusImporter
    corpus: {corpus}
pipeline:
  - name: nlu.rasa_adapters.LanguageReader
  - name: nlu.rasa_adapters.EntityFinder
  - name: nlu.rasa_adapters.Hearer
    progress: false
policies:
  - name: RulePolicy
"""
DOMAIN = "version: '3.1'\nintents: [{intents}]\nresponses:\n  utter_x:\n  - text: x\n"
STORIES = "version: '3.1'\nrules:\n- rule: seed\n  steps:\n  - intent: greet\n  - action: utter_x\n"


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory, examples: list[Example]) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("rasa")
    few = examples[::6]
    (folder / "corpus").mkdir()
    (folder / "corpus" / "few.jsonl").write_text("".join(e.to_json() + "\n" for e in few), encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG.format(corpus=folder / "corpus"), encoding="utf-8")
    (folder / "domain.yml").write_text(
        DOMAIN.format(intents=", ".join(sorted({e.intent for e in few}))), encoding="utf-8"
    )
    (folder / "rules.yml").write_text(STORIES, encoding="utf-8")
    result = train(
        domain=str(folder / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(folder / "rules.yml")],
        output=str(folder / "models"),
    )
    assert result.code == 0
    yield Agent.load(result.model)


def _parse(agent: Agent, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    assert agent.processor is not None
    return asyncio.run(agent.processor.parse_message(UserMessage(text, metadata=metadata)))


def test_rasa_is_given_intent_ranking_entities_and_the_whole_hearing(agent: Agent) -> None:
    parsed = _parse(agent, "我的订单2026111800042什么时候发货？")
    hearing = Hearing.from_dict(parsed["heard"])
    assert parsed["intent"] == {"name": hearing.intent, "confidence": hearing.confidence}
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [("order_number", "2026111800042")]
    assert hearing.language == "zh-CN"


def test_the_context_comes_from_the_metadata(agent: Agent) -> None:
    lit = _parse(agent, "8812", {"asked": "phone_last4", "locale": "zh-TW"})
    assert lit["heard"]["language"] == "zh-TW"
    assert [(e["entity"], e["value"]) for e in lit["entities"]] == [("phone", "8812")]
    dated = _parse(agent, "昨天下的单", {"now": "2026-11-23T10:00:00+08:00", "timezone": "Asia/Shanghai"})
    assert [(e["entity"], e["value"]) for e in dated["entities"]] == [("date", "2026-11-22")]


def test_malformed_metadata_is_passed_over() -> None:
    assert context_of(None).asked is None
    assert context_of({"now": "soon", "asked": 3, "locale": None}).now is None
    moment = context_of({"now": "2026-11-23T10:00:00"}).now
    assert moment is not None and moment.tzinfo is not None


def test_every_label_of_every_example_reaches_the_training_data_in_order() -> None:
    examples = [
        Example("都第三遍了", "zh-CN", "unresolved", "frustrated", 3, ("respect",), ("repeat",), "one"),
        Example("hello", "en", "greet", voice="two"),
        Example("where is it, and the bill", "en", "order_status", voice="two", also=("invoice",)),
        *(Example(f"again {number}", "en", "unresolved", voice="two") for number in range(3)),
    ]
    messages = messages_of(examples)
    assert examples_of(messages) == examples
    assert [message.get("intent") for message in messages] == ["unresolved", "unresolved", "greet", "order_status"]
    assert examples_of(messages_of([])) == []


def test_a_model_folder_holds_arrays_and_json_only(agent: Agent, tmp_path: Path) -> None:
    import tarfile

    assert agent.processor is not None
    with tarfile.open(agent.processor.model_path) as archive:
        names = [Path(name).name for name in archive.getnames() if "Hearer" in name]
    assert {"model.npz", "model.json"} <= set(names)
    assert not any(name.endswith((".pkl", ".pickle", ".joblib")) for name in names)
