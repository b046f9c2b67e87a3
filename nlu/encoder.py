"""An optional sentence encoder: a pretrained ONNX model whose vectors give a further opinion.

Off unless config.yml names one (`encoder:` of the Hearer): a folder with `model.onnx` (or `onnx/model.onnx`) and
`tokenizer.json`, or the id of such a repository on a model hub. onnxruntime and tokenizers are needed then
(`uv sync --extra encoder`), huggingface-hub for an id. docs/hearing.md says what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nlu.features import Floats

# What one standard deviation among the labels is worth beside the separators' scores; found on held-out voices.
SHARE = 0.15
MOST_PIECES = 128  # of a message; longer ones are cut
_BATCH = 32
_DECAY = 300.0


class EncoderMissing(Exception):
    """The encoder that was named cannot be opened; the message says what to do."""


class Encoder(Protocol):
    """Turns texts into vectors."""

    place: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors: (texts, size)."""
        ...


class OnnxEncoder:
    """Mean of the last hidden states over the pieces of a text, of unit length."""

    def __init__(self, place: str, model: Path, tokenizer: Path) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EncoderMissing(f"the encoder needs {error.name}: uv sync --extra encoder") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.place = place
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise classes of their own for a broken file
            raise EncoderMissing(f"{place} cannot be read as an ONNX encoder: {error}") from error
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._tokenizer.enable_padding()
        self._wanted = {each.name for each in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors: (texts, size)."""
        return np.concatenate([self._encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])

    def _encode(self, texts: Sequence[str]) -> Floats:
        read = self._tokenizer.encode_batch([_printable(text) for text in texts])
        mask = np.array([each.attention_mask for each in read], dtype=np.int64)
        pieces = np.array([each.ids for each in read], dtype=np.int64)
        given = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": np.zeros_like(pieces)}
        states = self._session.run(None, {name: given[name] for name in self._wanted if name in given})[0]
        weight = mask[:, :, None].astype(np.float32)
        mean = (states * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
        length = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean / np.maximum(length, 1e-9), dtype=np.float32)


def open_encoder(place: str) -> OnnxEncoder:
    """From a folder or a hub id. Raises EncoderMissing."""
    folder = Path(place).expanduser()
    if not folder.is_dir():
        folder = _from_hub(place)
    model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None)
    tokenizer = folder / "tokenizer.json"
    if model is None or not tokenizer.is_file():
        raise EncoderMissing(f"{place} holds no model.onnx (or onnx/model.onnx) with a tokenizer.json")
    return OnnxEncoder(place, model, tokenizer)


def _from_hub(place: str) -> Path:
    if place.count("/") != 1 or place.startswith((".", "/", "~")):
        raise EncoderMissing(f"the encoder {place!r} is neither a folder nor a hub id (owner/name)")
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise EncoderMissing("an encoder from a hub needs huggingface-hub: uv sync --extra encoder") from error
    try:
        wanted = ["tokenizer.json", "model.onnx", "onnx/model.onnx"]
        return Path(snapshot_download(place, allow_patterns=wanted))
    except Exception as error:  # network, no such repository, disk: all mean the same to who set it
        raise EncoderMissing(f"the encoder {place} could not be fetched: {error}") from error


@dataclass(frozen=True)
class Dense:
    """Ridge regression from centred, scaled vectors to labels. weights: (size, columns)."""

    centre: Floats
    scale: Floats
    weights: Floats

    @classmethod
    def learn(cls, vectors: Floats, labels: Sequence[Sequence[int]], columns: int) -> Dense:
        """labels: the columns that each vector counts for; rare labels weigh as much as frequent ones."""
        centre, scale = vectors.mean(axis=0), np.maximum(vectors.std(axis=0), 1e-6)
        scaled = (vectors - centre) / scale
        wanted = np.zeros((len(vectors), columns), dtype=np.float32)
        for row, mine in enumerate(labels):
            wanted[row, list(mine)] = 1.0
        wanted /= np.sqrt(np.maximum(wanted.mean(axis=0), 1e-6))
        wanted -= wanted.mean(axis=0)
        inside = scaled.T @ scaled + _DECAY * np.eye(scaled.shape[1], dtype=np.float32)
        weights = np.linalg.solve(inside, scaled.T @ wanted)
        return cls(centre.astype(np.float32), scale.astype(np.float32), weights.astype(np.float32))

    def tell(self, vectors: Floats) -> Floats:
        """Scores: (vectors, columns)."""
        return np.asarray(((vectors - self.centre) / self.scale) @ self.weights, dtype=np.float32)

    def to_arrays(self) -> dict[str, Any]:
        """Arrays by name, for storing."""
        return {"dense_centre": self.centre, "dense_scale": self.scale, "dense_weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Dense:
        """The other way round. Raises KeyError when something is missing."""
        return cls(arrays["dense_centre"], arrays["dense_scale"], arrays["dense_weights"])


def _printable(text: str) -> str:
    """Without halves of surrogate pairs, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
