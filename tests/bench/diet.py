"""Rasa's DIET in its own environment: trained on given messages, asked about others."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import yaml

from nlu.corpus import Example
from tests.bench.processes import BenchError, run_to_end
from tests.bench.rasa_default import QUIET, build_environment, default_config
from tests.bench.rasa_project import as_example

_TRAIN_LIMIT_S = 4 * 3600.0
_HEAR_LIMIT_S = 3600.0

# Runs in Rasa's environment: every line of the first file is heard, the ranking is written to the second.
_HEARER = """
import asyncio, json, sys
from rasa.core.agent import Agent

async def hear():
    agent = Agent.load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as asked, open(sys.argv[3], "w", encoding="utf-8") as heard:
        for line in asked:
            found = await agent.parse_message(json.loads(line))
            print(json.dumps({each["name"]: each["confidence"] for each in found["intent_ranking"]}), file=heard)

asyncio.run(hear())
"""


def hear_with_diet(
    folder: Path, name: str, learn: Sequence[Example], asked: Sequence[str], epochs: int
) -> tuple[list[dict[str, float]], float]:
    """(label to confidence for each asked message, seconds to train). Raises BenchError.

    Labels are written as Rasa likes them and turned back; its fallback label is left out.
    """
    python = build_environment(folder)
    place = folder / "diet" / name.replace(" ", "-").lower()
    place.mkdir(parents=True, exist_ok=True)
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for example in learn:
        by_label[example.intent].append(as_example(example.text))
    rows = [{"intent": label, "examples": "".join(f"- {t}\n" for t in by_label[label])} for label in sorted(by_label)]
    data = yaml.safe_dump({"version": "3.1", "nlu": rows}, allow_unicode=True, sort_keys=False, width=1000)
    (place / "nlu.yml").write_text(data, encoding="utf-8")
    (place / "config.yml").write_text(default_config(python, epochs), encoding="utf-8")
    print(f"Training Rasa's default pipeline on {name}: {len(learn)} messages, {epochs} epochs …", flush=True)
    seconds = run_to_end(
        "training DIET", [
            str(python), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml", "--out", "models",
            "--fixed-model-name", "model",
        ], QUIET, place, place / "train.log", _TRAIN_LIMIT_S,
    )  # fmt: skip
    model = place / "models" / "model.tar.gz"
    if not model.exists():
        raise BenchError(f"Rasa made no model; {place / 'train.log'} says why")
    (place / "asked.jsonl").write_text("".join(json.dumps(text) + "\n" for text in asked), encoding="utf-8")
    (place / "hear.py").write_text(_HEARER, encoding="utf-8")
    command = [str(python), "hear.py", str(Path("models") / "model.tar.gz"), "asked.jsonl", "heard.jsonl"]
    run_to_end("hearing with DIET", command, QUIET, place, place / "hear.log", _HEAR_LIMIT_S)
    heard = [json.loads(line) for line in (place / "heard.jsonl").read_text(encoding="utf-8").splitlines()]
    if len(heard) != len(asked):
        raise BenchError(f"DIET answered {len(heard)} of {len(asked)} messages; {place / 'hear.log'} says why")
    return [{label: share for label, share in each.items() if label != "nlu_fallback"} for each in heard], seconds
