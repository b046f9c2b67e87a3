"""Rasa's default project from our training messages: its own default pipeline and policies, one reply per intent."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.corpus import Example

# Square and round brackets would be read as Rasa's notation for entities.
_NOTATION = str.maketrans("[](){}\n\r", "【】（）｛｝  ")
_STORIES = 60
_STORY_TURNS = 3


@dataclass(frozen=True)
class Project:
    """Files of a Rasa project by name, and the number of messages in them."""

    files: dict[str, str]
    messages: int

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with any file."""
        return hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()[:16]

    def write(self, folder: Path) -> None:
        """Writes the files; others in the folder stay."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")


def make_project(examples: Sequence[Example], default_config: str, seed: int) -> Project:
    """The project. `default_config` is Rasa's own file of defaults, taken as it is.

    Every intent has a rule, so that every message is answered; short stories give the two learning policies
    something to learn. Languages are mixed in each intent.
    """
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[example.intent].append(as_example(example.text))
    intents = sorted(by_intent)
    chance = random.Random(seed)
    stories = [chance.sample(intents, min(_STORY_TURNS, len(intents))) for _ in range(_STORIES)]
    files = {
        "config.yml": default_config,
        "domain.yml": _yaml(
            intents=intents,
            responses={reply: [{"text": f"{reply}."}] for reply in map(_reply_to, [*intents, "nlu_fallback"])},
            session_config={"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        ),
        "nlu.yml": _yaml(
            nlu=[
                {"intent": intent, "examples": "".join(f"- {text}\n" for text in by_intent[intent])}
                for intent in intents
            ]
        ),
        "rules.yml": _yaml(
            rules=[{"rule": intent, "steps": _turns([intent])} for intent in [*intents, "nlu_fallback"]]
        ),
        "stories.yml": _yaml(
            stories=[{"story": f"story {i}", "steps": _turns(story)} for i, story in enumerate(stories, start=1)]
        ),
        "credentials.yml": "rest:\n",
        "endpoints.yml": "{}\n",
    }
    return Project(files, len(examples))


def as_example(text: str) -> str:
    """A message as one line of Rasa's training file, without its notation for entities, payloads and lists."""
    return text.translate(_NOTATION).strip().lstrip("/-")


def _reply_to(intent: str) -> str:
    return f"utter_{intent}"


def _turns(intents: Sequence[str]) -> list[dict[str, str]]:
    return [step for intent in intents for step in ({"intent": intent}, {"action": _reply_to(intent)})]


def _yaml(**sections: Any) -> str:
    return yaml.safe_dump({"version": "3.1", **sections}, allow_unicode=True, sort_keys=False, width=1000)
