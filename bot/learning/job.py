"""Training and comparing one version, in a process of its own: ``python -m bot.learning.job 3``.

It tells the database how far it is; a server that is started anew meanwhile does not disturb it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog

from actions.learning import releasing, versions
from actions.learning.sets import rows_of
from actions.services import utc_now
from bot import logs
from bot.engine import training
from bot.engine.archive import open_listener, weights_digest
from bot.learning.comparing import Heard, compare
from bot.learning.recipe import Recipe
from bot.learning.shelf import Shelf
from bot.settings import Settings, load_settings
from bot.storing import storage_of
from models.learning import ModelVersion, TrainingRow
from models.session import Database

log = structlog.get_logger("learning")
TELL_EVERY_S = 1.0
POLITE = 10  # customers come first
T = TypeVar("T")
Tell = Callable[[str, float], None]


@dataclass
class Bench:
    """What a job works with. ``clock``: for what it writes."""

    settings: Settings
    database: Database
    shelf: Shelf
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, settings: Settings) -> Bench:
        """On this shop's database and storage."""
        return cls(settings, Database(settings.database, connections=4), shelf_of(settings))

    async def standard(self) -> Path:
        """The model that comes with the product. Raises FileNotFoundError."""
        model = self.settings.model or training.model_path(self.settings.models_dir, training.Sources())
        if not model.is_file():
            raise FileNotFoundError(f"the standard model is not trained yet: {model}")
        return model

    async def archive_of(self, n: int) -> Path:
        """The archive of a version; 0 is the standard. Raises FileNotFoundError, StorageError."""
        if n == releasing.STANDARD:
            return await self.standard()
        async with self.database.read() as session:
            row = await versions.find(session, n)
        return await self.shelf.fetch(row.file)


def shelf_of(settings: Settings) -> Shelf:
    """Where this shop's versions lie."""
    return Shelf(storage_of(settings), settings.models_dir / "versions")


async def run(bench: Bench, n: int, tell: Tell = lambda _what, _share: None) -> ModelVersion:
    """Trains a version if it is not trained yet, then compares it with the one that hears now."""
    async with bench.database.read() as session:
        row = await versions.find(session, n)
        rows = await rows_of(session, row.set_n)
    folder = Path(tempfile.mkdtemp(prefix=f"kairos-version-{n}-"))
    recipe = Recipe(folder, bench.settings.corpus)
    try:
        if not row.file:
            await _train(bench, row, rows, recipe, tell)
        await _compare(bench, n, rows, recipe, tell)
    except Exception as error:
        log.exception("the version could not be made", version=n)
        async with bench.database.write() as session:
            row = await versions.find(session, n, lock=True)
            row.status, row.error = ("ready" if row.file else "failed"), f"{type(error).__name__}: {error}"[:500]
            row.finished_at = bench.clock()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    async with bench.database.read() as session:
        return await versions.find(session, n)


async def _train(bench: Bench, row: ModelVersion, rows: Sequence[TrainingRow], recipe: Recipe, tell: Tell) -> None:
    archive = await _while_telling(bench, row.n, "training", recipe.told, tell, lambda: build(recipe, rows))
    digest = await bench.shelf.put(archive)
    weights, now = await asyncio.to_thread(weights_digest, archive), bench.clock()
    async with bench.database.write() as session:
        await versions.tell(session, row.n, now, file=digest, weights=weights, recipe=recipe.fingerprint(),
                            status="comparing", finished_at=now)  # fmt: skip


def build(recipe: Recipe, rows: Sequence[TrainingRow]) -> Path:
    """Trains; returns the archive. Raises TrainingFailed, CorpusError."""
    recipe.write(rows)
    return training.train(recipe.folder / "model", recipe.sources)


async def _compare(bench: Bench, n: int, rows: Sequence[TrainingRow], recipe: Recipe, tell: Tell) -> None:
    async with bench.database.read() as session:
        present = await releasing.current(session)
    old, new = await bench.archive_of(present), await bench.archive_of(n)
    progress: list[float] = [0.0]

    def work() -> tuple[dict[str, Any], dict[str, Any]]:
        examples, own = recipe.held_out(rows)
        heard = []
        for place, archive in enumerate((old, new)):
            listener = open_listener(archive)

            def note(share: float, place: int = place) -> None:
                progress[0] = (place + share) / 2

            heard.append(Heard.by(listener, examples, note))
        return compare(examples, *heard, own=own), heard[1].figures(examples)

    comparison, figures = await _while_telling(bench, n, "comparing", lambda: ("comparing", progress[0]), tell, work)
    now = bench.clock()
    async with bench.database.write() as session:
        await versions.tell(
            session, n, now, comparison=comparison, compared_with=present, figures=figures, status="ready", error="",
            what="", share=1.0,
        )  # fmt: skip


async def _while_telling(
    bench: Bench, n: int, status: str, told: Callable[[], tuple[str, float] | None], tell: Tell, work: Callable[[], T]
) -> T:
    """Works in a thread and meanwhile writes down how far it is."""

    async def note() -> None:
        while True:
            what, share = told() or ("reading", 0.0)
            tell(what, share)
            try:
                async with bench.database.write() as session:
                    await versions.tell(session, n, bench.clock(), status=status, what=what, share=share)
            except Exception:
                log.exception("progress could not be written down, it goes on")
            await asyncio.sleep(TELL_EVERY_S)

    telling = asyncio.create_task(note())
    try:
        return await asyncio.to_thread(work)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def start(settings: Settings, n: int) -> None:
    """Starts a job for a version beside this process; what it says goes to this one's log."""
    env = {**os.environ, "KAIROS_DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database,
           "KAIROS_CORPUS": str(settings.corpus)}  # fmt: skip
    if settings.model:
        env["KAIROS_MODEL"] = str(settings.model)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.learning.job", str(n), cwd=training.ROOT, env=env, start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    log.info("a version is being made", version=n, process=process.pid)
    _children.add(asyncio.create_task(process.wait()))


_children: set[asyncio.Task[int]] = set()
Start = Callable[[Settings, int], Awaitable[None]]


def main() -> None:
    """One job."""
    settings = load_settings()
    logs.configure(settings.log_level, as_json=settings.log_json)
    os.nice(POLITE)
    bench = Bench.of(settings)

    async def work() -> str:
        try:
            return (await run(bench, int(sys.argv[1]))).status
        finally:
            await bench.database.close()

    sys.exit(0 if asyncio.run(work()) == "ready" else 1)


if __name__ == "__main__":
    main()
