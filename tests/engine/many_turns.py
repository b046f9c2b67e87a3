"""Handles many turns in a process of its own and tells its memory: ``python -m tests.engine.many_turns MODEL N AFTER``.

The first figure is taken after AFTER turns, when caches and pools have their size.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import Any

from bot import logs
from bot.engine.engine import Engine

METADATA: dict[str, Any] = {"state": {"facts": {"order_number": "2026111800042"}}, "orders": [{"number": "1"}] * 3}


async def main(model: Path, turns: int, after: int) -> None:
    """Runs the turns, sixteen conversations at a time."""
    handled = 0

    async def handler(call: dict[str, Any]) -> None:
        nonlocal handled
        handled += 1

    engine = Engine(handler)
    await engine.load(model)
    before = 0.0
    for start in range(0, turns, 16):
        await asyncio.gather(*(
            engine.handle(f"等了 {n} 天了 where is it", {**METADATA, "conversation_id": f"c-{n}", "turn_id": f"t-{n}"})
            for n in range(start, min(start + 16, turns))
        ))  # fmt: skip
        if not before and start >= after:
            before = resident_mb()
    print(json.dumps({"turns": handled, "mb_before": before, "mb_after": resident_mb()}))
    engine.close()


def resident_mb() -> float:
    """This process's resident memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    logs.configure("error")
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
