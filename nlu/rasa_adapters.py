"""Everything in this room that knows Rasa: thin graph components over the listener, and an importer.

The pipeline in config.yml is LanguageReader (prepares the text once), EntityFinder, Hearer. After it a
Rasa message holds `intent`, `intent_ranking`, `entities` in Rasa's form and `heard`, a Hearing as a dict.
The user message's metadata may hold `locale`, `asked`, `now` (ISO 8601) and `timezone`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.catalogue import Catalogue
from nlu.corpus import Example, read_examples
from nlu.encoder import open_encoder
from nlu.entities import EntityFinder as Finder
from nlu.hearing import Context
from nlu.light import details_asked_for
from nlu.listener import Listener, Progress
from nlu.prepare import Prepared, prepare

_PREPARED = "kairos_prepared"
_CONTEXT = "kairos_context"
_FOUND = "kairos_entities"
_CORPUS = "kairos_corpus"
HEARD = "heard"
RANKING = "intent_ranking"

_Type = DefaultV1Recipe.ComponentType


def context_of(metadata: Any) -> Context:
    """Context from a user message's metadata; whatever is missing or malformed is left out."""
    if not isinstance(metadata, dict):
        return Context()
    now: datetime | None = None
    with suppress(ValueError):
        now = datetime.fromisoformat(str(metadata["now"])) if metadata.get("now") else None
    if now is not None and now.tzinfo is None:
        now = now.replace(tzinfo=UTC)
    texts = {key: metadata.get(key) for key in ("asked", "locale", "timezone")}
    return Context(now=now, **{key: value if isinstance(value, str) else None for key, value in texts.items()})


class _Component(GraphComponent):  # type: ignore[misc]
    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Component:
        return cls(config)


@DefaultV1Recipe.register(_Type.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageReader(_Component):
    """Cleans, folds and cuts the text, and tells its language."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            context = context_of(message.get(METADATA))
            message.set(_CONTEXT, context)
            message.set(_PREPARED, prepare(message.get(TEXT) or "", context.locale))
        return messages


@DefaultV1Recipe.register(_Type.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(_Component):
    """Finds details. `catalogue`: path of a JSON list of products, or null."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        path = self._config.get("catalogue")
        self._finder = Finder(Catalogue.read(Path(path)) if path else None)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"catalogue": None}

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            prepared, context = _prepared(message)
            found = details_asked_for(prepared, context, self._finder.find(prepared, context))
            message.set(_FOUND, found)
            rows = [
                {
                    "entity": e.kind,
                    "value": e.value,
                    "text": e.text,
                    "start": e.start,
                    "end": e.end,
                    "extractor": "kairos",
                }
                for e in found
            ]
            message.set(ENTITIES, rows, add_to_output=True)
        return messages


@DefaultV1Recipe.register(_Type.INTENT_CLASSIFIER, is_trainable=True)
class Hearer(_Component, IntentClassifier):  # type: ignore[misc]
    """Hears intent, feeling, needs and flags in one pass.

    `progress`: show a progress line while training, or the path of a file that is to hold it as JSON; `encoder`: a
    sentence encoder to listen with as well (encoder.py).
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        listener: Listener | None = None,
    ) -> None:
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource
        self._listener = listener

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"progress": True, "ranking": 10, "encoder": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Hearer:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Hearer:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Listener.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = examples_of(training_data.training_examples)
        place = self._config["encoder"]
        self._listener = Listener.train(
            examples,
            progress=_progress(self._config["progress"]),
            encoder=open_encoder(place) if place else None,
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._listener.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._listener is None:
            raise RuntimeError("the hearer was asked before it was trained or loaded")
        for message in messages:
            prepared, context = _prepared(message)
            found = message.get(_FOUND)
            if found is None:
                found = self._listener.find_entities(prepared, context)
            hearing, ranking = self._listener.hear_ranked(prepared, context, found, self._config["ranking"])
            rows = [{"name": name, "confidence": confidence} for name, confidence in ranking]
            message.set(INTENT, rows[0], add_to_output=True)
            message.set(RANKING, rows, add_to_output=True)
            message.set(HEARD, hearing.to_dict(), add_to_output=True)
        return messages


class CorpusImporter(RasaFileImporter):  # type: ignore[misc]
    """Reads domain and stories as Rasa does, and the training messages from our JSON Lines.

    `corpus` in config.yml: one path or several. Raises CorpusError naming file and line.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        corpus: list[str] | str = "nlu/data/train",
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._corpus = [corpus] if isinstance(corpus, str) else list(corpus)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        examples = [example for place in self._corpus for example in read_examples(place)]
        return TrainingData(messages_of(examples))


def messages_of(examples: Sequence[Example]) -> list[Message]:
    """Two messages an intent, for Rasa to see; the first of all carries every example, as one text.

    Rasa copies and fingerprints each message dozens of times: with a message for each example that takes longer than
    learning from them.
    """
    texts: dict[str, list[str]] = {}
    for example in examples:
        texts.setdefault(example.intent, []).append(example.text)
    messages = [Message(data={TEXT: text, INTENT: intent}) for intent, some in texts.items() for text in some[:2]]
    for message in messages[:1]:
        message.set(_CORPUS, json.dumps([asdict(example) for example in examples], ensure_ascii=False))
    return messages


def examples_of(messages: Iterable[Message]) -> list[Example]:
    """The examples that messages_of was given."""
    rows = [row for message in messages for row in json.loads(message.get(_CORPUS) or "[]")]
    lists = ("needs", "flags", "also")
    return [Example(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows]


def _prepared(message: Message) -> tuple[Prepared, Context]:
    """What LanguageReader left on the message, made here when the pipeline does not name it."""
    context = message.get(_CONTEXT) or context_of(message.get(METADATA))
    return message.get(_PREPARED) or prepare(message.get(TEXT) or "", context.locale), context


def _progress(wanted: bool | str) -> Progress | None:
    """Where progress goes: to whoever watches, into a file that another process reads, or nowhere."""
    if not isinstance(wanted, str):
        return _show if wanted else None
    place = Path(wanted)

    def note(what: str, share: float) -> None:
        half = place.with_suffix(".half")
        half.write_text(json.dumps({"what": what, "share": share}), encoding="utf-8")
        half.replace(place)

    return note


def _show(what: str, share: float) -> None:
    """A progress line on standard error, rewritten in place; silent when nobody watches."""
    if sys.stderr.isatty():
        bar = "#" * int(share * 30)
        sys.stderr.write(f"\r  {what:<12} [{bar:<30}] {share:4.0%}" + ("\n" if what == "done" else ""))
        sys.stderr.flush()
