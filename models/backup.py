"""A copy of the SQLite database, made while it is in use."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url


def copy_sqlite(url: str, target: Path) -> None:
    """Writes a consistent copy. Raises FileExistsError, or OSError when there is nothing to copy or no place for it."""
    source = Path(make_url(url).database or "")
    if not source.is_file():
        raise FileNotFoundError(f"there is no database at {source}")
    if target.exists():
        raise FileExistsError(target)
    half = target.with_name(f"{target.name}.half")
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            contextlib.closing(sqlite3.connect(half)) as new,
        ):
            old.backup(new)
        half.rename(target)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    finally:
        half.unlink(missing_ok=True)
