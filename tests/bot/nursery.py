"""Starts many application processes quickly: one process imports everything once and forks for each start.

The child runs ``kairos serve``, or another command, in a session of its own; it can be killed like any other process.
Run as a module it takes one JSON request a line: ``{"command": ["serve"], "env": {…}, "log": PATH}`` answers its id,
``{"reap": PID}`` waits for its end and answers its exit status (negative: the signal).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tests.noon import zone_of_noon

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 180.0  # a busy machine
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
WORDS = {"serve": "Kairos is at ", "worker": "Kairos works"}


class Nursery:
    """The process that forks."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, "-m", "tests.bot.nursery"], subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self._one_asks = threading.Lock()
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it has imported everything: what a start takes from here on is its own

    def ask(self, **request: Any) -> int:
        """Asks it for something."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._one_asks:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer: int = json.loads(self._process.stdout.readline())
            return answer

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


class Application:
    """``kairos serve`` in a data folder of its own. It may be started again after it was stopped or killed.

    ``command``: ``worker`` instead, or ``serve`` with options.
    """

    def __init__(
        self, nursery: Nursery, data_dir: Path, env: Mapping[str, str], command: Sequence[str] = ("serve",)
    ) -> None:
        self._nursery, self._command = nursery, list(command)
        self._env = {
            "PORT": "0", "KAIROS_DATA_DIR": str(data_dir), "DATABASE_URL": "", "KAIROS_LOG_LEVEL": "info",
            "KAIROS_SHOP_TIMEZONE": zone_of_noon(), **env,
        }  # fmt: skip
        self.sqlite_path = data_dir / "kairos.db"
        self._log = data_dir / "kairos.log"
        self._pid = self._log_begins = 0
        self.url = ""
        data_dir.mkdir(parents=True, exist_ok=True)

    @property
    def pid(self) -> int:
        """Its process id, 0 when it does not run."""
        return self._pid

    @property
    def ws_url(self) -> str:
        """Where the web chat's socket is."""
        return self.url.replace("http", "ws", 1) + "/chat/ws"

    def start(self) -> None:
        """Starts it and waits until it listens."""
        self.begin()
        self.wait_started()

    def wait_started(self) -> None:
        """Waits until it is up, after it was begun."""
        give_up = time.monotonic() + STARTS_WITHIN_S
        words = WORDS[self._command[0]]
        while words not in (said := self.log(self._log_begins)):
            if time.monotonic() > give_up or not _lives(self._pid):
                raise AssertionError(f"the application did not start:\n{said[-3000:]}")
            time.sleep(0.02)
        self.url = said.partition(words)[2].split()[0] if self._command[0] == "serve" else ""

    def begin(self) -> None:
        """Starts it and does not wait."""
        self._log_begins = self._log.stat().st_size if self._log.exists() else 0
        self._pid = self._nursery.ask(command=self._command, env=self._env, log=str(self._log))

    def kill(self) -> int:
        """Ends it at once, as a power cut would."""
        return self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Asks it to end, and waits; its exit status."""
        return self._end(signal.SIGTERM)

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal and does not wait."""
        os.kill(self._pid, number)

    def reap(self) -> int:
        """Waits for its end; its exit status."""
        pid, self._pid = self._pid, 0
        while pid and _lives(pid):  # meanwhile others may be started
            time.sleep(0.01)
        return self._nursery.ask(reap=pid) if pid else 0

    def log(self, begins: int = 0) -> str:
        """What it printed, over all starts."""
        if not self._log.exists():
            return ""
        return self._log.read_bytes()[begins:].decode(errors="replace")

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Asks its SQLite file, beside it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.sqlite_path}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def _end(self, how: signal.Signals) -> int:
        if self._pid:
            os.kill(self._pid, how)
        return self.reap()


def _lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def main() -> None:
    """Imports everything, then serves requests until its input ends."""
    _import_everything()
    print("ready", flush=True)
    children: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "reap" in request:
            children.discard(request["reap"])
            answer = os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _run(request["command"], request["env"], request["log"])
            children.add(answer)
        print(json.dumps(answer), flush=True)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _import_everything() -> None:
    for name in (
        "bot.cli",
        "bot.serving",
        "bot.working",
        "bot.engine.processor",
        "dialogues.rasa_policy",
        "nlu.rasa_adapters",
    ):
        importlib.import_module(name)


def _run(command: Sequence[str], env: Mapping[str, str], log: str) -> NoReturn:
    status = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)  # tests that are ended leave no process behind
        with open(log, "ab", buffering=0) as output, open(os.devnull, "rb") as nothing:
            for target, source in ((0, nothing), (1, output), (2, output)):
                os.dup2(source.fileno(), target)
        for name in [name for name in os.environ if name.startswith("KAIROS_")]:
            del os.environ[name]
        os.environ.update(env)
        os.chdir(ROOT)
        sys.argv = ["kairos", *command]
        from bot.cli import main as kairos

        kairos()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
