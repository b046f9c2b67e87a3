"""Training messages are read the same, in one process or in two."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.calibrating import folds_of
from nlu.corpus import Example
from nlu.features import Vocabulary, counted, features_of
from nlu.prepare import prepare
from nlu.reading import Counted, read_all
from nlu.second_process import second_process

EXAMPLES = [
    Example(text, language, intent, voice=f"v{number % 3}", also=also)
    for number, (text, language, intent, also) in enumerate(
        [
            ("where is my coat", "en", "order_status", ()),
            ("大衣什么时候到，还有水壶漏水了", "zh-CN", "order_status", ("repair_warranty",)),
            ("the kettle leaks, and when is my coat due", "en", "repair_warranty", ("order_status",)),
            ("水壺漏水了", "zh-TW", "repair_warranty", ()),
            ("my coat, where is my coat", "en", "order_status", ()),
            ("?!", "en", "unresolved", ()),
        ]
        * 4
    )
]


def silent(share: float) -> None:
    """Nobody watches."""


def test_two_processes_read_what_one_reads() -> None:
    folds = folds_of(EXAMPLES)
    with second_process(wanted=False) as here, second_process(wanted=True) as there:
        alone, taught_alone = read_all(EXAMPLES, folds, here, silent)
        both, taught = read_all(EXAMPLES, folds, there, silent)
    assert both.cut == alone.cut
    assert both.counted.names == alone.counted.names
    assert (both.counted.often != alone.counted.often).nnz == 0
    assert taught.lessons == taught_alone.lessons
    assert (taught.halves.often != taught_alone.halves.often).nnz == 0


@pytest.mark.fast
def test_messages_that_follow_keep_their_features() -> None:
    documents = [["a", "b", "a"], ["b"], ["c", "a"], []]
    whole = Counted.of(documents)
    joined = Counted.of(documents[:2]).followed_by(Counted.of(documents[2:]))
    assert joined.names == whole.names == ("a", "b", "c")
    assert (
        joined.often.toarray().tolist() == whole.often.toarray().tolist() == [[2, 1, 0], [0, 1, 0], [1, 0, 1], [0] * 3]
    )


@pytest.mark.fast
def test_one_message_is_weighed_as_many_are() -> None:
    documents = [features_of(prepare(example.text, example.lang)) for example in EXAMPLES]
    vocabulary, matrix = Vocabulary.learn_matrix(*counted(documents))
    for row, document in zip(matrix, documents, strict=True):
        numbers, values = vocabulary.vector(document)
        expected = np.zeros(len(vocabulary), np.float32)
        expected[numbers] = values
        assert np.allclose(row.toarray()[0], expected, atol=1e-6)


def doubled(number: int) -> int:
    """Work for a second process."""
    if number < 0:
        raise ValueError("too small")
    return 2 * number


@pytest.mark.parametrize("wanted", [False, True])
def test_what_goes_wrong_in_the_second_process_is_raised_here(wanted: bool) -> None:
    with second_process(wanted=wanted) as other:
        other.begin(doubled, 4)
        assert other.result() == 8
        other.begin(doubled, -1)
        with pytest.raises(ValueError, match="too small"):
            other.result()
