"""APScheduler 3 with the job stores that Rasa's reminders and python-telegram-bot's job queue use, and its SQL store.

Run as a module it is one process with a scheduler: ``STORE PATH add|resume PENDING PER_S SECONDS FIRST``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

STORES = ("memory", "sqlite")
SETTLE_S = 15.0
_fired = -1


def fire(number: int, due: float, path: str) -> None:
    """The job: writes its number and how late it is, in one append."""
    global _fired
    if _fired < 0:
        _fired = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(_fired, f"{number} {time.time() - due:.3f}\n".encode())


def run(store: str, folder: Path, does: str, pending: int, per_s: float, seconds: float, first: float) -> None:
    """One process, until it is killed."""
    kept = MemoryJobStore() if store == "memory" else SQLAlchemyJobStore(url=f"sqlite:///{folder / 'jobs.db'}")
    scheduler = BackgroundScheduler(jobstores={"default": kept}, timezone=UTC)
    scheduler.start(paused=True)
    if does == "add":
        due = int(per_s * seconds)
        for n in range(pending):
            at = first + n / per_s if n < due else first + 86_400 + n
            when = datetime.fromtimestamp(at, UTC)
            scheduler.add_job(fire, "date", run_date=when, args=[n, at, str(folder / "fired")])
    scheduler.resume()
    (folder / f"ready-{os.getpid()}").touch()
    while True:
        time.sleep(1)


def measure(
    folder: Path, store: str, pending: int, per_s: float, seconds: float, kill_after: float, processes: int = 1
) -> dict[str, Any]:
    """Fired, lost and doubled, and how late."""
    folder.mkdir(parents=True)
    adding = 15 + pending * (0.006 if store == "sqlite" else 0.001)  # so much is given to adding them all
    first = time.time() + adding
    one = _start(store, folder, "add", pending, per_s, seconds, first)
    running = [one]
    began = time.time()
    _wait_ready(folder, 1)
    added = time.time() - began
    running += [_start(store, folder, "resume", pending, per_s, seconds, first) for _ in range(processes - 1)]
    try:
        time.sleep(max(first - time.time(), 0) + (kill_after or seconds))
        if kill_after:
            one.kill()
            one.wait()
            time.sleep(3)
            running.append(_start(store, folder, "resume", pending, per_s, seconds, first))
            time.sleep(max(first + seconds - time.time(), 0))
        time.sleep(SETTLE_S)
    finally:
        for each in running:
            each.kill()
            each.wait()
    return {**_counted(folder / "fired", int(per_s * seconds)), "pending": pending, "due a second": per_s,
            "added in s": round(added, 1), "in time": added < adding}  # fmt: skip


def _start(store: str, folder: Path, does: str, *numbers: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bench.reminders", store, str(folder), does, *map(str, numbers)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _wait_ready(folder: Path, count: int) -> None:
    give_up = time.monotonic() + 600
    while len(list(folder.glob("ready-*"))) < count:
        if time.monotonic() > give_up:
            raise RuntimeError("the scheduler did not start")
        time.sleep(0.1)


def _counted(fired: Path, due: int) -> dict[str, Any]:
    lines = [line.split() for line in fired.read_text().splitlines()] if fired.exists() else []
    times = Counter(int(number) for number, _ in lines)
    late = sorted(float(each) for _, each in lines)
    at = {
        f"late {name} s": round(late[min(int(len(late) * share), len(late) - 1)], 2) if late else None
        for name, share in (("p50", 0.5), ("p99", 0.99), ("most", 1.0))
    }
    return {"due": due, "sent": len(times), "lost": due - len(times),
            "sent twice": sum(count - 1 for count in times.values()), **at}  # fmt: skip


if __name__ == "__main__":
    kind, path, does, pending, per_s, seconds, first = sys.argv[1:]
    run(kind, Path(path), does, int(pending), float(per_s), float(seconds), float(first))
