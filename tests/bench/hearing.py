"""`make bench-hearing DATA=…`: our listener beside Rasa's DIET on public sets, same splits, one run.

Ours is the listener of the product, trained on the set's own training split. Theirs is Rasa's default pipeline in an
environment of its own (built when missing), trained on the same messages. Out of scope: both learn the set's own
out-of-scope training messages as one more label; recall is counted where a tenth of the rest is flagged as well.
BRIGHTER asks for an intensity for each of several emotions: ours are ridge regressions over the product's features;
DIET's are its confidences, having learnt the strongest emotion as label.
`--shots 10` compares both where data is scarce: ten training messages a label, drawn by lot, the same for both.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np

from nlu.corpus import Example
from nlu.evaluate import pearson
from nlu.features import Vocabulary, counted, features_of
from nlu.linear import fit_amount
from nlu.listener import Listener
from nlu.prepare import prepare
from tests.bench.diet import hear_with_diet
from tests.bench.processes import BenchError
from tests.bench.public_sets import OUT_OF_SCOPE, ChoiceSet, FeelingSet, read_choice_sets, read_feeling_sets
from tests.bench.table import describe_machine


@dataclass(frozen=True)
class Line:
    """One figure of both systems; theirs is None when DIET was left out. Shares and correlations run from 0 to 1."""

    what: str
    ours: float
    theirs: float | None
    aim: float | None = None


FALSE_ALARMS = 0.1
AIMS = {
    "Banking77 test": 0.93, "Banking77 hard": 0.82, "CLINC150 test": 0.93, "CLINC150 out of scope, recall": 0.80,
    "BRIGHTER zh Pearson": 0.65, "BRIGHTER en Pearson": 0.70,
}  # fmt: skip


def choice_lines(each: ChoiceSet, folder: Path | None, epochs: int) -> list[Line]:
    """Accuracy on each test, recall and precision of out of scope, seconds to train, milliseconds a message."""
    learn = each.train + [Example(e.text, "en", OUT_OF_SCOPE) for e in each.outside_to_learn]
    asked = [example for test in each.tests.values() for example in test] + each.outside
    started = time.perf_counter()
    listener = Listener.train(learn)
    seconds = time.perf_counter() - started
    ours, times = [], []
    for example in asked:
        before = time.thread_time()
        hearing = listener.hear(example.text)
        times.append((time.thread_time() - before) * 1000)
        ours.append((hearing.intent, hearing.confidence))
    theirs: list[tuple[str, float]] | None = None
    their_seconds = None
    if folder is not None:
        heard, their_seconds = hear_with_diet(folder, each.name, learn, [example.text for example in asked], epochs)
        theirs = [max(ranking.items(), key=lambda pair: pair[1]) for ranking in heard]
    lines, start = [], 0
    for name, test in each.tests.items():
        share = [_right(heard[start : start + len(test)], test) if heard else None for heard in (ours, theirs)]
        lines.append(_line(f"{each.name} {name}", *share))
        start += len(test)
    if each.outside:
        found = [_flagged(heard, start) if heard else None for heard in (ours, theirs)]
        lines.append(_line(f"{each.name} out of scope, recall", *found))
    lines.append(_line(f"{each.name} seconds to train", round(seconds, 1), their_seconds))
    lines.append(_line(f"{each.name} ms a message (p50)", round(median(times), 2), None))
    return lines


def feeling_lines(each: FeelingSet, folder: Path | None, epochs: int) -> list[Line]:
    """Pearson correlation of the intensities, the mean over the emotions."""
    read = [features_of(prepare(text, each.language)) for text, _ in each.train]
    asked = [features_of(prepare(text, each.language)) for text, _ in each.test]
    vocabulary = Vocabulary.learn(read)
    matrix, held = vocabulary.weigh(*counted(read)), vocabulary.weigh(*counted(asked))
    ours = []
    for emotion in each.emotions:
        wanted = np.array([feelings.get(emotion, 0) for _, feelings in each.train], dtype=np.float32)
        scores = fit_amount(matrix, emotion, wanted).matrix_scores(held)[:, 0]
        ours.append(pearson([feelings.get(emotion, 0) for _, feelings in each.test], scores))
    theirs = None
    if folder is not None:
        learn = [Example(text, each.language, _strongest(feelings)) for text, feelings in each.train]
        heard, _ = hear_with_diet(folder, each.name, learn, [text for text, _ in each.test], epochs)
        correlations = [
            pearson([f.get(emotion, 0) for _, f in each.test], [ranking.get(emotion, 0.0) for ranking in heard])
            for emotion in each.emotions
        ]
        theirs = float(np.mean(correlations))
    return [_line(f"{each.name} Pearson", float(np.mean(ours)), theirs)]


def table(lines: Sequence[Line]) -> str:
    """The figures side by side."""
    rows = [f"{'':40}{'Kairos':>10}{'DIET':>10}{'aim':>8}"]
    for line in lines:
        theirs = "-" if line.theirs is None else f"{line.theirs:.3f}"
        aim = "" if line.aim is None else f"{line.aim:.2f}{' ok' if line.ours >= line.aim else ' missed'}"
        rows.append(f"{line.what:40}{line.ours:>10.3f}{theirs:>10}  {aim}")
    return "\n".join(rows)


def _line(what: str, ours: float | None, theirs: float | None) -> Line:
    return Line(what, round(ours or 0.0, 4), None if theirs is None else round(theirs, 4), AIMS.get(what))


def _right(heard: Sequence[tuple[str, float]], wanted: Sequence[Example]) -> float:
    return sum(h == w.intent for (h, _), w in zip(heard, wanted, strict=True)) / max(1, len(wanted))


def _flagged(heard: Sequence[tuple[str, float]], inside: int) -> float:
    """How much of what is out of scope is flagged where FALSE_ALARMS of what is in scope would be too."""
    sure = np.array([0.0 if label == OUT_OF_SCOPE else confidence for label, confidence in heard])
    return float((sure[inside:] <= np.quantile(sure[:inside], FALSE_ALARMS)).mean())


def _strongest(feelings: dict[str, int]) -> str:
    emotion = max(feelings, key=feelings.__getitem__)
    return emotion if feelings[emotion] else "neutral"


def _shown(lines: list[Line]) -> list[Line]:
    """At once: with DIET the next set takes long."""
    print(table(lines), flush=True)
    return lines


def main() -> int:
    """The command. Exit status 2 when it cannot be run."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path, help="folder with banking77, clinc150 and brighter_emotion_intensity")
    options.add_argument("--ours-only", action="store_true", help="leave DIET out")
    options.add_argument("--shots", type=int, help="learn from so few messages a label, and leave BRIGHTER out")
    options.add_argument("--epochs", type=int, default=100, help="DIET's epochs (Rasa's default: 100)")
    options.add_argument("--folder", type=Path, default=Path("var/bench"), help="where DIET's environment is built")
    options.add_argument("--json", type=Path, help="write the figures here too")
    given = options.parse_args()
    folder = None if given.ours_only else given.folder
    try:
        lines: list[Line] = []
        for each in read_choice_sets(given.data):
            lines += _shown(choice_lines(each.few(given.shots) if given.shots else each, folder, given.epochs))
        for feelings in [] if given.shots else read_feeling_sets(given.data):
            lines += _shown(feeling_lines(feelings, folder, given.epochs))
    except BenchError as error:
        print(f"bench-hearing: {error}", file=sys.stderr)
        return 2
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        report = {"machine": describe_machine(), "epochs": given.epochs, "lines": [asdict(line) for line in lines]}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
