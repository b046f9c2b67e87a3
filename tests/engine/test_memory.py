from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TURNS, SETTLED_AFTER, GROWTH_MB = 10_000, 2_000, 12


@pytest.mark.long
def test_memory_does_not_grow_over_ten_thousand_turns(watched_model: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.many_turns", str(watched_model), str(TURNS), str(SETTLED_AFTER)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["turns"] == TURNS
    assert seen["mb_after"] - seen["mb_before"] < GROWTH_MB, seen
