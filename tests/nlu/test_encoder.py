"""The optional encoder: a tiny ONNX model, made here, in which words that mean the same have the same vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from nlu.corpus import Example
from nlu.encoder import EncoderMissing, OnnxEncoder, open_encoder
from nlu.listener import Listener

pytestmark = pytest.mark.fast

MEANINGS = [["parcel", "package", "zorple"], ["refund", "money", "quibbit"], ["hello", "hi"], ["please", "now", "my"]]
WORDS = ["[PAD]", "[UNK]", *(word for same in MEANINGS for word in same)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as sentence encoders are published: model.onnx and tokenizer.json."""
    place = tmp_path_factory.mktemp("encoder")
    table = np.zeros((len(WORDS), len(MEANINGS) + 1), dtype=np.float32)
    table[1, -1] = 1.0
    for number, same in enumerate(MEANINGS):
        for word in same:
            table[WORDS.index(word), number] = 1.0
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "m"]) for n in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "m", table.shape[1]])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, place / "model.onnx")
    words = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(place / "tokenizer.json"))
    return place


@pytest.fixture(scope="module")
def encoder(folder: Path) -> OnnxEncoder:
    return open_encoder(str(folder))


def examples() -> list[Example]:
    texts = {
        "order_status": [
            "my parcel please",
            "parcel now",
            "my package",
            "hi my parcel",
            "package now please",
            "parcel",
        ],
        "refund": ["my refund please", "refund now", "my money", "hi my refund", "money now please", "refund"],
        "greet": ["hello", "hi", "hello hi", "hi hi", "hello now", "hi please"],
    }
    return [Example(text, "en", intent) for _ in range(2) for intent, each in texts.items() for text in each]


def test_vectors_have_length_one_and_padding_does_not_count(encoder: OnnxEncoder) -> None:
    alone = encoder.encode(["parcel"])
    beside = encoder.encode(["parcel", "hello my refund now please"])
    assert np.allclose(np.linalg.norm(beside, axis=1), 1.0)
    assert np.allclose(alone[0], beside[0])


def test_a_word_that_no_message_held_is_heard_by_its_meaning(encoder: OnnxEncoder) -> None:
    plain, helped = Listener.train(examples()), Listener.train(examples(), encoder=encoder)
    assert plain.hear("my quibbit please").intent == plain.hear("my zorple please").intent
    assert helped.hear("my quibbit please").intent == "refund"
    assert helped.hear("my zorple please").intent == "order_status"


def test_a_listener_with_an_encoder_is_stored_and_opened_with_it(encoder: OnnxEncoder, tmp_path: Path) -> None:
    listener = Listener.train(examples(), encoder=encoder)
    listener.save(tmp_path)
    assert Listener.load(tmp_path).hear("my quibbit please").intent == "refund"


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "😡" * 500, "一" * 4000, "x" * 5000])
def test_whatever_is_written_is_encoded(encoder: OnnxEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


@pytest.mark.parametrize("place", ["", "nowhere", "./no/such/folder", "/nowhere/at/all"])
def test_an_encoder_that_is_not_there_is_named(place: str, tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match=r"hub id|holds no"):
        open_encoder(place or str(tmp_path))


def test_a_broken_model_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    with pytest.raises(EncoderMissing, match="cannot be read"):
        open_encoder(str(tmp_path))
