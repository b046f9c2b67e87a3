"""A shop owner adds an issue by docs/playbooks.md: a playbook, messages and wording, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example-issue"
PAGE = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
ROOMS = ("actions", "bot", "dialogues", "models", "nlu", "config.yml", "pyproject.toml", "uv.lock")
# The hearing is trained from a part of the messages here, so that it takes seconds.
VOICES = ("01-", "03-", "05-", "06-", "11-", "41-bag", "42-bag")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as a shop has it."""
    copy = tmp_path_factory.mktemp("shop")
    for name in ROOMS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "dev", "test"))
        else:
            shutil.copy(ROOT / name, copy / name)
    for path in (copy / "nlu" / "data" / "train").glob("*.jsonl"):
        if not any(voice in path.name for voice in VOICES):
            path.unlink()
    return copy


def kairos(shop: Path, *words: str) -> tuple[int, str]:
    """Runs the command in the shop's own copy."""
    ended = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        cwd=shop, capture_output=True, text=True, timeout=300,
        env={k: v for k, v in os.environ.items() if not k.startswith("KAIROS_")} | {"PYTHONPATH": str(shop)},
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


def copied_by_the_page() -> list[tuple[str, str]]:
    """What the page tells the owner to copy, and to where."""
    return re.findall(r"^cp docs/example-issue/(\S+) +(\S+)$", PAGE, re.MULTILINE)


@pytest.mark.long
def test_an_issue_is_added_by_following_the_page(shop: Path) -> None:
    steps = copied_by_the_page()
    assert {Path(source).name for source, _ in steps} == {
        "gift_wrap.yml", "en.yml", "zh-CN.yml", "zh-TW.yml", "gift_wrap.jsonl",
    }  # fmt: skip
    for source, target in steps[:1]:
        shutil.copy(EXAMPLE / source, shop / target)
    code, told = kairos(shop, "playbook", "check")
    assert code == 1 and "gift_wrap.yml:" in told and "act.wrap is not worded in" in told
    for source, target in steps[1:]:
        (shop / target).parent.mkdir(exist_ok=True)
        shutil.copy(EXAMPLE / source, shop / target)
    for words in (("playbook", "check"), ("wording", "lint")):
        code, told = kairos(shop, *words)
        assert code == 0, told
    code, told = kairos(shop, "playbook", "show", "gift_wrap", "--locale", "zh-TW")
    assert code == 0 and "包成禮物再出貨" in told and "calls orders.change" in told
    code, told = kairos(shop, "train")
    assert code == 0, told
    code, told = kairos(shop, "talk", str(EXAMPLE / "talk.yml"))
    assert code == 0, told
    assert "3 conversations, 3 as wanted" in told


def test_no_python_is_among_what_is_added() -> None:
    assert {path.suffix for path in EXAMPLE.rglob("*") if path.is_file()} == {".yml", ".jsonl"}
