from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.desk import Size, run


@pytest.mark.long
def test_a_small_run_of_the_desks_benchmark_sees_every_message(trained_model: Path):
    figures = run(Size(agents=3, chats=9, rate=6, seconds=3), trained_model)
    assert figures["messages"] == 18 and figures["unseen"] == 0, figures
    assert figures["screen_ms"]["p95"] < 5000 and figures["memory_mb"] > 0
