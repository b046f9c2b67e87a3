"""Trains Rasa's model from our files, and knows whether a trained one still fits the present data and code."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from bot.engine import guard

ROOT = Path(__file__).resolve().parents[2]


class TrainingFailed(Exception):
    """Rasa made no model."""


@dataclass(frozen=True)
class Sources:
    """What a model is trained from. Paths are absolute. ``config`` names the corpus to Rasa, ``corpus`` to us."""

    config: Path = ROOT / "config.yml"
    domain: Path = ROOT / "dialogues" / "domain.yml"
    stories: Path = ROOT / "dialogues" / "seed_story.yml"
    corpus: Path = ROOT / "nlu" / "data" / "train"
    code: tuple[Path, ...] = (ROOT / "nlu", ROOT / "dialogues" / "rasa_policy.py")
    libraries: tuple[str, ...] = ("rasa", "scikit-learn", "numpy", "scipy", "opencc", "spacy")  # that shape a model

    def check(self) -> None:
        """Raises FileNotFoundError for a missing file, guard.TensorFlowNeeded for a component that cannot work."""
        for path in (self.config, self.domain, self.stories):
            if not path.is_file():
                raise FileNotFoundError(f"{path} is missing")
        config: dict[str, Any] = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        parts = [*(config.get("pipeline") or ()), *(config.get("policies") or ())]
        guard.check_config(str(part.get("name", "")) for part in parts)

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when anything changes that a model depends on."""
        digest = hashlib.sha256()
        for path in sorted(set(self._files())):
            digest.update(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).encode())
            digest.update(path.read_bytes())
        digest.update(" ".join(f"{name} {version(name)}" for name in self.libraries).encode())
        return digest.hexdigest()[:16]

    def _files(self) -> Iterator[Path]:
        yield from (self.config, self.domain, self.stories)
        if self.corpus.is_dir():
            yield from self.corpus.rglob("*.jsonl")
        for place in self.code:
            if place.is_dir():
                yield from (p for p in place.rglob("*") if p.suffix in {".py", ".json", ".yml", ".txt"} and p.is_file()
                            and "data" not in p.relative_to(place).parts[:1])  # fmt: skip
            elif place.exists():
                yield place


def corpus_fingerprint(corpus: Path) -> str:
    """The SHA-256 of training messages: file names and what is in them."""
    digest = hashlib.sha256()
    for path in sorted(corpus.rglob("*.jsonl")):
        digest.update(str(path.relative_to(corpus)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def model_path(folder: Path, sources: Sources) -> Path:
    """Where the model for the present data and code is, or would be."""
    return folder / f"kairos-{sources.fingerprint()}.tar.gz"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One training at a time in a folder: a second process waits, then finds the model there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def train(folder: Path, sources: Sources | None = None) -> Path:
    """Trains and returns the model's path. Raises TrainingFailed, and what ``Sources.check`` raises.

    The model appears under its name only when it is complete. Older ones are removed.
    """
    sources = sources or Sources()
    sources.check()
    guard.install()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")  # our fingerprint decides; Rasa's cache would only fill the disk
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(folder / "cache"))
    warnings.filterwarnings("ignore", module=r"rasa\.")  # about its own deprecated imports and slot mappings
    import rasa.model_training

    target = model_path(folder, sources)
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f"building-{os.getpid()}"
    before = Path.cwd()
    try:
        os.chdir(ROOT)  # config.yml names the corpus relative to the project
        with redirect_stdout(sys.stderr):  # Rasa prints what it does; ours may be JSON that a machine reads
            result = rasa.model_training.train(
                domain=str(sources.domain), config=str(sources.config), training_files=[str(sources.stories)],
                output=str(building), fixed_model_name="model", force_training=True,
            )  # fmt: skip
        if result.code != 0 or not result.model:
            raise TrainingFailed(f"Rasa made no model (code {result.code}); its messages above say why")
        Path(result.model).replace(target)
    finally:
        os.chdir(before)
        shutil.rmtree(building, ignore_errors=True)
    for old in folder.glob("kairos-*.tar.gz"):
        if old != target:
            old.unlink(missing_ok=True)
    return target
