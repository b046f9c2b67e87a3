from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.small import small_corpus, train_small
from tests.staff.conftest import desk, desk_on_both

__all__ = ["desk", "desk_on_both"]  # the same desks as the staff's tests have


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus."""
    return small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Path:
    """A model that was trained from it in seconds."""
    return train_small(tmp_path_factory.mktemp("model"), small)
