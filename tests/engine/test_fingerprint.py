from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.training import Sources, model_path

pytestmark = pytest.mark.fast


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Sources of our own that may be changed."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "en-01.jsonl").write_text('{"text": "hello"}\n', encoding="utf-8")
    (tmp_path / "nlu" / "data" / "dev").mkdir(parents=True)
    (tmp_path / "nlu" / "hearer.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "nlu" / "words.txt").write_text("word\n", encoding="utf-8")
    (tmp_path / "nlu" / "data" / "dev" / "dev.txt").write_text("not trained on\n", encoding="utf-8")
    for name in ("config.yml", "domain.yml", "stories.yml"):
        (tmp_path / name).write_text("{}\n", encoding="utf-8")
    return Sources(
        config=tmp_path / "config.yml", domain=tmp_path / "domain.yml", stories=tmp_path / "stories.yml",
        corpus=tmp_path / "corpus", code=(tmp_path / "nlu",),
    )  # fmt: skip


def test_the_same_data_and_code_have_the_same_fingerprint(sources: Sources):
    first = sources.fingerprint()
    assert len(first) == 16 and int(first, 16) >= 0
    assert sources.fingerprint() == replace(sources).fingerprint() == first


@pytest.mark.parametrize("changed", [
    "config.yml", "domain.yml", "stories.yml", "corpus/en-01.jsonl", "nlu/hearer.py", "nlu/words.txt",
])  # fmt: skip
def test_the_fingerprint_changes_with_data_and_code(sources: Sources, changed: str):
    before = sources.fingerprint()
    path = sources.config.parent / changed
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert sources.fingerprint() != before


def test_the_fingerprint_changes_with_the_libraries_that_shape_a_model(sources: Sources):
    assert replace(sources, libraries=("numpy",)).fingerprint() != replace(sources, libraries=("scipy",)).fingerprint()


@pytest.mark.parametrize("change", [
    lambda root: (root / "corpus" / "en-02.jsonl").write_text("{}\n", encoding="utf-8"),
    lambda root: (root / "corpus" / "en-01.jsonl").rename(root / "corpus" / "en-03.jsonl"),
    lambda root: (root / "nlu" / "more.py").write_text("", encoding="utf-8"),
    lambda root: (root / "nlu" / "words.txt").unlink(),
], ids=["a new file of messages", "a file under another name", "a new module", "a list gone"])  # fmt: skip
def test_the_fingerprint_changes_with_the_files_there_are(sources: Sources, change: Callable[[Path], object]):
    before = sources.fingerprint()
    change(sources.config.parent)
    assert sources.fingerprint() != before


def test_what_is_not_trained_on_does_not_count(sources: Sources):
    before, root = sources.fingerprint(), sources.config.parent
    (root / "nlu" / "data" / "dev" / "dev.txt").write_text("measured with\n", encoding="utf-8")
    (root / "nlu" / "__pycache__").mkdir()
    (root / "nlu" / "__pycache__" / "hearer.pyc").write_bytes(b"\0")
    os.utime(sources.domain, (1, 1))
    assert sources.fingerprint() == before


def test_a_model_is_named_after_its_fingerprint(sources: Sources, tmp_path: Path):
    assert model_path(tmp_path, sources).name == f"kairos-{sources.fingerprint()}.tar.gz"


def test_our_own_sources_cover_hearing_and_policy():
    code = {path.name for path in Sources().code}
    assert {"nlu", "rasa_policy.py"} <= code
    Sources().check()


@pytest.mark.parametrize("missing", ["config", "domain", "stories"])
def test_a_missing_file_is_refused_by_name(sources: Sources, missing: str):
    path: Path = getattr(sources, missing)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=path.name):
        sources.check()
