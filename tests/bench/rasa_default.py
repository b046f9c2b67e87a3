"""Rasa's default pipeline in an environment of its own: built, trained, and the command that serves it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.messages import ROOT, sample_training
from tests.bench.processes import BenchError, run_to_end
from tests.bench.rasa_project import Project, make_project

REQUIREMENTS = Path(__file__).with_name("rasa-requirements.txt")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
_DEFAULTS = "lib/python3.10/site-packages/rasa/engine/recipes/config_files/default_config.yml"
_INSTALL_LIMIT_S = 1800.0
_TRAIN_LIMIT_S = 4 * 3600.0


@dataclass(frozen=True)
class Trained:
    """A trained project. `train_s` is 0 when it was there already."""

    python: Path
    folder: Path
    model: Path
    messages: int
    epochs: int
    train_s: float

    def serve_command(self, port: int) -> list[str]:
        """The server on the loopback with its REST channel; no endpoint is named, so trackers stay in memory."""
        return [
            *_rasa(self.python), "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port),
            "--model", str(self.model), "--credentials", "credentials.yml", "--endpoints", "endpoints.yml",
        ]  # fmt: skip


def build_environment(folder: Path) -> Path:
    """The environment's interpreter; built when it is not there or the requirements changed. Raises BenchError."""
    place = folder / "rasa-env"
    python, marker = place / "bin" / "python", place / "complete"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if python.exists() and marker.exists() and marker.read_text(encoding="ascii") == wanted:
        return python
    uv, base = find_uv(), find_python310()
    print(f"Building Rasa's own environment in {place} (2.5 GB; minutes on the first run) …", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    # Outside the repository: inside, uv would apply the metadata that our pyproject.toml gives for rasa.
    outside, log = Path(tempfile.gettempdir()), folder / "rasa-env.log"
    run_to_end("uv venv", [uv, "venv", "--python", base, str(place)], {}, outside, log, _INSTALL_LIMIT_S)
    run_to_end(
        "installing rasa 3.6.21", [uv, "pip", "install", "--python", str(python), "-r", str(REQUIREMENTS)],
        {}, outside, log, _INSTALL_LIMIT_S,
    )  # fmt: skip
    marker.write_text(wanted, encoding="ascii")
    return python


def find_uv() -> str:
    """uv on PATH, in the project's environment, or where setup puts one. Raises BenchError."""
    for candidate in (shutil.which("uv"), ROOT / ".venv" / "bin" / "uv", ROOT / "var" / "tools" / "bin" / "uv"):
        if candidate and Path(candidate).exists():
            return str(candidate)
    raise BenchError("uv was not found; run `sh bot/setup.sh test`, or put uv on PATH, and try again")


def find_python310() -> str:
    """A CPython 3.10: on PATH, by pyenv, or known to uv, which may download one. Raises BenchError."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [shutil.which("python3.10"), *map(str, sorted(pyenv.glob("versions/3.10*/bin/python"), reverse=True))]
    for candidate in candidates:
        if candidate and _is_310(candidate):
            return candidate
    for step in (["python", "find", "3.10"], ["python", "install", "3.10"], ["python", "find", "3.10"]):
        answer = subprocess.run(
            [find_uv(), *step], cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False, timeout=600
        )
        if step[1] == "find" and answer.returncode == 0 and _is_310(answer.stdout.strip()):
            return answer.stdout.strip()
    raise BenchError(
        "Rasa's default pipeline needs CPython 3.10 (TensorFlow 2.12), which is neither on PATH as python3.10, nor in "
        "~/.pyenv/versions, nor to be had through uv. Install it (`pyenv install 3.10`, `uv python install 3.10` or "
        "your system's package) and try again"
    )


def train(folder: Path, python: Path, share: float, epochs: int, seed: int) -> Trained:
    """Trains on a share (0-1) of our training messages, unless the same was trained before. Raises BenchError.

    Stories are not multiplied by joining them (`--augmentation 0`): that makes training longer, not the model larger.
    """
    project = _project(python, share, epochs, seed)
    place = folder / "rasa-projects" / project.fingerprint
    model = place / "model.tar.gz"
    seconds = 0.0
    if not model.exists():
        project.write(place)
        print(
            f"Training Rasa's default pipeline on {project.messages} messages, {epochs} epochs "
            f"(log: {folder / 'rasa-train.log'}) …",
            flush=True,
        )
        building = place / "building"
        seconds = run_to_end(
            "training", [
                "nice", "-n", "10", *_rasa(python), "train", "--config", "config.yml", "--domain", "domain.yml",
                "--data", "nlu.yml", "rules.yml", "stories.yml", "--out", str(building),
                "--fixed-model-name", "model", "--augmentation", "0",
            ], QUIET, place, folder / "rasa-train.log", _TRAIN_LIMIT_S,
        )  # fmt: skip
        made = building / "model.tar.gz"
        if not made.exists():
            raise BenchError(f"Rasa made no model; {folder / 'rasa-train.log'} says why")
        made.replace(model)
    return Trained(python, place, model, project.messages, epochs, seconds)


def _project(python: Path, share: float, epochs: int, seed: int) -> Project:
    return make_project(sample_training(share, seed), default_config(python, epochs), seed)


def default_config(python: Path, epochs: int) -> str:
    """Rasa's own file of defaults, which trains for 100 epochs where nothing else is said."""
    defaults = (python.parents[1] / _DEFAULTS).read_text(encoding="utf-8")
    defaults = defaults.replace("placeholder_default", "kairos-bench")
    return defaults if epochs == 100 else defaults.replace("epochs: 100", f"epochs: {epochs}")


def _rasa(python: Path) -> list[str]:
    return [str(python), "-m", "rasa"]


def _is_310(python: str) -> bool:
    try:
        answer = subprocess.run(
            [python, "-c", "import sys; print(sys.implementation.name, *sys.version_info[:2])"],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    except OSError:
        return False
    return answer.stdout.split() == ["cpython", "3", "10"]
