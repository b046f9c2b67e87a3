"""What is inside a trained model's archive, read without Rasa."""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from nlu.listener import Listener

ON_FOLDS = "second_"  # arrays of a model that come of the folds, as its calibration does


@contextmanager
def hearer_folder(model: Path) -> Iterator[Path]:
    """The folder of the trained hearing. Raises FileNotFoundError when the model holds none."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(model) as archive:
            archive.extractall(folder, filter="data")
        parts = [path for path in Path(folder).rglob("*Hearer*") if path.is_dir()]
        if not parts:
            raise FileNotFoundError(f"{model} holds no trained hearing")
        yield parts[0]


def open_listener(model: Path) -> Listener:
    """The listener inside a trained model. Raises FileNotFoundError when the model holds none."""
    with hearer_folder(model) as folder:
        return Listener.load(folder)


def weights_digest(model: Path) -> str:
    """The SHA-256 of what was learnt, without times and paths: two trainings that learnt the same have the same.

    Without what is fitted on the folds. On another kind of processor the last digits may differ all the same.
    """
    told = hashlib.sha256()
    with hearer_folder(model) as folder:
        notes = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        notes.pop("calibration", None)
        told.update(json.dumps(notes, sort_keys=True, ensure_ascii=False).encode())
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            for name in sorted(name for name in arrays.files if not name.startswith(ON_FOLDS)):
                array = np.ascontiguousarray(arrays[name])
                told.update(f"{name} {array.dtype} {array.shape}".encode())
                told.update(array.tobytes())
    return told.hexdigest()
