"""Starting, watching and stopping a process with all its descendants, by /proc and signals alone (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_S = 0.2
_GRACE_S = 15.0


class BenchError(Exception):
    """The benchmark cannot go on; the message says why and what to do."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family_of(pid: int) -> tuple[int, ...]:
    """The process and all its descendants that live now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in brackets may hold blanks; the parent is the second field after it.
                parent = int(
                    (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
                )
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += children.get(member, ())
    return tuple(found)


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and its descendants; pages that several share are counted for each."""
    total = 0
    for member in family_of(pid):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{member}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    return total


class Running:
    """A process in a session of its own, whose memory is sampled five times a second."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path) -> None:
        self.name = name
        self.peak_bytes = 0
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                list(command), env={**os.environ, **env}, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"memory of {name}", daemon=True)
        self._watcher.start()

    def check_alive(self) -> None:
        """Raises BenchError with the end of the log when the process is gone."""
        if self.process.poll() is not None:
            raise BenchError(
                f"{self.name} ended with code {self.process.returncode}; {self.log} ends:\n{self.log_end()}"
            )

    def log_end(self, lines: int = 15) -> str:
        """The last lines of what the process printed."""
        text = self.log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
        return "\n".join(text.splitlines()[-lines:])

    def resident_bytes(self) -> int:
        """Resident memory now."""
        return resident_bytes(self.process.pid)

    def stop(self) -> None:
        """Asks the whole family to end, and after 15 s makes it."""
        family = family_of(self.process.pid)
        self._over.set()
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            for member in family[1:]:  # one that left the session
                with contextlib.suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)
            self.process.wait()
            self._watcher.join()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_S):
            self.peak_bytes = max(self.peak_bytes, self.resident_bytes())


@contextlib.contextmanager
def running(name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path) -> Iterator[Running]:
    """A process for the length of a with-block, stopped however the block ends."""
    process = Running(name, command, env, cwd, log)
    try:
        yield process
    finally:
        process.stop()


def run_to_end(
    name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, limit_s: float
) -> float:
    """Runs a command that may take long, says every half minute that it goes on, returns its seconds.

    Raises BenchError with the end of its log when it fails or takes longer than the limit.
    """
    with running(name, command, env, cwd, log) as process:
        said = process.started
        while process.process.poll() is None:
            now = time.perf_counter()
            if now - process.started > limit_s:
                raise BenchError(f"{name} took longer than {limit_s:.0f} s; {log} ends:\n{process.log_end()}")
            if now - said >= 30:
                said = now
                print(f"  … {name}: {now - process.started:.0f} s so far", flush=True)
            time.sleep(0.1)
        if process.process.returncode != 0:
            process.check_alive()
        return time.perf_counter() - process.started
