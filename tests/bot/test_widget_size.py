from __future__ import annotations

import gzip

import pytest

from bot.app import STATIC

pytestmark = pytest.mark.fast


def test_the_chat_element_is_at_most_15_kb_gzipped():
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in (STATIC / "chat").glob("*.js")}
    assert sum(sizes.values()) <= 15_000, sizes
