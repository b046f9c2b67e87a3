"""`make bench-reply`: our whole path and Rasa's default pipeline, in one run on the same messages, side by side.

Ours: web socket in, all bubbles out, with moment, outbox and state stored in an SQLite file. Theirs: the default
pipeline and policies in an environment of its own, trained on a share of the same messages, over the REST channel
with trackers in memory. Both run throughout; the rounds take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Figures, Tally, hold
from tests.bench.messages import ROOT, Conversation, count_messages, sample_conversations
from tests.bench.processes import BenchError, Running, free_port, run_to_end, running
from tests.bench.rasa_default import QUIET, Trained, build_environment, train
from tests.bench.systems import RasaRest, System, WebChat, first_reply
from tests.bench.table import Report, describe_machine, table_of, write_json

OUR_START_LIMIT_S = 120.0
THEIR_START_LIMIT_S = 600.0
_TABLES = ("messages", "moments", "outbox", "promises", "followups", "handovers", "conversations")


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    rounds: int
    messages: int
    load: int
    customers: int
    turns: int
    share: float
    epochs: int
    seed: int
    folder: Path
    kairos: Path
    ours_only: bool
    json: Path | None


@dataclass
class Contestant:
    """A system that is running, and what was seen of it so far."""

    system: System
    process: Running
    startup_s: float
    tally: Tally

    def figures(self) -> Figures:
        """Its results; memory is the highest seen since it was started."""
        peak_mb = self.process.peak_bytes / 1e6
        return self.tally.figures(self.system.name, memory_mb=peak_mb, startup_s=self.startup_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; 0 when every message was answered in full, 1 when some were not, 2 when it did not run."""
    options = parse(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored until now when started in the background
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        report = run(options)
    except BenchError as error:
        print(f"bench-reply: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench-reply: stopped; everything it started is stopped too", file=sys.stderr)
        return 130
    print(f"\n{table_of(report)}", flush=True)
    if options.json:
        write_json(report, options.json)
        print(f"\nwritten: {options.json}")
    return 0 if report.is_whole else 1


def parse(arguments: Sequence[str] | None) -> Options:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="make bench-reply", description=__doc__.splitlines()[0] if __doc__ else "")
    add = parser.add_argument
    add("--quick", action="store_true", help="a smoke run: one short round, five epochs; its figures mean little")
    add("--rounds", type=int, help="rounds for each system (6)")
    add("--messages", type=int, help="messages of one customer a round (60)")
    add("--load", type=int, help="messages of all customers a round (240)")
    add("--customers", type=int, default=16, help="customers at once (16)")
    add("--turns", type=int, default=4, help="messages a conversation (4)")
    add("--share", type=float, default=0.03, help="share of our training messages that Rasa learns from (0.03)")
    add("--epochs", type=int, help="epochs for Rasa's classifier and policies (100, its default)")
    add("--seed", type=int, default=20261121, help="chooses messages and stories")
    add("--folder", type=Path, default=ROOT / "var" / "bench", help="environment, models, database, logs (var/bench)")
    add("--kairos", type=Path, default=ROOT / ".venv" / "bin" / "kairos", help="our command (.venv/bin/kairos)")
    add("--ours-only", action="store_true", help="leave Rasa out")
    add("--json", type=Path, help="write the results there too")
    given = parser.parse_args(arguments)
    quick = given.quick
    return Options(
        rounds=given.rounds or (1 if quick else 6), messages=given.messages or (12 if quick else 60),
        load=given.load or (48 if quick else 240), customers=given.customers, turns=given.turns, share=given.share,
        epochs=given.epochs or (5 if quick else 100), seed=given.seed, folder=given.folder.resolve(),
        kairos=given.kairos.absolute(), ours_only=given.ours_only, json=given.json,
    )  # fmt: skip


def run(options: Options) -> Report:
    """Prepares both systems, measures them, stops them. Raises BenchError."""
    machine = describe_machine()
    trained = None if options.ours_only else prepare_theirs(options)
    environment = prepare_ours(options)
    alone = sample_conversations(options.messages, options.turns, options.seed)
    together = sample_conversations(options.load, options.turns, options.seed + 1)
    _say_conditions(options, trained, count_messages(alone), count_messages(together), machine)
    ours, theirs, fallbacks = asyncio.run(measure(options, trained, environment, alone, together))
    stored = count_stored(options.folder / "bench.db")
    return Report(
        conditions={
            **machine, "load_after": round(os.getloadavg()[0], 2), "rounds": options.rounds,
            "messages_a_round": count_messages(alone),
            "load_messages_a_round": count_messages(together), "customers": options.customers, "turns": options.turns,
            "rasa_share": options.share, "rasa_messages": trained.messages if trained else 0,
            "rasa_epochs": options.epochs, "rasa_train_s": round(trained.train_s, 1) if trained else 0.0,
            "fragment_window_s": 0.0, "seed": options.seed,
        },
        ours=ours, theirs=theirs, stored=stored, fallbacks=fallbacks,
    )  # fmt: skip


