"""A real server process for tests: ``kairos serve`` on a free port with a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tests.noon import zone_of_noon

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 240  # the machine may be busy; a server that died is seen at once


class ServerDied(Exception):
    """The server ended before it said where it listens; the message holds what it printed."""


class Server:
    """``with Server(...) as server: server.url``. ``stop`` ends it politely, ``kill`` does not."""

    def __init__(self, data_dir: Path, model: Path | None, env: Mapping[str, str] | None = None, port: int = 0) -> None:
        self._env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("KAIROS_")},
            "PORT": str(port), "KAIROS_DATA_DIR": str(data_dir), "KAIROS_LOG_LEVEL": "info",
            "KAIROS_SHOP_TIMEZONE": zone_of_noon(), **({"KAIROS_MODEL": str(model)} if model else {}), **(env or {}),
        }  # fmt: skip
        self._env.setdefault("DATABASE_URL", "")
        self.url = ""
        self.output: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def ws_url(self) -> str:
        """Where the web chat's socket is."""
        return self.url.replace("http", "ws", 1) + "/chat/ws"

    def start(self) -> None:
        """Starts it and waits until it answers. Raises ServerDied."""
        command = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
        self.url = ""
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        give_up = time.monotonic() + READY_WITHIN_S
        while not self.url:
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise ServerDied("".join(self.output))
            time.sleep(0.02)

    def stop(self) -> int:
        """Asks it to end and waits; returns its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Ends it at once, as a power cut would."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            if found := re.search(r"Kairos is at (\S+)", line):
                self.url = found.group(1)
