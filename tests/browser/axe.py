"""axe-core, from the npm registry, for tests only: kept in var/tools, looked for once."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.server import ROOT

VERSION = "4.14.1"
KEPT = ROOT / "var" / "tools" / f"axe-core-{VERSION}.min.js"
WITHIN_S = 120
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@lru_cache(maxsize=1)
def source() -> str | None:
    """axe-core's script, or None where npm is missing or finds nothing."""
    if not KEPT.exists():
        if shutil.which("npm") is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--silent", f"axe-core@{VERSION}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=WITHIN_S)
            packed = next(Path(folder).glob("axe-core-*.tgz"), None)
            if done.returncode != 0 or packed is None:
                return None
            with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
                found = archive.extractfile("package/axe.min.js")
                assert found is not None
                KEPT.parent.mkdir(parents=True, exist_ok=True)
                KEPT.write_bytes(found.read())
    return KEPT.read_text(encoding="utf-8")


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is shown now, one line each."""
    await page.evaluate(f"{source()}; 0")
    found: list[dict[str, Any]] = await page.evaluate(
        "async (rules) => (await axe.run(document, {runOnly: rules})).violations", RULES
    )
    return [
        f"{each['id']}: {node['html'][:160]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for each in found for node in each["nodes"]
    ]  # fmt: skip