def prepare_theirs(options: Options) -> Trained:
    """Rasa's environment and trained model, made when not there. Raises BenchError."""
    python = build_environment(options.folder)
    return train(options.folder, python, options.share, options.epochs, options.seed)


def prepare_ours(options: Options) -> dict[str, str]:
    """Our trained model and an empty, migrated database; returns the settings to serve with. Raises BenchError."""
    if not options.kairos.exists():
        raise BenchError(f"{options.kairos} is missing; run `sh bot/setup.sh test` and try again")
    for old in options.folder.glob("bench.db*"):
        old.unlink()
    environment = {"DATABASE_URL": f"sqlite:///{options.folder / 'bench.db'}", "KAIROS_FRAGMENT_WINDOW_S": "0"}
    for command in (["train"], ["db", "upgrade"]):
        name = f"kairos {' '.join(command)}"
        run_to_end(name, [str(options.kairos), *command], environment, ROOT, options.folder / "kairos-setup.log", 900)
    return environment


async def measure(
    options: Options,
    trained: Trained | None,
    environment: dict[str, str],
    alone: Sequence[Conversation],
    together: Sequence[Conversation],
) -> tuple[Figures, Figures | None, int]:
    """Starts each system by itself, warms both, lets them take turns, stops them. Raises BenchError.

    Returns the figures of both, and how many turns ours settled without its engine.
    """
    async with contextlib.AsyncExitStack() as stack:
        port = free_port()
        chat = WebChat(port)
        command = [str(options.kairos), "serve", "--port", str(port)]
        process = stack.enter_context(running("Kairos", command, environment, ROOT, options.folder / "kairos.log"))
        contestants = [await _ready(chat, process, OUR_START_LIMIT_S)]
        if trained:
            contestants.append(await _start_theirs(options, trained, stack))
        for contestant in contestants:
            await hold(contestant.system, alone[:6], customers=3)  # warm: not counted
        for number in range(1, options.rounds + 1):
            for contestant in contestants:
                await _take_turn(contestant, number, options.customers, alone, together)
        figures = [contestant.figures() for contestant in contestants]
        fallbacks = await chat.count_fallbacks()
    return figures[0], figures[1] if trained else None, fallbacks


async def _start_theirs(options: Options, trained: Trained, stack: contextlib.AsyncExitStack) -> Contestant:
    port = free_port()
    rasa = RasaRest(port)
    stack.push_async_callback(rasa.close)
    log = options.folder / "rasa.log"
    process = stack.enter_context(running("Rasa", trained.serve_command(port), QUIET, trained.folder, log))
    return await _ready(rasa, process, THEIR_START_LIMIT_S)


async def _take_turn(
    contestant: Contestant,
    number: int,
    customers: int,
    alone: Sequence[Conversation],
    together: Sequence[Conversation],
) -> None:
    contestant.process.check_alive()
    heard = await hold(contestant.system, alone, customers=1)
    contestant.tally.alone.append(heard)
    crowd = await hold(contestant.system, together, customers)
    contestant.tally.together.append(crowd)
    _say(
        f"round {number}, {contestant.system.name}: {len(heard.replies)} messages one by one in {heard.seconds:.1f} s, "
        f"{crowd.per_second:.1f} messages/s at {customers} customers"
    )


async def _ready(system: System, process: Running, limit_s: float) -> Contestant:
    _say(f"starting {system.name} …")
    startup_s = await first_reply(system, process, limit_s)
    _say(f"{system.name}: first reply after {startup_s:.1f} s")
    return Contestant(system, process, startup_s, Tally())


def count_stored(database: Path) -> dict[str, int]:
    """How many rows our application left, by table: the proof that it stored what it answered."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES}


def _say_conditions(
    options: Options, trained: Trained | None, alone: int, together: int, machine: dict[str, str | int | float]
) -> None:
    print(
        f"{options.rounds} rounds of {alone} messages one by one and {together} by {options.customers} customers, from "
        f"nlu/data/dev in three languages, {options.turns} a conversation; seed {options.seed}.\n"
        f"Machine: {machine['cores']} cores, load {machine['load_before']} before the run.\n"
        "Kairos: KAIROS_FRAGMENT_WINDOW_S=0. The 1.2 s for which it otherwise waits for a customer's next fragment are "
        "waiting by design, not work, and are left out here.",
        flush=True,
    )
    if trained:
        took = f"trained in {trained.train_s:.0f} s" if trained.train_s else "trained in an earlier run"
        print(
            f"Rasa: 3.6.21, its own default pipeline and policies, {trained.messages} of our training messages "
            f"({options.share:.0%} of each intent, --share), {trained.epochs} epochs, {took}. More messages make it "
            "train for longer and grow in memory. Its whitespace tokenizer takes a run of Chinese for one word, which "
            "is less work than real words would be.",
            flush=True,
        )
    if os.getloadavg()[0] > 1:
        print("Others are using this machine now: the figures will be worse than in a quiet one.", flush=True)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
