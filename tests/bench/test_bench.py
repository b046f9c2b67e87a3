"""The benchmark's own arithmetic and honesty, without either system."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from nlu.corpus import Example
from tests.bench.measure import Figures, Heard, Tally, hold, percentile
from tests.bench.messages import DEV, TRAIN, Conversation, count_messages, sample_conversations, sample_training
from tests.bench.processes import BenchError, family_of, resident_bytes, run_to_end, running
from tests.bench.rasa_project import make_project
from tests.bench.systems import Customer, Reply, Unanswered
from tests.bench.table import Report, aims, table_of

pytestmark = pytest.mark.fast


class Parrot:
    """A system that answers at once; it refuses `bad` and hands `human` over."""

    name = "parrot"

    def __init__(self) -> None:
        self.conversations: list[list[str]] = []
        self.most_at_once = 0
        self._now = 0

    @asynccontextmanager
    async def customer(self, locale: str) -> AsyncIterator[Customer]:
        if locale == "xx":
            raise Unanswered("no connection")
        said: list[str] = []
        self.conversations.append(said)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield _ParrotCustomer(said)
        finally:
            self._now -= 1


class _ParrotCustomer:
    def __init__(self, said: list[str]) -> None:
        self._said = said

    async def ask(self, text: str) -> Reply:
        await asyncio.sleep(0)
        self._said.append(text)
        if text == "bad":
            raise Unanswered("error bad_frame")
        return Reply(0.001, 1, ends_talk=text == "human")


async def test_every_message_is_asked_once_by_as_many_customers_as_were_ordered() -> None:
    parrot = Parrot()
    heard = await hold(parrot, [Conversation("en", (f"{i}a", f"{i}b")) for i in range(20)], customers=5)
    assert len(heard.replies) == 40 and not heard.failures
    assert sorted(text for said in parrot.conversations for text in said) == sorted(
        f"{i}{letter}" for i in range(20) for letter in "ab"
    )
    assert parrot.most_at_once == 5


async def test_after_a_handover_or_a_failure_the_rest_goes_on_in_a_new_conversation() -> None:
    parrot = Parrot()
    heard = await hold(parrot, [Conversation("en", ("a", "human", "b", "bad", "c"))], customers=1)
    assert parrot.conversations == [["a", "human"], ["b", "bad"], ["c"]]
    assert len(heard.replies) == 4 and heard.failures == {"error bad_frame": 1}


async def test_a_system_that_does_not_answer_ends_the_benchmark_and_not_in_silence() -> None:
    few = await hold(Parrot(), [Conversation("xx", ("a", "b", "c"))], customers=1)
    assert not few.replies and few.failures == {"no connection": 3}
    with pytest.raises(BenchError, match="too many unanswered"):
        await hold(Parrot(), [Conversation("xx", ("a",) * 50)], customers=1)


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([5, 1, 3], 50) == 3
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7], 95) == 7
    assert str(percentile([], 50)) == "nan"


def test_the_same_seed_gives_the_same_messages_in_equal_parts_of_three_languages() -> None:
    once, again = sample_conversations(120, 4, 1, DEV), sample_conversations(120, 4, 1, DEV)
    assert once == again != sample_conversations(120, 4, 2, DEV)
    assert count_messages(once) == 120
    assert [c.locale for c in once[:4]] == ["en", "zh-CN", "zh-TW", "en"]


def test_a_share_of_the_training_messages_has_every_intent_in_every_language() -> None:
    everything, share = sample_training(1.0, 1, TRAIN), sample_training(0.05, 1, TRAIN)
    assert len(share) < len(everything) / 10
    assert {(e.intent, e.lang) for e in share} == {(e.intent, e.lang) for e in everything}


def test_the_rasa_project_answers_every_intent_and_reads_no_brackets_as_entities() -> None:
    examples = [
        Example("[x](y)\n{z}", "en", "greet"),
        Example("/restart", "en", "thank"),
        Example("再见", "zh-CN", "bye"),
    ]
    project = make_project(examples, "recipe: default.v1\nassistant_id: placeholder_default\n", seed=1)
    nlu = yaml.safe_load(project.files["nlu.yml"])["nlu"]
    assert {part["intent"]: part["examples"] for part in nlu} == {
        "greet": "- 【x】（y） ｛z｝\n", "thank": "- restart\n", "bye": "- 再见\n",
    }  # fmt: skip
    rules = yaml.safe_load(project.files["rules.yml"])["rules"]
    answers = yaml.safe_load(project.files["domain.yml"])["responses"]
    assert {rule["steps"][1]["action"] for rule in rules} == set(answers)
    assert project.fingerprint != make_project(examples[:2] + examples[:1], "", seed=1).fingerprint


def test_memory_counts_the_whole_family_and_stopping_leaves_nobody(tmp_path: Path) -> None:
    eat = "import time; block = bytearray(60_000_000); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {eat!r}]).wait()"
    with running("eater", [sys.executable, "-c", parent], {}, tmp_path, tmp_path / "log") as process:
        deadline = time.monotonic() + 20
        while process.peak_bytes < 70_000_000 and time.monotonic() < deadline:
            time.sleep(0.05)
        family = family_of(process.process.pid)
        assert len(family) == 2
        assert resident_bytes(process.process.pid) > 70_000_000
    assert all(_is_gone(pid) for pid in family)


def test_a_command_that_fails_or_hangs_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"(?s)code 3.*told you"):
        run_to_end("x", [sys.executable, "-c", "print('told you'); exit(3)"], {}, tmp_path, tmp_path / "log", 20)
    with pytest.raises(BenchError, match="longer than"):
        run_to_end("x", [sys.executable, "-c", "import time; time.sleep(60)"], {}, tmp_path, tmp_path / "log", 0.3)


def test_the_table_says_ratios_aims_and_what_went_unanswered() -> None:
    report = Report(
        {"customers": 16}, _figures("A", 5.0, 200.0, 300.0), _figures("B", 50.0, 20.0, 1200.0), {"moments": 3}, 2
    )
    assert [met for _, met in aims(report)] == [True, True, True, True]
    text = table_of(report)
    assert "0.10 of it (10.0 x less)" in text and "10.0 x as many" in text
    assert "UNANSWERED 1 x nothing" in text and "3 moments" in text
    assert "2 turns of Kairos got the honest line" in text and not report.is_whole
    assert json.loads(report.to_json())["ours"]["load_p50_ms"] is None
    slow = Report({"customers": 16}, _figures("A", 20.0, 79.0, 501.0), _figures("B", 50.0, 20.0, 1200.0), {}, 0)
    assert [met for _, met in aims(slow)] == [False, False, False, True]


def test_the_command_line_explains_itself() -> None:
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.reply", "--help"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "--quick" in answer.stdout and "--ours-only" in answer.stdout


def _figures(name: str, p50_ms: float, per_second: float, memory_mb: float) -> Figures:
    tally = Tally([Heard((Reply(p50_ms / 1000, 1),), {"nothing": 1}, 1.0)], [Heard((), {}, 1.0)])
    figures = tally.figures(name, memory_mb=memory_mb, startup_s=4.0)
    return Figures(**{**vars(figures), "per_second": per_second})


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if "Z" in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]:
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False
