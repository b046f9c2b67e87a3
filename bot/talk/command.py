"""The ``talk`` command: plays files, prints what came of them, and says by its exit status whether all held."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.engine import training
from bot.settings import Settings, load_settings
from bot.talk import embedded, remote, transcript
from bot.talk.checked import ScriptError
from bot.talk.clock import NoJobs
from bot.talk.script import Script, load
from bot.talk.seen import Played

HELD, NOT_HELD, UNUSABLE = 0, 1, 2


def talk(
    files: Sequence[Path],
    json_output: bool,
    url: str | None,
    *,
    settings: Settings | None = None,
    jobs_of: embedded.JobsOf = lambda _: NoJobs(),
) -> int:
    """Plays conversations and prints them. 0: all held; 1: an expectation did not; 2: they could not be played."""
    try:
        scripts = load(files)
        settings = settings or load_settings()
        if url:
            return asyncio.run(_tell(scripts, remote.play_all(scripts, url), json_output))
        model = settings.model or training.model_path(settings.models_dir, training.Sources())
        if not model.is_file():
            raise ScriptError(f"there is no trained model at {model}; kairos train makes it")
        return asyncio.run(_tell(scripts, _play_all(scripts, settings, model, jobs_of), json_output))
    except (ScriptError, remote.ServerError) as error:
        print(f"kairos talk: {error}", file=sys.stderr)
        return UNUSABLE


async def _play_all(
    scripts: Sequence[Script], settings: Settings, model: Path, jobs_of: embedded.JobsOf
) -> AsyncIterator[Played]:
    with TemporaryDirectory(prefix="kairos-talk-") as folder:
        async with embedded.loaded_engine(model, Path(folder)) as shared:
            for script in scripts:
                yield await embedded.play_embedded(script, shared, settings, jobs_of)


async def _tell(scripts: Sequence[Script], playing: AsyncIterator[Played], json_output: bool) -> int:
    ink = transcript.ink_for(sys.stdout)
    everything: list[Played] = []
    async for played in playing:
        script = scripts[len(everything)]
        everything.append(played)
        if json_output:
            print(json.dumps(played.to_json(), ensure_ascii=False), flush=True)
        else:
            print(transcript.transcript(script, played, ink), flush=True)
    if not json_output:
        print(transcript.summary(everything))
    return NOT_HELD if any(played.failures for played in everything) else HELD
